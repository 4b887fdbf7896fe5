using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Sync;
using Portal.Services.Tests.Sync.Approvals;
using Portal.Tests;
using LedgerEntry = Portal.Simulator.LedgerEntry;

namespace Portal.Services.Tests.Sync;

/// <summary>Requests at Apple, counted at the simulator, against the formulas of the bars: the same as for 10,000 with smaller numbers.</summary>
public sealed class CallCountTests
{
    private const int Page = 200;
    private static readonly SyncPolicy Free = new() { RemovalLimit = 10_000, RemovalShare = 1, RemovalsAlwaysAllowed = 100, RemovalsPerDay = 10_000, AddLimit = 10_000, AddShare = 1, ShrunkenTeamShare = 0, AdoptMatching = true };

    [Fact]
    public async Task CheckAsync_NothingChangedInThreeGroupsOfOneApp_IsOneRequestForAllAndTheirBuilds()
    {
        await using var stage = await SettledAsync(5);
        var others = new List<Guid>();
        foreach (var group in new[] { "Aurora public link", "Aurora friends" }) others.Add(await LinkTooAsync(stage, group));
        var due = await stage.DataAsync(db => db.Links.Select(l => l.NextDueAt).Distinct().ToListAsync());
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        stage.World.Ledger.Clear();

        foreach (var link in others.Append(stage.Link.Id)) await stage.Portal.Get<SyncRunner>().CheckAsync(link, TestContext.Current.CancellationToken);

        Assert.Single(due);
        var call = Assert.Single(Calls(stage));
        Assert.Contains("betaTesters,builds", Uri.UnescapeDataString(call.Query), StringComparison.Ordinal);
        Assert.All(await stage.DataAsync(db => db.Links.ToListAsync()), link => Assert.Equal(1, link.ChecksSinceChange));
    }

    [Fact]
    public async Task CheckAsync_NothingChanged_SaysWhenTheGroupWasLastReadExactly()
    {
        await using var stage = await SettledAsync(5);
        var exact = (await stage.CheckAsync()).LastExactCheckAt;
        stage.Portal.Clock.Advance(TimeSpan.FromHours(1));

        var link = await stage.CheckAsync();

        Assert.NotNull(exact);
        Assert.Equal(exact, link.LastExactCheckAt);
        Assert.True(link.LastCheckAt > exact);
    }

    [Fact]
    public async Task CheckAsync_SixHoursAfterTheExactRead_ReadsTheGroupAgain()
    {
        await using var stage = await SettledAsync(5);
        stage.World.FillGroup(stage.GroupId, 2 * Page);
        await stage.RunAsync();
        stage.Portal.Clock.Advance(MembershipReader.ExactEvery);
        stage.World.Ledger.Clear();

        var link = await stage.CheckAsync();

        Assert.Equal(1 + Pages(2 * Page + 5), Calls(stage).Count);
        Assert.Equal(link.LastCheckAt, link.LastExactCheckAt);
    }

    [Fact]
    public async Task CheckAsync_CountDiffersFromTheMirror_ReadsTheGroupAtOnce()
    {
        await using var stage = await SettledAsync(5);
        stage.World.AddTesterByHand(stage.GroupId, "by.hand@example.com");
        stage.World.Ledger.Clear();

        var link = await stage.CheckAsync();

        Assert.Equal(1 + 1, Calls(stage).Count);
        Assert.Equal((6, 1), (link.GroupCount!.Value, link.Unmanaged!.Value));
    }

    [Fact]
    [Trait("Invariant", "13")]
    public async Task CheckAsync_AppleLeavesCountsOut_ReadsTheGroupEachTime()
    {
        await using var stage = await SettledAsync(5);
        stage.World.Switches = stage.World.Switches with { NoTotals = true };
        for (var cycle = 0; cycle < 2; cycle++)
        {
            stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
            stage.World.Ledger.Clear();

            var link = await stage.CheckAsync();

            // Nothing says whether the mirror is still true: the probe, and the group itself.
            Assert.Equal(1 + 1, Calls(stage).Count);
            Assert.Equal((null, link.LastCheckAt), (link.Problem, link.LastExactCheckAt));
        }
        var (joiner, leaver) = ("late@example.com", stage.InTeam()[0]);
        stage.World.AddTeamMember(SyncStage.Team, "Late", "Comer", joiner, joiner);
        stage.World.RemoveTeamMember(SyncStage.Team, leaver);
        await stage.CheckAsync();
        Assert.Equal(stage.InTeam(), stage.InGroup());
    }

