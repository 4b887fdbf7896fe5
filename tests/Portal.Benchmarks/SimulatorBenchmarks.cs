using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Benchmarks;

/// <summary>
/// The simulator over HTTP: fifty pages of a group of 10,000 have to take less than a second, and worlds have to be cheap.
/// <code>dotnet run -c Release --project tests/Portal.Benchmarks -- --filter '*Simulator*'</code>
/// </summary>
[MemoryDiagnoser]
public class SimulatorBenchmarks
{
    private readonly VirtualClock _clock = new();
    private SimulatorHost _simulator = null!;
    private HttpClient _http = null!;
    private World _small = null!;
    private string _group = "";

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        _small = new World(_clock, size: WorldSize.Small);
        _simulator = await SimulatorHost.StartAsync(_clock);
        _simulator.World.Reset(WorldSize.Large);
        _simulator.World.Switches = new Switches { HourLimit = 0 };
        _group = _simulator.World.GroupId("Zenith Crowd", "Everybody");
        _http = new HttpClient { BaseAddress = new Uri(_simulator.Address) };
    }

    [GlobalCleanup]
    public async Task EndAsync()
    {
        _http.Dispose();
        await _simulator.DisposeAsync();
    }

    [Benchmark]
    public async Task<int> PageThroughTenThousand()
    {
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(_simulator.World.CreateKey()));
        var rows = 0;
        for (var next = $"/v1/betaGroups/{_group}/betaTesters?fields[betaTesters]=email,state,inviteType&limit=200"; next is not null;)
        {
            using var page = JsonDocument.Parse(await _http.GetByteArrayAsync(next));
            rows += page.RootElement.GetProperty("data").GetArrayLength();
            next = page.RootElement.GetProperty("links").TryGetProperty("next", out var link) ? link.GetString() : null;
        }
        return rows == 10_000 ? rows : throw new InvalidOperationException($"{rows} rows");
    }

    [Benchmark]
    public World NewSmallWorld() => new(_clock, size: WorldSize.Small);

    [Benchmark]
    public World NewStandardWorld() => new(_clock);

    [Benchmark]
    public void ResetSmallWorld() => _small.Reset(WorldSize.Small);

    [Benchmark]
    public int SeedTenThousand()
    {
        _small.Reset(WorldSize.Small);
        return _small.SeedTesters(_small.AppId("Aurora Notes"), _small.GroupId("Aurora Notes", "Aurora beta testers"), 10_000).Count;
    }

    private string Token(IssuedKey key)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        string Part(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
        var signed = $"{Part(new { alg = "ES256", kid = key.KeyId, typ = "JWT" })}.{Part(new { iss = key.IssuerId, iat = now - 5, exp = now + 600, aud = "appstoreconnect-v1" })}";
        using var pair = ECDsa.Create();
        pair.ImportFromPem(key.P8);
        return $"{signed}.{Base64Url.EncodeToString(pair.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }
}
