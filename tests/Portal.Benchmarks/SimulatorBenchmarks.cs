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
    private AppleCaller _apple = null!;
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
        _apple = new AppleCaller(_simulator, _clock);
    }

    [GlobalCleanup]
    public async Task EndAsync()
    {
        _apple.Dispose();
        await _simulator.DisposeAsync();
    }

    [Benchmark]
    public Task<int> PageThroughTenThousand() => _apple.CountRowsAsync($"/v1/betaGroups/{_group}/betaTesters?fields[betaTesters]=email,state,inviteType&limit=200");

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
}
