using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Services.TestFlight;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>A link with a group of its own: whatever fails on the way, there is no group without a link and never a second one.</summary>
public sealed class NewGroupTests
{
    private const string Name = "Aurora field crew";
    private const string Groups = "/v1/betaGroups";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateLinkAsync_NewGroup_IsMadeAndLinked()
    {
        await using var stage = await SyncStage.StartAsync();

        var pages = stage.Portal.Get<TestFlightService>();
        var before = (await pages.AppsAsync(Actors.Viewer, false, Cancel)).Value.Apps.Single(line => line.App.Id == stage.AppId).Groups;
        Assert.DoesNotContain((await pages.AppAsync(Actors.Viewer, stage.AppId, false, Cancel)).Value.Groups, line => line.Group.Name == Name);

        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal(before + 1, (await pages.AppsAsync(Actors.Viewer, false, Cancel)).Value.Apps.Single(line => line.App.Id == stage.AppId).Groups);
        Assert.Contains((await pages.AppAsync(Actors.Viewer, stage.AppId, false, Cancel)).Value.Groups, line => line.Group.Name == Name);
        Assert.Equal((LinkState.Paused, MadeId(stage), 0), (link.State, link.GroupId, link.GroupCount));
        Assert.Equal((1, 1), (Asked(stage), Made(stage)));
        Assert.True(await stage.DataAsync(db => db.AuditEvents.AnyAsync(e => e.Code == AuditCodes.GroupCreated.Name && e.LinkId == link.Id, Cancel)));
    }

    [Theory]
    [InlineData("app", "app-not-visible")]
    [InlineData("release type", "release-type-taken")]
    [InlineData("name", "group-name-taken")]
    [InlineData("policy", "policy-out-of-range")]
    public async Task CreateLinkAsync_SomethingElseIsWrong_IsRefusedBeforeAppleIsAskedForAGroup(string what, string code)
    {
        await using var stage = await SyncStage.StartAsync();
        var wanted = what switch
        {
            "app" => Wanted(stage) with { AppId = "999" },
            "release type" => Wanted(stage) with { ReleaseTypeKey = stage.Link.ReleaseTypeKey },
            "name" => Wanted(stage) with { NewGroupName = " aurora beta Testers " },
            _ => Wanted(stage) with { Policy = new SyncPolicy { RemovalLimit = -1 } },
        };

        var refused = await RefusedAsync(() => stage.Sync.CreateLinkAsync(wanted, Actors.ProgramManager, Cancel));

        Assert.Equal(code, refused.Code);
        Assert.Equal((0, 0), (Asked(stage), Made(stage)));
        Assert.Equal(1, await stage.DataAsync(db => db.Links.CountAsync(Cancel)));
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task CreateLinkAsync_AnswerLostAfterAppleMadeIt_FindsItAndAsksNoSecondTime()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("500-after-commit", "POST", Groups);

        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal((LinkState.Paused, MadeId(stage)), (link.State, link.GroupId));
        Assert.Equal((1, 1), (Asked(stage), Made(stage)));
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task FinishLinkAsync_NothingWasMade_AsksAgainOnlyOnceApplesListsWouldShowIt()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("500", "POST", Groups);

        var draft = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);
        var early = await stage.Sync.FinishLinkAsync(draft.Id, Actors.ProgramManager, Cancel);
        var askedEarly = Asked(stage);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(3));
        var link = await stage.Sync.FinishLinkAsync(draft.Id, Actors.ProgramManager, Cancel);

        Assert.Equal((LinkState.Draft, "group-unconfirmed", Name, ""), (draft.State, draft.Problem?.Code, draft.GroupName, draft.GroupId));
        Assert.Equal((LinkState.Draft, 1), (early.State, askedEarly));
        Assert.Equal((LinkState.Paused, MadeId(stage)), (link.State, link.GroupId));
        Assert.Null(link.Problem);
        Assert.Equal((2, 1), (Asked(stage), Made(stage)));
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task FinishLinkAsync_SaveFailedAfterAppleMadeIt_TakesThatGroup()
    {
        await using var stage = await SyncStage.StartAsync();
        await SqlAsync(stage, "CREATE TRIGGER broken BEFORE UPDATE ON sync_links WHEN NEW.\"GroupId\" <> '' BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        await Assert.ThrowsAnyAsync<DbUpdateException>(() => stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel));
        await SqlAsync(stage, "DROP TRIGGER broken");

        var draft = (await stage.Sync.LinksAsync(Actors.ProgramManager, cancel: Cancel)).Single(l => l.State is LinkState.Draft);
        var again = await RefusedAsync(() => stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel));
        var link = await stage.Sync.FinishLinkAsync(draft.Id, Actors.SecondProgramManager, Cancel);

        Assert.Equal((Name, "release-type-begun"), (draft.GroupName, again.Code));
        Assert.Equal((LinkState.Paused, MadeId(stage)), (link.State, link.GroupId));
        Assert.Equal((1, 1), (Asked(stage), Made(stage)));
    }

    [Fact]
    public async Task CreateLinkAsync_AppleRefusesTheGroup_LeavesNoLinkAndMayBeTriedAgain()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("403-agreement", "POST", Groups);

        var refused = await RefusedAsync(() => stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel));
        var left = await stage.DataAsync(db => db.Links.CountAsync(Cancel));
        await stage.DataAsync(db => db.Credentials.Where(c => c.Id == stage.CredentialId).ExecuteUpdateAsync(set => set.SetProperty(c => c.Status, Domain.Credentials.CredentialStatus.Active), Cancel));
        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal(("apple-agreement-missing", 1), (refused.Code, left));
        Assert.Equal((LinkState.Paused, 1), (link.State, Made(stage)));
        Assert.True(await stage.DataAsync(db => db.AuditEvents.AnyAsync(e => e.Code == AuditCodes.GroupCreateFailed.Name, Cancel)));
    }

    [Fact]
    public async Task Draft_AskedToSyncOrPause_SaysItsGroupIsOpen_AndRetiredFreesItsReleaseType()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("500", "POST", Groups);
        var draft = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal("link-is-draft", (await RefusedAsync(() => stage.Sync.RequestAsync(draft.Id, SyncMode.Preview, Actors.ProgramManager, cancel: Cancel))).Code);
        Assert.Equal("link-is-draft", (await RefusedAsync(() => stage.Sync.PauseAsync(draft.Id, Actors.ProgramManager, Cancel))).Code);
        await stage.Sync.RetireAsync(draft.Id, Actors.ProgramManager, Cancel);
        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal(LinkState.Paused, link.State);
    }

    private static NewLink Wanted(SyncStage stage) => stage.Wanted() with { ReleaseTypeKey = "field", GroupId = null, NewGroupName = Name };

    private static int Asked(SyncStage stage) => stage.World.Ledger.Entries.Count(call => call is { Method: "POST", Path: Groups });

    private static int Made(SyncStage stage) => stage.World.GroupNames(SyncStage.App).Count(name => name == Name);

    private static string MadeId(SyncStage stage) => stage.World.GroupId(SyncStage.App, Name);

    private static async Task<Problem> RefusedAsync(Func<Task> ask) => (await Assert.ThrowsAsync<ProblemException>(ask)).Problem;

    private static async Task SqlAsync(SyncStage stage, string sql)
    {
        await using var db = stage.Portal.Get<Database>().Open();
        await db.Database.ExecuteSqlRawAsync(sql, Cancel);
    }
}
