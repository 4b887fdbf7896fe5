using System.Diagnostics;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Benchmarks;

/// <summary>
/// Requests at Apple for the cases of the bars with a group of 10,000, counted at the simulator. The same formulas with few
/// people are asserted in <c>CallCountTests</c>.
/// <code>dotnet run -c Release --project tests/Portal.Benchmarks -- calls</code>
/// </summary>
internal static class CallTable
{
    private const int Many = 10_000;
    private static readonly SyncPolicy AdoptNothing = BenchStage.Free with { AdoptMatching = false };

    public static async Task<int> PrintAsync()
    {
        var table = new Table("Requests at Apple, a group of 10,000", "case", "minimum", "Portal", "bar", "");
        void Add(string what, int minimum, int calls, int bar) => table.Add(what, minimum, calls, bar, table.Verdict(calls <= bar));

        var (routine, exact, changed, removed) = await SettledAsync();
        Add("no change, routine cycle, 200 groups of one app linked, builds watched", 1, routine, 1);
        Add("no change, exact check", 50, exact, 51);
        var (known, warm) = await KnownAsync();
        Add("10,000 known to the app, group empty, nothing in the mirror, read back", 102, known, 201);
        Add("the same with their ids in the mirror", 52, warm, 100 + 53);
        Add("9,800 in the group, 50 joiners known, 50 unknown, 100 leavers, mirror warm", 55, changed, 65);
        Add("10,000 unknown, empty app", 10_002, await UnknownAsync(), 10_100);
        Add("all but one removed", 52, removed, 152);
        return table.Print();
    }

    /// <summary>A link whose group holds its team: left alone, looked at, changed, emptied.</summary>
    private static async Task<(int Routine, int Exact, int Changed, int Removed)> SettledAsync()
    {
        await using var stage = await BenchStage.StartAsync(jobs: false);
        var group = stage.GroupId;
        var team = stage.World.SeedTesters(stage.AppId, group, 9_800);
        stage.SetTeam(team);
        var links = new List<Guid> { await stage.LinkAsync(group) };
        await AppliedAsync(stage, links[0]);

        // Fifty more whom the app knows from another group.
        var elsewhere = await stage.NewGroupAsync("Elsewhere");
        var known = stage.World.SeedTesters(stage.AppId, elsewhere, 50, from: Many);
        stage.SetTeam(known, "ember-insiders");
        links.Add(await stage.LinkAsync(elsewhere, "ember-insiders"));
        await AppliedAsync(stage, links[1]);
        stage.SetTeam([.. team.Skip(100), .. known, .. BenchStage.Addresses("unknown", 50)]);
        var changed = await CountAsync(stage, () => AppliedAsync(stage, links[0], byHand: false));

        await LinkOthersAsync(stage, links);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(10));
        var routine = await CountAsync(stage, async () =>
        {
            foreach (var link in links) await stage.Portal.Get<SyncRunner>().CheckAsync(link, CancellationToken.None);
        });
        var exact = await CountAsync(stage, () => AppliedAsync(stage, links[0]));
        stage.SetTeam(team.Skip(100).Take(1));
        var removed = await CountAsync(stage, () => AppliedAsync(stage, links[0]));
        return (routine, exact, changed, removed);
    }

    /// <summary>Links until the app has 200 groups, each with the same few people.</summary>
    private static async Task LinkOthersAsync(BenchStage stage, List<Guid> links)
    {
        const string few = "cinder-photographers";
        var people = BenchStage.Addresses("few", 5);
        stage.SetTeam(people, few);
        while (stage.World.GroupNames(BenchStage.App).Count < 200)
        {
            var group = await stage.NewGroupAsync($"Group {links.Count}");
            foreach (var person in people) stage.World.AddTesterByHand(group, person);
            links.Add(await stage.LinkAsync(group, few));
            await AppliedAsync(stage, links[^1]);
        }
    }

    private static async Task<(int Cold, int Warm)> KnownAsync()
    {
        await using var stage = await BenchStage.StartAsync(jobs: false);
        stage.SetTeam(stage.World.SeedTesters(stage.AppId, null, Many));
        var link = await stage.LinkAsync(stage.GroupId, policy: AdoptNothing);
        var cold = await CountAsync(stage, () => AppliedAsync(stage, link));
        var second = await stage.LinkAsync(await stage.NewGroupAsync("Second"), policy: AdoptNothing);
        return (cold, await CountAsync(stage, () => AppliedAsync(stage, second)));
    }

    private static async Task<int> UnknownAsync()
    {
        await using var stage = await BenchStage.StartAsync(jobs: false);
        stage.SetTeam(BenchStage.Addresses("unknown", Many));
        var link = await stage.LinkAsync(stage.GroupId);
        return await CountAsync(stage, () => AppliedAsync(stage, link));
    }

    /// <summary>One run, asked for by a person or begun by the schedule; it has to leave the group as the team is.</summary>
    private static async Task AppliedAsync(BenchStage stage, Guid link, bool byHand = true)
    {
        var runner = stage.Portal.Get<SyncRunner>();
        if (byHand)
        {
            var asked = await stage.Sync.RequestAsync(link, SyncMode.Real, Actors.ProgramManager);
            await runner.RunAsync(asked.RunId, CancellationToken.None);
            var run = await stage.Sync.RunAsync(asked.RunId, Actors.ProgramManager);
            if (run.State is not RunState.Succeeded) throw new InvalidOperationException($"The run ended {run.State}: {run.Problem}");
        }
        else await runner.CheckAsync(link, CancellationToken.None);
        var view = await stage.Sync.LinkAsync(link, Actors.Viewer);
        if (view.Problem is not null || view.DriftToAdd + view.DriftToRemove > 0) throw new InvalidOperationException($"The link stands at {view.State}: {view.Problem}");
    }

    private static async Task<int> CountAsync(BenchStage stage, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        var mark = stage.World.Ledger.Last;
        await work();
        var calls = stage.World.Ledger.Since(mark).Where(call => call.Path.StartsWith("/v1/", StringComparison.Ordinal)).ToList();
        Console.WriteLine($"{calls.Count} calls in {watch.Elapsed.TotalSeconds:N0} s: {string.Join(", ", calls.CountBy(c => $"{c.Method} {c.PathTemplate}").Select(c => $"{c.Value} {c.Key}"))}");
        return calls.Count;
    }
}
