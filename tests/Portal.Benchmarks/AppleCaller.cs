using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Benchmarks;

/// <summary>A plain client of Apple's API with one token, as short scripts have it: for baselines, and to fill worlds through the front door.</summary>
internal sealed class AppleCaller : IDisposable
{
    private readonly HttpClient _http;

    public AppleCaller(SimulatorHost simulator, TimeProvider clock)
    {
        _http = new HttpClient { BaseAddress = new Uri(simulator.Address) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(simulator.World.CreateKey(), clock));
    }

    /// <summary>Asks and answers with the document; an answer of another kind than 2xx throws.</summary>
    public async Task<JsonDocument> GetAsync(string path) => JsonDocument.Parse(await _http.GetByteArrayAsync(path));

    public async Task<JsonDocument?> PostAsync(string path, object data)
    {
        using var answer = await _http.PostAsJsonAsync(path, new { data });
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsByteArrayAsync();
        return body.Length == 0 ? null : JsonDocument.Parse(body);
    }

    /// <summary>Makes a tester in a group: one POST.</summary>
    public async Task<string> CreateTesterAsync(string groupId, string email)
    {
        using var made = await PostAsync("/v1/betaTesters", new { type = "betaTesters", attributes = new { email }, relationships = new { betaGroups = new { data = new[] { new { type = "betaGroups", id = groupId } } } } });
        return made!.RootElement.GetProperty("data").GetProperty("id").GetString()!;
    }

    /// <summary>Leaves the app without testers, of which Apple takes 10,000; it may have 200 at first.</summary>
    public async Task DeleteTestersAsync(string appId)
    {
        using var page = await GetAsync($"/v1/betaTesters?filter[apps]={appId}&limit=200");
        foreach (var tester in page.RootElement.GetProperty("data").EnumerateArray()) (await _http.DeleteAsync($"/v1/betaTesters/{tester.GetProperty("id").GetString()}")).EnsureSuccessStatusCode();
    }

    /// <summary>Rows of every page of a list.</summary>
    public async Task<int> CountRowsAsync(string path)
    {
        var rows = 0;
        for (var next = path; next is not null;)
        {
            using var page = await GetAsync(next);
            rows += page.RootElement.GetProperty("data").GetArrayLength();
            next = page.RootElement.GetProperty("links").TryGetProperty("next", out var link) ? link.GetString() : null;
        }
        return rows;
    }

    public void Dispose() => _http.Dispose();

    private static string Token(IssuedKey key, TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        string Part(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
        var signed = $"{Part(new { alg = "ES256", kid = key.KeyId, typ = "JWT" })}.{Part(new { iss = key.IssuerId, iat = now - 5, exp = now + 1_100, aud = "appstoreconnect-v1" })}";
        using var pair = ECDsa.Create();
        pair.ImportFromPem(key.P8);
        return $"{signed}.{Base64Url.EncodeToString(pair.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }
}
