using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Services.Tests.AppStoreConnect.Budget;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>
/// The portal killed at random steps of its runs, some of them again while it resumes (F32): nobody is lost, nobody is invited
/// twice, and after the kill no more lands at Apple than was on its way. <c>PORTAL_KILLS</c> sets how many, <c>PORTAL_KILL_SEED</c> runs one seed.
/// </summary>
public sealed class RandomKillTests
{
    private const int KillsOfASeed = 25;
    private static readonly int[] Seeds = Environment.GetEnvironmentVariable("PORTAL_KILL_SEED") is { Length: > 0 } one
        ? [int.Parse(one, CultureInfo.InvariantCulture)]
        : [.. Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("PORTAL_KILLS") is { Length: > 0 } n ? n : "200", CultureInfo.InvariantCulture) / KillsOfASeed)];

    [Fact]
    [Trait("Failure", "F32")]
    [Trait("Invariant", "27")]
    [Trait("Invariant", "37")]
    [Trait("Invariant", "39")]
    public async Task Run_KilledAtRandomStepsAndResumed_LosesNobodyAndInvitesNobodyTwice()
    {
        var wrong = new ConcurrentBag<string>();
        var (kills, late) = (0, 0);
        await Parallel.ForEachAsync(Seeds, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = TestContext.Current.CancellationToken }, async (seed, _) =>
        {
            await using var one = await KilledRuns.StartAsync(seed);
            foreach (var why in await one.CarryOutAsync(KillsOfASeed)) wrong.Add($"seed {seed}: {why}");
            Interlocked.Add(ref kills, one.Kills);
            Interlocked.Add(ref late, one.Late);
        });
        TestContext.Current.SendDiagnosticMessage("{0} kills, {1} requests landed after one", kills, late);
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong));
        Assert.True(kills >= Seeds.Length * KillsOfASeed, $"{kills} kills");
        // Some struck while requests were on their way, or nothing is proved.
        Assert.True(late > 0, "No kill struck a request on its way.");
    }
}

/// <summary>One portal, killed again and again.</summary>
internal sealed class KilledRuns(SyncStage stage, KillSwitch kill, int seed) : IAsyncDisposable
{
    private const int InFlight = 4;

    // The lease of who died, and the time its last requests may take to land.
    private static readonly TimeSpan Orphaned = TimeSpan.FromSeconds(91);
    private readonly Random _dice = new(seed);
    private readonly List<string> _wrong = [];
    private int _stepsOfARun = 200;
    private int _people;

    public int Kills { get; private set; }

    /// <summary>Requests that landed after a kill.</summary>
    public int Late { get; private set; }

    public static async Task<KilledRuns> StartAsync(int seed)
    {
        var policy = new SyncPolicy { RemovalsAlwaysAllowed = 100, RemovalsPerDay = 5_000, AddsAlwaysAllowed = 100, AddsPerDay = 5_000 };
        var stage = await SyncStage.StartAsync(policy: policy, settings: new Dictionary<string, string?> { [PortalFixture.Quiet] = "true" });
        stage.World.ShrinkTeam(SyncStage.Team, 12);
        stage.World.ClearOutbox();
        string? database;
        await using (var db = stage.Portal.Get<Database>().Open()) database = db.Database.GetConnectionString();
        return new KilledRuns(stage, new KillSwitch(database!.Split(';')[0]), seed);
    }

    /// <summary>What was wrong; empty: nothing.</summary>
    public async Task<IReadOnlyList<string>> CarryOutAsync(int kills)
    {
        // The first fill unharmed tells how long a run is.
        await RunToItsEndAsync((await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager)).RunId);
        while (Kills < kills && _wrong.Count == 0)
        {
            ChangeTeam();
            var run = (await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager)).RunId;
            for (var again = true; again; again = _dice.Next(3) == 0) await KillAsync(run);
            await RunToItsEndAsync(run);
            await LookAsync(run);
        }
        return _wrong;
    }

    public async ValueTask DisposeAsync()
    {
        kill.Dispose();
        await stage.DisposeAsync();
    }

    // Some the app knows from another group, some nobody knows; some go.
    private void ChangeTeam()
    {
        for (var n = _dice.Next(1, 9); n > 0; n--)
        {
            var email = $"person{++_people}@example.com";
            if (_dice.Next(3) == 0) stage.World.AddTesterByHand(stage.World.GroupId(SyncStage.App, "Aurora friends"), email);
            stage.World.AddTeamMember(SyncStage.Team, "Person", $"Number {_people}", email, email);
        }
        for (var n = _dice.Next(0, 3); n > 0; n--) stage.World.RemoveTeamMember(SyncStage.Team, stage.InTeam()[_dice.Next(stage.InTeam().Count)]);
        stage.World.ClearOutbox();
    }

    private async Task KillAsync(Guid run)
    {
        var before = stage.World.Ledger.Last;
        kill.Arm(_dice.Next(1, _stepsOfARun));
        var running = stage.Portal.Get<SyncRunner>().RunAsync(run, CancellationToken.None);
        while (!running.IsCompleted && !kill.HasStruck) await Task.WhenAny(running, Task.Delay(1));
        if (!kill.HasStruck)
        {
            // Over before its time: a shorter run than most.
            kill.Disarm();
            await running;
            return;
        }
        Kills++;
        var atTheKill = stage.World.Ledger.Since(before).Count();
        while (!running.IsCompleted)
        {
            stage.Portal.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(running, Task.Delay(2));
        }
        _ = running.Exception;
        await stage.Portal.RestartAsync();
        var landed = stage.World.Ledger.Since(before).Count() - atTheKill;
        Late += landed;
        if (landed > InFlight) _wrong.Add($"{landed} requests reached Apple after the kill");
        kill.Disarm();
        stage.Portal.Clock.Advance(Orphaned);
    }

    private async Task RunToItsEndAsync(Guid run)
    {
        kill.Disarm();
        var running = stage.Portal.Get<SyncRunner>().RunAsync(run, CancellationToken.None);
        await stage.Portal.TurnAsync(running);
        _stepsOfARun = Math.Max(60, Math.Min(_stepsOfARun, kill.Steps));
    }

    private async Task LookAsync(Guid id)
    {
        var run = await stage.Sync.RunAsync(id, Actors.Viewer);
        var (team, group) = (stage.InTeam(), stage.InGroup());
        if (run.State is not RunState.Succeeded) _wrong.Add($"the run is {run.State}, {run.Problem}");
        if (!team.SequenceEqual(group)) _wrong.Add($"missing [{string.Join(' ', team.Except(group))}], too many [{string.Join(' ', group.Except(team))}]");
        _wrong.AddRange(stage.World.Outbox.Where(m => m.GroupId == stage.GroupId && m.Kind is "invitation" or "reinvitation").CountBy(m => m.To, StringComparer.OrdinalIgnoreCase).Where(m => m.Value > 1).Select(m => $"{m.Key} was invited {m.Value} times"));
        var unowned = await stage.DataAsync(db => db.Memberships.CountAsync(m => m.LinkId == stage.Link.Id && m.RemovedAt == null && m.Origin == MembershipOrigin.Sync));
        if (unowned != group.Count) _wrong.Add($"{unowned} of {group.Count} are known to be ours");
    }
}
