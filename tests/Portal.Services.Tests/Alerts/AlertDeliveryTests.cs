using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Alerts;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Alerts;
using Portal.Tests;
using Portal.Tests.Mail;

namespace Portal.Services.Tests.Alerts;

public class AlertDeliveryTests
{
    private const string Secret = "made up for this test, 32 or more characters";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_OpenedAndResolved_MailsWhatWhoseTurnAndWhereAndThatItIsOver()
    {
        using var server = await MailServer.StartAsync();
        var causes = new Causes(AlertStage.Broken, AlertStage.Broken with { Key = "test:keys", Title = "A key is old", Audience = Permission.SeeCredentials });
        await using var portal = await AlertStage.StartAsync(causes, settings: new Dictionary<string, string?>
        {
            ["Alerts:Mail:0:To"] = "support@example.com", ["Alerts:Mail:0:Role"] = "Support",
            ["Mail:Host"] = "localhost", ["Mail:Port"] = $"{server.Port}", ["Mail:From"] = "portal@example.com", ["Mail:UseTls"] = "false",
        });
        await portal.SweepAsync();
        var opened = await server.NextAsync(Cancel);
        causes.Now = [];
        await portal.SweepAsync(TimeSpan.FromMinutes(5));
        await portal.SweepAsync(TimeSpan.FromMinutes(15));
        var over = await server.NextAsync(Cancel);

        Assert.Equal("support@example.com", Assert.Single(opened.To));
        Assert.Equal(("Portal: The bridge is out", "Portal, over: The bridge is out"), (opened.Message.Subject, over.Message.Subject));
        var text = opened.Message.TextBody!.ReplaceLineEndings("\n");
        Assert.Contains("A program manager builds it up again. (bridge-out)\nWhose turn: a program manager\n\nIt is about:\n- North\n- South\n", text, StringComparison.Ordinal);
        Assert.Contains("https://portal.example/links\n", text, StringComparison.Ordinal);
        // The one about keys is not for support: these two are all.
        Assert.Equal(2, await portal.DataAsync(db => db.AlertNotices.CountAsync(Cancel)));
        Assert.Equal(2, await portal.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == AuditCodes.AlertTold.Name, Cancel)));
    }

    [Fact]
    public async Task RunAsync_Webhook_IsSignedOverTimeAndBody()
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var portal = await AlertStage.StartAsync(new Causes(AlertStage.Broken), settings: Hook(receiver));

        await portal.SweepAsync();

        var got = Assert.Single(receiver.Got);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{got.Timestamp}."), .. got.Body];
        var right = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed);
        Assert.Equal($"v1={Convert.ToHexStringLower(right)}", got.Signature);
        Assert.Equal(portal.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), got.Timestamp);
        var body = JsonNode.Parse(got.Body)!;
        Assert.Equal(("Opened", "bridge-out", "ProgramManager", "https://portal.example/links", got.Delivery),
            ((string?)body["event"], (string?)body["alert"]!["code"], (string?)body["alert"]!["turn"], (string?)body["alert"]!["url"], (string?)body["id"]));
    }

    [Fact]
    public async Task RunAsync_ReceiverStumbles_IsTriedAgainUntilTaken()
    {
        // Four tries in the first go, then a rest, then taken.
        await using var receiver = await HookReceiver.StartAsync(503, 500, 429, 503);
        await using var portal = await AlertStage.StartAsync(new Causes(AlertStage.Broken), settings: Hook(receiver));

        await portal.SweepAsync();
        var before = await ToldAsync(portal);
        await portal.SweepAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(4, receiver.Got.Count);
        await portal.SweepAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((503, "refused", null), (before.Status, before.Failure, before.DeliveredAt));
        var after = await ToldAsync(portal);
        Assert.Equal((204, null, 2, "Web hook at 127.0.0.1"), (after.Status, after.Failure, after.Tries, after.By));
        Assert.NotNull(after.DeliveredAt);
        Assert.Equal(5, receiver.Got.Count);
        Assert.Single(receiver.Got.Select(post => post.Delivery).Distinct());
    }

    [Fact]
    public async Task RunAsync_ReceiverRedirects_IsNotFollowedAndGivenUpInTheEnd()
    {
        await using var receiver = await HookReceiver.StartAsync([.. Enumerable.Repeat(307, AlertDelivery.MostTries)]);
        await using var portal = await AlertStage.StartAsync(new Causes(AlertStage.Broken), settings: Hook(receiver));

        for (var n = 0; n < AlertDelivery.MostTries + 2; n++) await portal.SweepAsync(TimeSpan.FromHours(9));

        Assert.Equal((0, AlertDelivery.MostTries), (receiver.Elsewhere, receiver.Got.Count));
        var told = await ToldAsync(portal);
        Assert.Equal((307, "redirected", null, null), (told.Status, told.Failure, told.DeliveredAt, told.NextTryAt));
        Assert.Equal(1, await portal.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == AuditCodes.AlertNotTold.Name, Cancel)));
    }

    [Fact]
    public async Task RunAsync_NobodyListens_DelaysNoMailAndKeepsTheSecretOutOfEverything()
    {
        using var server = await MailServer.StartAsync();
        await using var portal = await AlertStage.StartAsync(new Causes(AlertStage.Broken), settings: new Dictionary<string, string?>
        {
            ["Alerts:Webhooks:0:Url"] = "http://127.0.0.1:1/hook?token=in-the-address", ["Alerts:Webhooks:0:Secret"] = Secret, ["Alerts:Mail:0:To"] = "team@example.com",
            ["Mail:Host"] = "localhost", ["Mail:Port"] = $"{server.Port}", ["Mail:From"] = "portal@example.com", ["Mail:UseTls"] = "false",
        });

        await portal.SweepAsync();
        await server.NextAsync(Cancel);

        var view = await portal.Get<AlertService>().GetAsync(Assert.Single(await portal.AlertsAsync()).Id, Actors.Administrator, Cancel);
        var hook = view.Told.Single(told => told.By != "Mail");
        Assert.Equal((null, "unreachable"), (hook.Status, hook.Failure));
        var rows = await portal.DataAsync(db => db.AlertNotices.AsNoTracking().ToListAsync(Cancel));
        var everything = System.Text.Json.JsonSerializer.Serialize(view) + System.Text.Json.JsonSerializer.Serialize(rows);
        Assert.DoesNotContain(Secret, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("in-the-address", everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TwoMachinesAtOnce_SendOne()
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var portal = await AlertStage.StartAsync(new Causes(AlertStage.Broken), settings: Hook(receiver));
        using var other = portal.BuildAnother();
        await portal.Get<AlertSweep>().RunAsync(Cancel);

        await Task.WhenAll(portal.Get<AlertDelivery>().RunAsync(Cancel), other.Services.GetRequiredService<AlertDelivery>().RunAsync(Cancel));

        Assert.Single(receiver.Got);
    }

    private static async Task<AlertTelling> ToldAsync(PortalFixture portal) =>
        Assert.Single((await portal.Get<AlertService>().GetAsync(Assert.Single(await portal.AlertsAsync()).Id, Actors.ProgramManager, Cancel)).Told);

    private static Dictionary<string, string?> Hook(HookReceiver receiver) => new() { ["Alerts:Webhooks:0:Url"] = receiver.Url, ["Alerts:Webhooks:0:Secret"] = Secret };
}