    [Fact]
    [Trait("Invariant", "13")]
    public async Task CheckAsync_GroupNeverReadToItsEnd_IsReadWhateverTheMirrorHolds()
    {
        await using var stage = await SettledAsync(5);
        await stage.DataAsync(db => db.MirrorGroups.ExecuteUpdateAsync(set => set.SetProperty(g => g.ExactAt, (DateTimeOffset?)null)));
        stage.World.Ledger.Clear();

        var link = await stage.CheckAsync();

        Assert.Equal(1 + 1, Calls(stage).Count);
        Assert.Equal(link.LastCheckAt, link.LastExactCheckAt);
    }

    [Fact]
    public async Task RequestAsync_AllKnownToTheAppAndNothingInTheMirror_ReadsTheAppOnceThenWritesInBatches()
    {
        await using var stage = await KnownAsync(300);
        var testers = Testers(stage);

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 300), (run.State, run.Confirmed));
        // Probe, the app, batches of 100 and 200, read back.
        Assert.Equal(1 + Pages(testers) + 2 + Pages(300), Calls(stage).Count);
    }

    [Fact]
    public async Task RequestAsync_AllKnownWithIdsInTheMirror_ReadsOnlyTheEmptyGroupBefore()
    {
        await using var stage = await KnownAsync(300);
        await stage.RunAsync();
        var second = await LinkAsync(stage, "Aurora early birds", AdoptNothing);
        stage.World.Ledger.Clear();

        await RunLinkAsync(stage, second);

        // Probe, the group (8 outsiders), batches of 100 and 200, read back.
        Assert.Equal(1 + 1 + 2 + Pages(308), Calls(stage).Count(c => !c.Path.Contains("builds", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task CheckAsync_FewJoinersAndLeaversAndTheMirrorWarm_ReadsNobodyElse()
    {
        await using var stage = await SettledAsync(90);
        await stage.CheckAsync();
        var leavers = stage.InTeam().Take(10).ToList();
        foreach (var leaver in leavers) stage.World.RemoveTeamMember(SyncStage.Team, leaver);
        for (var n = 0; n < 5; n++) stage.World.AddTeamMember(SyncStage.Team, "New", $"{n}", $"new{n}@example.com", $"new{n}@example.com");
        var friends = stage.World.GroupMembers(stage.World.GroupId(SyncStage.App, "Aurora friends")).Take(5).Select(m => m.Email!).ToList();
        foreach (var friend in friends) stage.World.AddTeamMember(SyncStage.Team, "Known", "Friend", friend, friend);
        stage.World.Ledger.Clear();

        await stage.CheckAsync();

        Assert.Equal(stage.InTeam(), stage.InGroup());
        // Probe, count of the app, look-up of the unknown, one batch in, five made, leavers read again, one batch out, read back.
        Assert.Equal(1 + 1 + 1 + 1 + 5 + 1 + 1 + 1, Calls(stage).Count);
    }

    [Fact]
    public async Task RequestAsync_NobodyKnown_IsOneRequestEachAndAHandfulBeside()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, 12);

        await stage.RunAsync();

        Assert.Equal(12, stage.InGroup().Count);
        // Probe, the empty group, count of the app, look-up, twelve, read back.
        Assert.Equal(1 + 1 + 1 + 1 + 12 + 1, Calls(stage).Count);
    }

    [Fact]
    public async Task RequestAsync_NearlyAllLeave_RemovesInBatches()
    {
        await using var stage = await SettledAsync(301);
        stage.World.ShrinkTeam(SyncStage.Team, 1);
        stage.World.Ledger.Clear();

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 300), (run.State, run.Confirmed));
        // Probe, the group, read again, batches of 100 and 200, read back.
        Assert.Equal(1 + Pages(301) + Pages(301) + 2 + Pages(1), Calls(stage).Count);
    }

    [Fact]
    [Trait("Invariant", "14")]
    public async Task EndProjectAsync_AllRemovedAfterAnApproval_ReadsTheGroupOnceAndWhoGoesOnceMore()
    {
        await using var stage = await SettledAsync(300);
        var preview = await stage.Sync.PreviewEndAsync(stage.Link.Id, Actors.ProgramManager, TestContext.Current.CancellationToken);
        await stage.GoOnAsync(preview.RunId);
        stage.World.Ledger.Clear();

        var asked = await stage.Sync.EndProjectAsync(stage.Link.Id, preview.RunId, 300, "Over.", Actors.ProgramManager, TestContext.Current.CancellationToken);
        var held = await stage.GoOnAsync(asked.RunId);
        await stage.Approvals().AllowAsync(held.ApprovalId!.Value, new("Over."), Actors.SecondProgramManager, cancel: TestContext.Current.CancellationToken);
        var done = await stage.GoOnAsync(asked.RunId);

        Assert.Equal((RunState.Succeeded, 300, 0), (done.State, done.Confirmed, stage.InGroup().Count));
        // Held: probe, the group. Allowed: probe, read again, batches of 100 and 200, read back. For 10,000: 1 + 50 + 1 + 50 + 13 + 1 = 116.
        Assert.Equal(1 + Pages(300) + 1 + Pages(300) + 2 + Pages(0), Calls(stage).Count);
    }

    private static readonly SyncPolicy AdoptNothing = Free with { AdoptMatching = false };

    /// <summary>A link whose team is in its group and whose ledger and mirror know it.</summary>
    private static async Task<SyncStage> SettledAsync(int people)
    {
        var stage = await SyncStage.StartAsync(policy: Free);
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, people);
        foreach (var email in stage.InTeam()) stage.World.AddTesterByHand(stage.GroupId, email);
        var run = await stage.RunAsync();
        Assert.Equal((RunState.Succeeded, 0), (run.State, run.ToAdd));
        // Every tester of the app is in the mirror, as after a day of syncs.
        var place = new MirrorPlace(stage.World.IssuerId, stage.AppId);
        var use = new Portal.Services.AppStoreConnect.KeyUse(stage.CredentialId, Actors.ProgramManager, "test");
        await stage.Portal.Get<TesterReads>().AppAsync(use, place, [], TestContext.Current.CancellationToken);
        stage.World.Ledger.Clear();
        return stage;
    }

    private static async Task<SyncStage> KnownAsync(int people)
    {
        var stage = await SyncStage.StartAsync(policy: AdoptNothing);
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, people);
        foreach (var email in stage.InTeam()) stage.World.AddTesterByHand(stage.World.GroupId(SyncStage.App, "Aurora friends"), email);
        stage.World.Ledger.Clear();
        return stage;
    }

    private static async Task<Guid> LinkTooAsync(SyncStage stage, string group)
    {
        foreach (var email in stage.InTeam()) stage.World.AddTesterByHand(stage.World.GroupId(SyncStage.App, group), email);
        var link = await LinkAsync(stage, group, Free);
        await RunLinkAsync(stage, link);
        return link;
    }

    private static async Task<Guid> LinkAsync(SyncStage stage, string group, SyncPolicy policy)
    {
        var link = (await stage.Sync.CreateLinkAsync(stage.Wanted() with { GroupId = stage.World.GroupId(SyncStage.App, group), ReleaseTypeKey = group.Replace(" ", "-"), Policy = policy }, Actors.ProgramManager)).Id;
        await stage.AllowLimitsAsync();
        return link;
    }

    private static async Task RunLinkAsync(SyncStage stage, Guid link)
    {
        var asked = await stage.Sync.RequestAsync(link, SyncMode.Real, Actors.ProgramManager);
        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, TestContext.Current.CancellationToken);
        Assert.Null((await stage.Sync.RunAsync(asked.RunId, Actors.ProgramManager)).Problem);
    }

    private static int Pages(int rows) => Math.Max(1, (rows + Page - 1) / Page);

    private static int Testers(SyncStage stage) => stage.World.GroupNames(SyncStage.App).Distinct()
        .SelectMany(name => stage.World.GroupMembers(stage.World.GroupId(SyncStage.App, name))).DistinctBy(t => t.Id).Count();

    private static List<LedgerEntry> Calls(SyncStage stage) => [.. stage.World.Ledger.Entries.Where(e => e.Path.StartsWith("/v1/", StringComparison.Ordinal))];
}
