using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>The internal group Apple wants first: made once, removed once it has served, and only while it is ours and empty.</summary>
public sealed class SetupGroupTests
{
    private const string Name = "Aurora field crew";
    private const string Groups = "/v1/betaGroups";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateLinkAsync_AppWithoutInternalGroup_MakesOneFirstAndRemovesIt()
    {
        await using var stage = await StartAsync();

        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal((LinkState.Paused, stage.World.GroupId(SyncStage.App, Name)), (link.State, link.GroupId));
        Assert.Equal((null, null, null), (link.Problem, link.SetupGroupName, link.SetupGroupProblem));
        Assert.Empty(SetupGroups(stage));
        Assert.Equal((2, 1), (Asked(stage), Removed(stage)));
        var row = await stage.DataAsync(db => db.Links.SingleAsync(l => l.Id == link.Id, Cancel));
        Assert.Null(row.SetupGroupId);
        Assert.Equal([AuditCodes.GroupCreated.Name, AuditCodes.SetupGroupCreated.Name, AuditCodes.SetupGroupRemoved.Name], await AuditAsync(stage, link.Id));
        var uses = await stage.DataAsync(db => db.KeyUses.Where(u => u.Purpose.Contains("set-up group") && u.Method != "GET").Select(u => u.Purpose).ToListAsync(Cancel));
        Assert.Equal(["remove set-up group", "wizard: create set-up group"], uses.Order());
    }

    [Fact]
    public async Task CreateLinkAsync_AppHasAnInternalGroup_MakesNoneAndRemovesNone()
    {
        await using var stage = await SyncStage.StartAsync();
        var before = stage.World.GroupNames(SyncStage.App).Count;

        await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal((before + 1, 1, 0), (stage.World.GroupNames(SyncStage.App).Count, Asked(stage), Removed(stage)));
    }

    [Fact]
    public async Task CreateLinkAsync_DeclinedAndAppleRefuses_SaysAnInternalGroupComesFirst()
    {
        await using var stage = await StartAsync();

        var refused = await RefusedAsync(() => stage.Sync.CreateLinkAsync(Wanted(stage) with { SetupGroup = false }, Actors.ProgramManager, Cancel));
        var left = await stage.DataAsync(db => db.Links.CountAsync(Cancel));
        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal(("internal-group-first", 1), (refused.Code, left));
        Assert.Equal(LinkState.Paused, link.State);
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task CreateLinkAsync_AnswerLostAfterAppleMadeTheInternalGroup_FindsItAndAsksNoSecondTime()
    {
        await using var stage = await StartAsync();
        stage.World.AddFault("500-after-commit", "POST", Groups);

        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);

        Assert.Equal((LinkState.Paused, 2, 1), (link.State, Asked(stage), Removed(stage)));
        Assert.Empty(SetupGroups(stage));
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task FinishLinkAsync_InternalGroupUnconfirmed_AsksAgainOnlyOnceApplesListsWouldShowIt()
    {
        await using var stage = await StartAsync();
        stage.World.AddFault("500", "POST", Groups);

        var draft = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);
        var early = await stage.Sync.FinishLinkAsync(draft.Id, Actors.ProgramManager, Cancel);
        var askedEarly = Asked(stage);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(3));
        var link = await stage.Sync.FinishLinkAsync(draft.Id, Actors.SecondProgramManager, Cancel);

