using System.Globalization;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Tests.Sync;
using Portal.Tests;

namespace Portal.Benchmarks;

/// <summary>
/// 10,000 new people into an empty group under Apple's hourly limit, on a clock that is turned, the portal's process thrown away
/// ten times. The same with few people is a test: <c>FirstFillTests</c>.
/// <code>dotnet run -c Release --project tests/Portal.Benchmarks -- first-fill</code>
/// </summary>
internal static class FirstFillTable
{
    private const int People = 10_000;
    private const int HourLimit = 3_600;

    public static async Task<int> PrintAsync()
    {
        await using var stage = await BenchStage.StartAsync(jobs: false);
        stage.SetTeam(BenchStage.Addresses("new", People));
        stage.World.Switches = stage.World.Switches with { HourLimit = HourLimit };
        var link = await stage.LinkAsync(stage.GroupId);
        var mark = stage.World.Ledger.Last;
        var asked = await stage.Sync.RequestAsync(link, SyncMode.Real, Actors.ProgramManager);
        await RestartedRun.CarryOutAsync(stage.Portal, asked.RunId, Enumerable.Range(1, 10).Select(n => n * People / 11));

        var run = await stage.Sync.RunAsync(asked.RunId, Actors.ProgramManager);
        if (run.State is not RunState.Succeeded) throw new InvalidOperationException($"The run ended {run.State}: {run.Problem}");
        var calls = stage.World.Ledger.Since(mark);
        var twice = stage.World.Outbox.Where(m => m.Kind is "invitation" or "reinvitation").GroupBy(m => m.To, StringComparer.OrdinalIgnoreCase).Count(mails => mails.Count() > 1);
        var members = stage.World.GroupMembers(stage.GroupId).Count;
        // One look, one call each, one look back: the last of them may go when so many hours are over.
        var earliest = TimeSpan.FromHours((People + 1) / (HourLimit - CallBudget.Reserve(HourLimit)));
        var took = run.FinishedAt!.Value - run.RequestedAt;
        var table = new Table($"First fill of {People:N0} at {HourLimit:N0} calls an hour, a fifth kept for people, restarted ten times", "what", "earliest, least", "Portal", "bar", "");
        table.Add("end after", Hours(earliest), Hours(took), Hours(earliest * 1.05), table.Verdict(took <= earliest * 1.05));
        table.Add("calls", People + 2, calls.Count, "", "");
        table.Add("refused for the limit", 0, calls.Count(call => call.Status == 429), "0", table.Verdict(calls.All(call => call.Status != 429)));
        table.Add("in the group", People, members, $"{People}", table.Verdict(members == People));
        table.Add("invited twice", 0, twice, "0", table.Verdict(twice == 0));
        return table.Print();
    }

    private static string Hours(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min");
}
