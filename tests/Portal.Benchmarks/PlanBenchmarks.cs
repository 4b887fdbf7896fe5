using System.Globalization;
using BenchmarkDotNet.Attributes;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Benchmarks;

/// <summary>
/// Planning and weighing a team against a group. Baseline: matching the two lists by address alone, which any plan has to do.
/// <code>dotnet run -c Release --project tests/Portal.Benchmarks -- --filter '*Plan*'</code>
/// </summary>
[MemoryDiagnoser]
public class PlanBenchmarks
{
    private PlanInputs _inputs = null!;

    /// <summary>People on each side; one in a hundred differs.</summary>
    [Params(250, 10_000)]
    public int People { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var members = Enumerable.Range(0, People).Select(n => new Member(n + 1, n.ToString(CultureInfo.InvariantCulture), $"Person.{n}@Example.com")).ToList();
        var testers = Enumerable.Range(People / 100, People).Select(n => new BetaTester($"t{n}", $"person.{n}@example.com", null, null, "EMAIL", "INSTALLED")).ToList();
        var ledger = testers.Select(t => new LedgerEntry(t.Email!, t.Id[1..], MembershipOrigin.Sync, true, false)).ToDictionary(entry => entry.PersonKey);
        _inputs = new PlanInputs(new TeamSnapshot(members, at, null), new GroupSnapshot("group", testers, at, null), ledger, new HashSet<string>(), new SyncPolicy(), 1);
    }

    [Benchmark(Baseline = true)]
    public int MatchByAddress()
    {
        var wanted = _inputs.Team.Members.Select(m => m.AppleEmail!.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        return _inputs.Group.Testers.Count(t => wanted.Contains(t.Email!));
    }

    [Benchmark]
    public SyncVerdict PlanAndWeigh() =>
        SyncGuard.Check(SyncPlan.Calculate(_inputs), _inputs.Policy, new GuardFacts(People, People, People, 0, FirstFill: false));
}
