using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>A simulator of its own on a free port, called over HTTP with real tokens.</summary>
public sealed class SimulatorFixture : IAsyncLifetime
{
    private readonly WebApplication app = SimulatorApp.Build([], builder =>
    {
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
    });

    public World World => app.Services.GetRequiredService<World>();
    public HttpClient Http { get; private set; } = null!;
    public IssuedKey Key { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
        Key = World.CreateKey();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        World.Faults.Clear();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    public static string Token(IssuedKey key, DateTimeOffset now, Action<JsonObject>? change = null, bool der = false, string algorithm = "ES256")
    {
        var claims = new JsonObject
        {
            ["iss"] = key.IssuerId, ["iat"] = now.ToUnixTimeSeconds() - 5, ["exp"] = now.ToUnixTimeSeconds() + 600, ["aud"] = "appstoreconnect-v1",
        };
        change?.Invoke(claims);
        var header = new JsonObject { ["alg"] = algorithm, ["kid"] = key.KeyId, ["typ"] = "JWT" };
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key.P8);
        var format = der ? DSASignatureFormat.Rfc3279DerSequence : DSASignatureFormat.IeeeP1363FixedFieldConcatenation;
        return $"{signed}.{Base64Url.EncodeToString(ecdsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, format))}";
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, IssuedKey? key = null, string? token = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token(key ?? Key, World.Time.GetUtcNow()));
        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<JsonObject> GetAsync(string path, IssuedKey? key = null)
    {
        using var response = await SendAsync(HttpMethod.Get, path, key: key);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
    }

    /// <summary>The code of the first error, or the status when there is no error document.</summary>
    public async Task<string> RefusalAsync(HttpMethod method, string path, object? body = null, IssuedKey? key = null, string? token = null)
    {
        using var response = await SendAsync(method, path, body, key, token);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return text.Length == 0 ? $"{(int)response.StatusCode}" : $"{(int)response.StatusCode} {JsonNode.Parse(text)!["errors"]?[0]?["code"]}";
    }

    public static object Linkages(string type, params string[] ids) => new { data = ids.Select(id => new { type, id }) };

    public static object NewTester(string email, string groupId) => new
    {
        data = new
        {
            type = "betaTesters",
            attributes = new { email, firstName = "Test", lastName = "Person" },
            relationships = new { betaGroups = new { data = new[] { new { type = "betaGroups", id = groupId } } } },
        },
    };
}
