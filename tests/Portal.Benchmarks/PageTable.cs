using System.Diagnostics;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Benchmarks;

/// <summary>
/// How long a client takes to page through a group of 10,000 at the simulator, over HTTP.
/// <code>dotnet run -c Release --project tests/Portal.Benchmarks -- pages</code>
/// </summary>
internal static class PageTable
{
    public static async Task<int> PrintAsync()
    {
        var clock = new VirtualClock();
        await using var simulator = await SimulatorHost.StartAsync(clock);
        simulator.World.Reset(WorldSize.Large);
        simulator.World.Switches = new Switches { HourLimit = 0 };
        var list = $"/v1/betaGroups/{simulator.World.GroupId("Zenith Crowd", "Everybody")}/betaTesters?fields[betaTesters]=email,state,inviteType&limit=200";
        using var apple = new AppleCaller(simulator, clock);
        var table = new Table("50 pages of a group of 10,000 at the simulator", "pass", "time", "bar", "");
        foreach (var pass in new[] { "first", "second", "third" })
        {
            var watch = Stopwatch.StartNew();
            var rows = await apple.CountRowsAsync(list);
            if (rows != 10_000) throw new InvalidOperationException($"{rows} rows");
            table.Add(pass, $"{watch.ElapsedMilliseconds} ms", "1,000 ms", table.Verdict(watch.ElapsedMilliseconds < 1_000));
        }
        return table.Print();
    }
}
