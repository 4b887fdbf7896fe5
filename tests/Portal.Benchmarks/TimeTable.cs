using System.Diagnostics;

namespace Portal.Benchmarks;

/// <summary>
/// How long a sync takes beside what teams have without the portal: all in one run, one after the other, against a simulator
/// in this process that takes its time for every answer.
/// <code>dotnet run -c Release --project tests/Portal.Benchmarks -- time</code>
/// </summary>
internal static class TimeTable
{
    private const int People = 500;
    private const int WarmUp = 200;

    /// <summary>50 ms an answer, no limit of calls: 500 new and 500 known, with four and with eight in flight.</summary>
    public static async Task<int> PrintAsync()
    {
        var table = new Table("500 people each, 50 ms an answer, Apple's limits off", "who", "how", "time", "beside (a)", "bar", "beside (b)", "bar", "");
        await using var stage = await BaseAsync(50);
        var (postNew, importNew) = (await TimeAsync(() => PostsAsync(stage, "new-a")), await TimeAsync(() => ImportAsync(stage, "new-b")));
        var postKnown = await TimeAsync(() => Baselines.OnePostAtATimeAsync(stage.Apple, stage.GroupId, Known(stage, 0)));
        table.Add("new", "(a) one POST at a time", Table.Seconds(postNew), "", "", "", "", "");
        table.Add("new", "(b) three calls a person", Table.Seconds(importNew), "", "", "", "", "");
        // The first sync of a process is compiled while it runs; a portal runs for weeks.
        await PortalAsync(4, 0, 0, known: false);
        foreach (var (inFlight, bar, importBar) in new[] { (4, 3.5, 10.5), (8, 6, 18) })
        {
            var took = await PortalAsync(inFlight, 50, 0, known: false);
            var (a, b) = (postNew / took, importNew / took);
            table.Add("new", $"Portal, {inFlight} in flight", Table.Seconds(took), Table.Times(a), Table.Times(bar), Table.Times(b), Table.Times(importBar), table.Verdict(a >= bar && b >= importBar));
        }
        table.Add("known", "(a) one POST at a time", Table.Seconds(postKnown), "", "", "", "", "");
        foreach (var inFlight in new[] { 4, 8 })
        {
            var took = await PortalAsync(inFlight, 50, 0, known: true);
            table.Add("known", $"Portal, {inFlight} in flight", Table.Seconds(took), Table.Times(postKnown / took), Table.Times(15), "", "", table.Verdict(postKnown / took >= 15));
        }
        return table.Print();
    }

    /// <summary>500 ms an answer and 300 calls a minute.</summary>
    public static async Task<int> PrintLimitedAsync()
    {
        var table = new Table("500 new people, 500 ms an answer, 300 calls a minute", "how", "time", "beside (a)", "bar", "");
        await using var stage = await BaseAsync(500, 300);
        var posts = await TimeAsync(() => PostsAsync(stage, "new-a"));
        table.Add("(a) one POST at a time", Table.Seconds(posts), "", "", "");
        await PortalAsync(4, 0, 0, known: false);
        var took = await PortalAsync(4, 500, 300, known: false);
        table.Add("Portal, 4 in flight", Table.Seconds(took), Table.Times(posts / took), Table.Times(2.2), table.Verdict(posts / took >= 2.2));
        return table.Print();
    }

    private static async Task<BenchStage> BaseAsync(int milliseconds, int aMinute = 0)
    {
        var stage = await BenchStage.StartAsync(jobs: false);
        await Baselines.ThreeCallsAPersonAsync(stage.Apple, stage.AppId, stage.GroupId, stage.GroupId, BenchStage.Addresses("warm-up", WarmUp));
        Slow(stage, milliseconds, aMinute);
        return stage;
    }

    private static Task PostsAsync(BenchStage stage, string word) => Baselines.OnePostAtATimeAsync(stage.Apple, stage.GroupId, BenchStage.Addresses(word, People));

    private static Task ImportAsync(BenchStage stage, string word) =>
        Baselines.ThreeCallsAPersonAsync(stage.Apple, stage.AppId, stage.GroupId, stage.GroupId, BenchStage.Addresses(word, People));

    /// <summary>One sync of a fresh portal that has synced a few people before, as one that has run for a while.</summary>
    private static async Task<TimeSpan> PortalAsync(int inFlight, int milliseconds, int aMinute, bool known)
    {
        await using var stage = await BenchStage.StartAsync(inFlight);
        stage.SetTeam(BenchStage.Addresses("warm-up", WarmUp));
        await stage.RunAsync(await stage.LinkAsync(await stage.NewGroupAsync("Earlier")));
        stage.SetTeam(known ? Known(stage, People) : BenchStage.Addresses("new", People));
        var link = await stage.LinkAsync(stage.GroupId);
        // Nothing of what went before stands in the key's minute or hour.
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(61));
        Slow(stage, milliseconds, aMinute);
        var run = await stage.RunAsync(link);
        if (run.Confirmed != People) throw new InvalidOperationException($"{run.Confirmed} confirmed");
        return BenchStage.Took(run);
    }

    /// <summary>People the app knows who are in none of its groups.</summary>
    private static IReadOnlyList<string> Known(BenchStage stage, int from) => stage.World.SeedTesters(stage.AppId, null, People, from: from);

    private static void Slow(BenchStage stage, int milliseconds, int aMinute) =>
        stage.World.Switches = stage.World.Switches with { LatencyMilliseconds = milliseconds, MinuteLimit = aMinute };

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed;
    }
}
