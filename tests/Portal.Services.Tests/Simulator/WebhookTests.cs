using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Webhooks from their making to the signed delivery, with retries, duplicates and the wrong order.</summary>
public sealed class WebhookTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private const string Secret = "This is my secret";
    private const string StateUpdated = "BUILD_BETA_DETAIL_EXTERNAL_BUILD_STATE_UPDATED";
    private readonly Channel<(string? Signature, string Body)> received = Channel.CreateUnbounded<(string?, string)>();
    private WebApplication receiver = null!;
    private int status = 200;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private World World => simulator.World;
    private string App => World.AppId("Harbor Budget");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        receiver = builder.Build();
        receiver.MapPost("/hook", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received.Writer.TryWrite((context.Request.Headers["x-apple-signature"], await reader.ReadToEndAsync()));
            context.Response.StatusCode = status;
        });
        await receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        World.Reset();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task Webhook_MadeReadChangedDeleted_NeverShowsItsSecret()
    {
        var id = await CreateAsync();
        var read = await simulator.GetAsync($"/v1/webhooks/{id}?include=app");
        Assert.Equal((App, "Portal"), ((string)read["included"]![0]!["id"]!, (string)read["data"]!["attributes"]!["name"]!));
        Assert.DoesNotContain(Secret, read.ToJsonString());
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { data = new { type = "webhooks", id, attributes = new { name = "Renamed" } } }));
        Assert.Equal("Renamed", (string)Assert.Single((await simulator.GetAsync($"/v1/apps/{App}/webhooks"))["data"]!.AsArray())!["attributes"]!["name"]!);
        Assert.StartsWith("403", await simulator.RefusalAsync(HttpMethod.Get, "/v1/webhooks"));
        Assert.StartsWith("204", await simulator.RefusalAsync(HttpMethod.Delete, $"/v1/webhooks/{id}"));
        Assert.Equal("404 NOT_FOUND", await simulator.RefusalAsync(HttpMethod.Get, $"/v1/webhooks/{id}"));
    }

    [Fact]
    public async Task Build_ChangingItsState_IsToldOnceAndSigned()
    {
        var id = await CreateAsync();
        var build = World.UploadBuild(App, "7.0", "700");
        World.SetExternalState(build, "WAITING_FOR_BETA_REVIEW");
        var (signature, body) = await received.Reader.ReadAsync(Cancel);
        var data = JsonNode.Parse(body)!["data"]!;
        Assert.Equal(("buildBetaDetailExternalBuildStateUpdated", build), ((string)data["type"]!, (string)data["relationships"]!["instance"]!["data"]!["id"]!));
        Assert.Equal(("READY_FOR_BETA_SUBMISSION", "WAITING_FOR_BETA_REVIEW"), ((string)data["attributes"]!["oldExternalBuildState"]!, (string)data["attributes"]!["newExternalBuildState"]!));
        Assert.Equal("hmacsha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body))), signature);
        var delivery = await DeliveryAsync(id, "SUCCEEDED");
        Assert.Equal((string)data["id"]!, (string)delivery["included"]![0]!["id"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task Delivery_Refused_IsTriedAgainThenFailedAndRedelivered()
    {
        World.Switches = new Switches { WebhookRetries = 1, WebhookRetrySeconds = 60, WebhookSignatureBare = true };
        status = 500;
        var id = await CreateAsync();
        Assert.StartsWith("201", await simulator.RefusalAsync(HttpMethod.Post, "/v1/webhookPings", new { data = new { type = "webhookPings", relationships = new { webhook = new { data = new { type = "webhooks", id } } } } }));
        var first = await received.Reader.ReadAsync(Cancel);
        Assert.Equal(("webhookPingCreated", 64), ((string)JsonNode.Parse(first.Body)!["data"]!["type"]!, first.Signature!.Length));
        while (!received.Reader.TryPeek(out _))
        {
            World.Advance(TimeSpan.FromSeconds(61));
            await Task.Delay(5, Cancel);
        }
        Assert.Equal(first, await received.Reader.ReadAsync(Cancel));
        var failed = await DeliveryAsync(id, "FAILED");
        status = 200;
        Assert.StartsWith("201", await simulator.RefusalAsync(HttpMethod.Post, "/v1/webhookDeliveries", new
        {
            data = new { type = "webhookDeliveries", relationships = new { template = new { data = new { type = "webhookDeliveries", id = (string)failed["data"]![0]!["id"]! } } } },
        }));
        Assert.Equal(first.Body, (await received.Reader.ReadAsync(Cancel)).Body);
        Assert.True((bool)(await DeliveryAsync(id, "SUCCEEDED"))["data"]![0]!["attributes"]!["redelivery"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_OutOfOrderAndTwice_KeepTheirIds()
    {
        await CreateAsync();
        World.Switches = new Switches { WebhooksOutOfOrder = true };
        var build = World.UploadBuild(App, "7.1", "710");
        World.SetExternalState(build, "WAITING_FOR_BETA_REVIEW");
        World.SetExternalState(build, "IN_BETA_REVIEW");
        Assert.Equal(["IN_BETA_REVIEW", "WAITING_FOR_BETA_REVIEW"], [await NewStateAsync(), await NewStateAsync()]);
        World.Switches = new Switches { WebhookDuplicates = true };
        World.SetExternalState(build, "BETA_APPROVED");
        Assert.Equal(await received.Reader.ReadAsync(Cancel), await received.Reader.ReadAsync(Cancel));
    }

    [Fact(Timeout = 60_000)]
    public async Task Address_OfAnotherMachine_IsNeverCalled()
    {
        var id = await CreateAsync("https://elsewhere.example/hook");
        World.Switches = new Switches { WebhookRetries = 0 };
        World.SetExternalState(World.UploadBuild(App, "7.2", "720"), "WAITING_FOR_BETA_REVIEW");
        Assert.Contains("loopback", (string)(await DeliveryAsync(id, "FAILED"))["data"]![0]!["attributes"]!["errorMessage"]!);
    }

    private async Task<string> NewStateAsync() => (string)JsonNode.Parse((await received.Reader.ReadAsync(Cancel)).Body)!["data"]!["attributes"]!["newExternalBuildState"]!;

    private async Task<JsonObject> DeliveryAsync(string webhook, string state)
    {
        while (true)
        {
            var found = await simulator.GetAsync($"/v1/webhooks/{webhook}/deliveries?include=event&filter[deliveryState]={state}");
            if (found["data"]!.AsArray().Count > 0) return found;
            await Task.Delay(5, Cancel);
        }
    }

    private async Task<string> CreateAsync(string? url = null)
    {
        using var made = await simulator.SendAsync(HttpMethod.Post, "/v1/webhooks", new
        {
            data = new
            {
                type = "webhooks", attributes = new { name = "Portal", url = url ?? receiver.Urls.First() + "/hook", secret = Secret, enabled = true, eventTypes = new[] { StateUpdated } },
                relationships = new { app = new { data = new { type = "apps", id = App } } },
            },
        });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return made.Headers.Location!.ToString().Split('/')[^1];
    }
}
