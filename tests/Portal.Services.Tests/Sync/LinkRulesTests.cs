using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>What a group and a release type may be linked to, when the link is made and again whenever it runs.</summary>
public sealed class LinkRulesTests
{
    private const string OtherGroup = "Aurora friends";
    private const string Internal = "Engineering";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    [Trait("Invariant", "1")]
    [Trait("Failure", "F9")]
    public async Task CreateLinkAsync_GroupLinkedThroughAnotherKey_IsRefusedNamingTheHolderUntilThatIsRetired(DatabaseKind kind)
    {
        await using var stage = await SyncStage.StartAsync(kind: kind);
        var other = stage.Wanted("borealis-testers") with { ReleaseTypeKey = "another", CredentialId = (await AppleKey.StoreAsync(stage.Portal)).Row.Id };

        var refused = await RefusedAsync(() => stage.Sync.CreateLinkAsync(other, Actors.SecondProgramManager, Cancel));
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var refusedWhilePaused = await RefusedAsync(() => stage.Sync.CreateLinkAsync(other, Actors.SecondProgramManager, Cancel));
        await stage.Sync.RetireAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var free = await stage.Sync.CreateLinkAsync(other, Actors.SecondProgramManager, Cancel);

        Assert.Equal(("group-taken", "group-taken"), (refused.Code, refusedWhilePaused.Code));
        Assert.Contains($"{SyncStage.Team} → {SyncStage.Group}", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(stage.GroupId, free.GroupId);
    }

    [Theory, EachDatabase]
    [Trait("Invariant", "1")]
    public async Task CreateLinkAsync_GroupTakenBetweenCheckAndSave_ExactlyOneWins(DatabaseKind kind)
    {
        await using var stage = await SyncStage.StartAsync(kind: kind);
        var wanted = stage.Wanted() with { GroupId = stage.World.GroupId(SyncStage.App, OtherGroup) };

        var (winner, loser) = await RaceAsync(stage, wanted with { ReleaseTypeKey = "first" }, wanted with { ReleaseTypeKey = "second" });

        Assert.Equal("group-taken", loser.Code);
        Assert.Contains(OtherGroup, loser.Sentence, StringComparison.Ordinal);
        Assert.Equal([winner.Id], await stage.DataAsync(db => db.Links.Where(l => l.GroupId == wanted.GroupId).Select(l => l.Id).ToListAsync(Cancel)));
    }

    [Theory, EachDatabase]
    [Trait("Invariant", "2")]
    public async Task CreateLinkAsync_ReleaseTypeLinkedAlready_IsRefusedNamingTheHolderUntilThatIsRetired(DatabaseKind kind)
    {
        await using var stage = await SyncStage.StartAsync(kind: kind);
        var other = stage.Wanted() with { GroupId = stage.World.GroupId(SyncStage.App, OtherGroup) };

        var refused = await RefusedAsync(() => stage.Sync.CreateLinkAsync(other, Actors.SecondProgramManager, Cancel));
        var spaced = await RefusedAsync(() => stage.Sync.CreateLinkAsync(other with { ReleaseTypeKey = $" {other.ReleaseTypeKey} " }, Actors.SecondProgramManager, Cancel));
        await stage.Sync.RetireAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var free = await stage.Sync.CreateLinkAsync(other, Actors.SecondProgramManager, Cancel);

        Assert.Equal(("release-type-taken", "release-type-taken"), (refused.Code, spaced.Code));
        Assert.Contains($"{SyncStage.Team} → {SyncStage.Group}", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(stage.Link.ReleaseTypeKey, free.ReleaseTypeKey);
    }

    [Theory, EachDatabase]
    [Trait("Invariant", "2")]
    public async Task CreateLinkAsync_ReleaseTypeTakenBetweenCheckAndSave_ExactlyOneWins(DatabaseKind kind)
    {
        await using var stage = await SyncStage.StartAsync(kind: kind);
        var wanted = stage.Wanted() with { ReleaseTypeKey = "wanted-by-two" };

        var (winner, loser) = await RaceAsync(stage, wanted with { GroupId = stage.World.GroupId(SyncStage.App, OtherGroup) },
            wanted with { GroupId = stage.World.GroupId(SyncStage.App, "Aurora early birds") });

        Assert.Equal("release-type-taken", loser.Code);
        Assert.Equal([winner.Id], await stage.DataAsync(db => db.Links.Where(l => l.ReleaseTypeKey == wanted.ReleaseTypeKey).Select(l => l.Id).ToListAsync(Cancel)));
    }

    [Fact]
    [Trait("Invariant", "3")]
    [Trait("Failure", "F7")]
    public async Task CreateLinkAsync_InternalGroup_IsRefused()
    {
        await using var stage = await SyncStage.StartAsync();

        var refused = await RefusedAsync(() => stage.Sync.CreateLinkAsync(
            stage.Wanted() with { ReleaseTypeKey = "another", GroupId = stage.World.GroupId(SyncStage.App, Internal) }, Actors.ProgramManager, Cancel));

        Assert.Equal("group-internal", refused.Code);
        Assert.Equal(1, await stage.DataAsync(db => db.Links.CountAsync(Cancel)));
    }

    [Fact]
    [Trait("Invariant", "3")]
    [Trait("Failure", "F7")]
    [Trait("Invariant", "9")]
    public async Task RequestAsync_GroupFoundToBeInternal_IsBlockedAndNothingIsWritten()
    {
        await using var stage = await SyncStage.StartAsync();
        var group = stage.World.GroupId(SyncStage.App, Internal);
        await ChangeLinkAsync(stage, link => link.GroupId = group);

        await AssertBlockedAsync(stage, "group-internal");

        Assert.Equal(4, stage.World.GroupMembers(group).Count);
    }

    [Fact]
    [Trait("Invariant", "3")]
    [Trait("Invariant", "1")]
    public async Task GroupChoicesAsync_InternalAndTakenGroups_MayNotBeChosenAndSayWhy()
    {
        await using var stage = await SyncStage.StartAsync();

        var choices = await stage.Sync.GroupChoicesAsync(stage.CredentialId, stage.AppId, Actors.ProgramManager, Cancel);

        var taken = choices.Single(c => c.Name == SyncStage.Group);
        Assert.Equal((false, "group-taken", stage.Link.Id), (taken.MayChoose, taken.Because?.Code, taken.HolderLinkId));
        Assert.Contains($"{SyncStage.Team} → {SyncStage.Group}", taken.Because!.Sentence, StringComparison.Ordinal);
        Assert.All(choices.Where(c => c.IsInternal), c => Assert.Equal((false, "group-internal"), (c.MayChoose, c.Because?.Code)));
        Assert.Equal(["Design review", Internal], choices.Where(c => c.IsInternal).Select(c => c.Name).Order());
        Assert.Equal(["Aurora early birds", OtherGroup, "Aurora public link"], choices.Where(c => c.MayChoose).Select(c => c.Name).Order());
    }

    [Fact]
    [Trait("Invariant", "4")]
    public async Task CreateLinkAsync_GroupOfAnotherApp_IsRefused()
    {
        await using var stage = await SyncStage.StartAsync();

        var refused = await RefusedAsync(() => stage.Sync.CreateLinkAsync(
            stage.Wanted() with { ReleaseTypeKey = "another", GroupId = stage.World.GroupId("Borealis Maps", "Borealis next season") }, Actors.ProgramManager, Cancel));

        Assert.Equal("group-of-other-app", refused.Code);
    }

    [Fact]
    [Trait("Invariant", "4")]
    [Trait("Failure", "F8")]
    public async Task RequestAsync_GroupOfAnotherAppThanTheLinks_IsBlockedAndNothingIsWritten()
    {
        await using var stage = await SyncStage.StartAsync();
        await ChangeLinkAsync(stage, link => link.AppId = stage.World.AppId("Borealis Maps"));

        await AssertBlockedAsync(stage, "group-of-other-app");
    }

    [Fact]
    [Trait("Invariant", "4")]
    public async Task RequestAsync_KeyOfAnotherAppleTeam_IsBlockedAndAppleIsNotEvenAsked()
    {
        await using var stage = await SyncStage.StartAsync();
        await using (var db = stage.Portal.Get<Database>().Open())
        {
            (await db.Credentials.SingleAsync(c => c.Id == stage.CredentialId, Cancel)).IssuerId = Guid.NewGuid().ToString();
            await db.SaveChangesAsync(Cancel);
        }

        await AssertBlockedAsync(stage, "other-apple-team");

        Assert.Empty(stage.World.Ledger.Entries);
    }

    [Fact]
    [Trait("Invariant", "5")]
    [Trait("Failure", "F6")]
    public async Task RequestAsync_GroupDeletedAndMadeAgainUnderItsName_IsBlockedAndLeavesTheNewOneAlone()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var use = new KeyUse(stage.CredentialId, Actors.ProgramManager, "test") { AppId = stage.AppId };
        var old = new Uri($"{stage.Portal.Simulator.Address}/v1/betaGroups/{stage.GroupId}");
        await stage.Portal.Get<AppleTransport>().SendAsync(use, new AppleRequest(HttpMethod.Delete, old, null, 1), null, Cancel);
        var again = await stage.Portal.Get<AppStoreConnectClient>().CreateGroupAsync(use, stage.AppId, SyncStage.Group, isInternal: false, Cancel);

        await AssertBlockedAsync(stage, "group-gone");

        Assert.NotEqual(stage.GroupId, again.Id);
        Assert.Equal(again.Id, stage.World.GroupId(SyncStage.App, SyncStage.Group));
        Assert.Empty(stage.World.GroupMembers(again.Id));
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Path.Contains(again.Id, StringComparison.Ordinal));
        var link = await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel);
        Assert.Equal((stage.GroupId, LinkState.Blocked, "group-gone"), (link.GroupId, link.State, link.Problem?.Code));
    }

    /// <summary>The first has passed every check and is kept from saving until the second is stored: only the database's rule is left.</summary>
    private static async Task<(LinkView Winner, Problem Loser)> RaceAsync(SyncStage stage, NewLink slow, NewLink quick)
    {
        stage.World.AddFault("hold", "GET", $"/v1/betaGroups/{slow.GroupId}");
        var first = RefusedAsync(() => stage.Sync.CreateLinkAsync(slow, Actors.ProgramManager, Cancel));
        await stage.World.Faults.WaitUntilHeldAsync(Cancel);
        var winner = await stage.Sync.CreateLinkAsync(quick, Actors.SecondProgramManager, Cancel);
        stage.World.Faults.Release();
        return (winner, await first);
    }

    private static async Task<Problem> RefusedAsync(Func<Task> ask) => (await Assert.ThrowsAsync<ProblemException>(ask)).Problem;

    private static async Task ChangeLinkAsync(SyncStage stage, Action<SyncLinkRow> change)
    {
        await using var db = stage.Portal.Get<Database>().Open();
        change(await db.Links.SingleAsync(l => l.Id == stage.Link.Id, Cancel));
        await db.SaveChangesAsync(Cancel);
    }

    private static async Task AssertBlockedAsync(SyncStage stage, string code)
    {
        stage.World.Ledger.Clear();
        var run = await stage.RunAsync();
        Assert.Equal((RunState.Blocked, code), (run.State, run.Problem?.Code));
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET");
        Assert.Equal(code, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Problem?.Code);
    }
}