        Assert.Equal((LinkState.Draft, "setup-group-unconfirmed"), (draft.State, draft.Problem?.Code));
        Assert.Equal((LinkState.Draft, 1), (early.State, askedEarly));
        Assert.Equal((LinkState.Paused, null, 3), (link.State, link.Problem, Asked(stage)));
        Assert.Empty(SetupGroups(stage));
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task FinishLinkAsync_ExternalAnswerLost_KeepsTheInternalGroupUntilTheOtherIsThere()
    {
        await using var stage = await StartAsync();
        stage.World.AddFault("500", "POST", Groups, after: 1);

        var draft = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);
        var meanwhile = SetupGroups(stage);
        var refused = await RefusedAsync(() => stage.Sync.RemoveSetupGroupAsync(draft.Id, Actors.ProgramManager, Cancel));
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(3));
        var link = await stage.Sync.FinishLinkAsync(draft.Id, Actors.ProgramManager, Cancel);

        Assert.Equal((LinkState.Draft, "group-unconfirmed", "link-is-draft"), (draft.State, draft.Problem?.Code, refused.Code));
        Assert.Single(meanwhile);
        Assert.Equal((LinkState.Paused, 3, 1), (link.State, Asked(stage), Removed(stage)));
        Assert.Empty(SetupGroups(stage));
    }

    [Fact]
    public async Task CreateLinkAsync_AppleRefusesTheExternalGroup_RemovesTheInternalOneAndLeavesNoLink()
    {
        await using var stage = await StartAsync();
        stage.World.AddFault("403-agreement", "POST", Groups, after: 1);

        await RefusedAsync(() => stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel));

        Assert.Empty(SetupGroups(stage));
        Assert.Equal(1, await stage.DataAsync(db => db.Links.CountAsync(Cancel)));
    }

    [Fact]
    public async Task RemoveSetupGroupAsync_SomebodyIsInIt_LeavesItUntilItIsEmpty()
    {
        await using var stage = await StartAsync();
        stage.World.AddFault("500", "DELETE", Groups);
        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);
        var group = stage.World.GroupId(SyncStage.App, Assert.Single(SetupGroups(stage)));
        stage.World.AddTesterByHand(group, "insider@example.org");

        var used = await stage.Sync.RemoveSetupGroupAsync(link.Id, Actors.ProgramManager, Cancel);
        var removedWhileUsed = Removed(stage);
        stage.World.RemoveTesterByHand(group, "insider@example.org");
        var gone = await stage.Sync.RemoveSetupGroupAsync(link.Id, Actors.SecondProgramManager, Cancel);

        Assert.Equal((LinkState.Paused, "setup-group-stays"), (link.State, link.SetupGroupProblem?.Code));
        Assert.Equal(("setup-group-in-use", 1), (used.SetupGroupProblem?.Code, removedWhileUsed));
        Assert.Equal((null, null), (gone.SetupGroupName, gone.SetupGroupProblem));
        Assert.Empty(SetupGroups(stage));
    }

    [Theory]
    [InlineData("renamed", "setup-group-in-use")]
    [InlineData("external", "setup-group-in-use")]
    [InlineData("gone", null)]
    public async Task RemoveSetupGroupAsync_IsNotWhatWasMadeAnyMore_TouchesNothing(string what, string? code)
    {
        await using var stage = await StartAsync();
        stage.World.AddFault("500", "DELETE", Groups);
        var link = await stage.Sync.CreateLinkAsync(Wanted(stage), Actors.ProgramManager, Cancel);
        var before = Removed(stage);
        if (what is "gone") stage.World.DropInternalGroups(SyncStage.App);
        // What stands under the recorded id is another group's, as after a restored database.
        if (what is "external") await stage.DataAsync(db => db.Links.Where(l => l.Id == link.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.SetupGroupId, stage.GroupId), Cancel));
        if (what is "renamed") await stage.DataAsync(db => db.Links.Where(l => l.Id == link.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.SetupGroupName, "Portal set-up"), Cancel));

        var after = await stage.Sync.RemoveSetupGroupAsync(link.Id, Actors.ProgramManager, Cancel);

        Assert.Equal((code, before), (after.SetupGroupProblem?.Code, Removed(stage)));
        Assert.Equal(code is null, after.SetupGroupName is null);
    }

    private static async Task<SyncStage> StartAsync()
    {
        var stage = await SyncStage.StartAsync();
        stage.World.DropInternalGroups(SyncStage.App);
        stage.World.Switches = stage.World.Switches with { ExternalGroupNeedsInternal = true };
        return stage;
    }

    private static NewLink Wanted(SyncStage stage) => stage.Wanted() with { ReleaseTypeKey = "field", GroupId = null, NewGroupName = Name, SetupGroup = true };

    private static int Asked(SyncStage stage) => stage.World.Ledger.Entries.Count(call => call is { Method: "POST", Path: Groups });

    private static int Removed(SyncStage stage) => stage.World.Ledger.Entries.Count(call => call.Method == "DELETE" && call.Path.StartsWith(Groups, StringComparison.Ordinal));

    private static IReadOnlyList<string> SetupGroups(SyncStage stage) => [.. stage.World.GroupNames(SyncStage.App).Where(name => name.StartsWith("Portal set-up", StringComparison.Ordinal))];

    private static Task<List<string>> AuditAsync(SyncStage stage, Guid linkId) =>
        stage.DataAsync(db => db.AuditEvents.Where(e => e.LinkId == linkId && e.Code.StartsWith("group.")).OrderBy(e => e.Code).Select(e => e.Code).ToListAsync(Cancel));

    private static async Task<Problem> RefusedAsync(Func<Task> ask) => (await Assert.ThrowsAsync<ProblemException>(ask)).Problem;
}
