using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Services.Tests.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Undo;

/// <summary>A finished run taken back: previewed, guarded, approved and recorded like any other.</summary>
public sealed class UndoTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Invariant", "10"), Trait("Invariant", "11"), Trait("Invariant", "18")]
    public async Task UndoAsync_RunThatAddedAndRemoved_PutsTheGroupBackAndLetsTheScheduleOnlyLook()
    {
        var (stage, run) = await UndoStage.SyncedAsync();
        await using var _ = stage;
        var before = stage.InGroup();
        stage.World.AddTesterByHand(stage.GroupId, "by.hand@example.com");
        var preview = await stage.PreviewUndoAsync(run.Id);
        Assert.Equal((RunState.Planned, 2, 1), (preview.State, preview.ToAdd, preview.ToRemove));
        Assert.Equal(before.Append("by.hand@example.com").Order(StringComparer.Ordinal), stage.InGroup());

        var undo = await stage.GoOnAsync((await stage.Sync.UndoAsync(run.Id, preview.Id, "The list was wrong.", Actors.ProgramManager, cancel: Cancel)).RunId);

        Assert.Equal((RunState.Succeeded, 3, run.Id), (undo.State, undo.Confirmed, undo.OfRunId));
        Assert.Equal(21, stage.InGroup().Count);
        Assert.Contains("by.hand@example.com", stage.InGroup());
        Assert.DoesNotContain("nina0@example.net", stage.InGroup());
        // The team still says so, and yet nothing is done again by itself.
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(10));
        var link = await stage.CheckAsync();
        Assert.Equal((LinkState.Active, 1, 2), (link.State, link.DriftToAdd, link.DriftToRemove));
        Assert.Contains("1 removed, 2 added again", link.LooksOnlyBecause, StringComparison.Ordinal);
        Assert.Equal(21, stage.InGroup().Count);
        var codes = await stage.DataAsync(db => db.AuditEvents.Where(e => e.RunId == undo.Id).Select(e => e.Code).ToListAsync(Cancel));
        Assert.Contains(AuditCodes.RunUndoAsked.Name, codes);
        Assert.Contains(AuditCodes.RunUndone.Name, codes);
        Assert.Equal(2, codes.Count(code => code == AuditCodes.MemberAdded.Name));

        await stage.Sync.ResumeAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        Assert.Null((await stage.CheckAsync()).LooksOnlySince);
        Assert.Contains("nina0@example.net", stage.InGroup());
    }

    [Fact, Trait("Invariant", "14"), Trait("Invariant", "31"), Trait("Invariant", "16")]
    public async Task UndoAsync_OverALimit_IsHeldForASecondPersonAndTheScheduleDoesNotTakeItsPlace()
    {
        await using var stage = await HeldStage.FilledAsync(people: 12);
        var first = await stage.NewestAsync();
        var undo = await stage.UndoAsync(first.Id);
        Assert.Equal((RunState.AwaitingApproval, "group-would-be-empty", 12), (undo.State, undo.Problem?.Code, stage.InGroup().Count));

        // Somebody joins the team: the schedule sees it and writes nothing, and the held undo is still the same.
        stage.World.AddTeamMember(SyncStage.Team, "Nina", "Novak", "nina@example.net", "nina@example.net");
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((1, undo.Id), ((await stage.CheckAsync()).DriftToAdd, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).HeldRunId));
        Assert.Equal("own-request", await UndoStage.RefusedAsync(() => stage.Approvals().AllowAsync(undo.ApprovalId!.Value, new("Mine."), Actors.ProgramManager, cancel: Cancel)));
        var asked = await stage.Approvals().GetAsync(undo.ApprovalId!.Value, Actors.SecondProgramManager, Cancel);
        Assert.Equal((ApprovalKind.Undo, 0, 12, true), (asked.Kind, asked.Adds, asked.Removals, asked.MayAllow));
        await stage.Approvals().AllowAsync(undo.ApprovalId!.Value, new("Yes, wrong team."), Actors.SecondProgramManager, cancel: Cancel);
        var done = await stage.GoOnAsync(undo.Id);

        Assert.Equal((RunState.Succeeded, 12, 0), (done.State, done.Confirmed, stage.InGroup().Count));
    }

    [Fact, Trait("Invariant", "16")]
    public async Task UndoAsync_GroupChangedSinceThePreview_WritesNothingAndShowsWhoChanged()
    {
        var (stage, run) = await UndoStage.SyncedAsync();
        await using var _ = stage;
        var preview = await stage.PreviewUndoAsync(run.Id);
        stage.World.RemoveTesterByHand(stage.GroupId, "nina0@example.net");
        var before = stage.InGroup();

        var undo = await stage.GoOnAsync((await stage.Sync.UndoAsync(run.Id, preview.Id, "Wrong.", Actors.ProgramManager, cancel: Cancel)).RunId);

        Assert.Equal((RunState.Blocked, SyncProblems.PlanChangedCode), (undo.State, undo.Problem?.Code));
        Assert.Equal(before, stage.InGroup());
        Assert.Single((await stage.Sync.ChangesAsync(undo.Id, Actors.ProgramManager, Cancel))!.People);
        Assert.Contains("Skip nina0@example.net out-already", await stage.ToldAsync(undo.Id));
    }

    [Fact, Trait("Invariant", "10")]
    public async Task PreviewUndoAsync_ChangedByALaterRunOrKeptOutSince_LeavesThoseAndSaysWhy()
    {
        var (stage, run) = await UndoStage.SyncedAsync(left: 3, joined: 2);
        await using var _ = stage;
        var gone = (await stage.ItemsAsync(run.Id)).Where(i => i.Action is PlanAction.Remove).ToList();
        var people = stage.Portal.Get<PersonService>();
        await people.SuppressAsync(stage.Link.Id, gone[0].Id.ToString(), new KeepOut("Asked not to be written to."), Actors.Support, Cancel);
        // One comes again by a later run, another goes again.
        stage.World.AddTeamMember(SyncStage.Team, "Re", "Turned", gone[1].Email!, gone[1].Email!);
        stage.World.RemoveTeamMember(SyncStage.Team, "nina1@example.net");
        Assert.Equal(RunState.Succeeded, (await stage.RunAsync()).State);

        var preview = await stage.PreviewUndoAsync(run.Id);

        Assert.Equal(
            new[] { $"Add {gone[2].Email} undone-removal", "Remove nina0@example.net undone-add", $"Skip {gone[0].Email} suppressed", $"Skip {gone[1].Email} in-already", "Skip nina1@example.net out-already" }.Order(StringComparer.Ordinal),
            await stage.ToldAsync(preview.Id));
    }

    [Fact, Trait("Invariant", "10")]
    public async Task PreviewUndoAsync_TakenOutAndPutInAgainSince_LeavesTheLaterChange()
    {
        var (stage, run) = await UndoStage.SyncedAsync(left: 1);
        await using var _ = stage;
        stage.World.RemoveTeamMember(SyncStage.Team, "nina0@example.net");
        Assert.Equal(1, (await stage.RunAsync()).ToRemove);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(1));
        stage.World.AddTeamMember(SyncStage.Team, "Nina", "Novak", "nina0@example.net", "nina0@example.net");
        Assert.Equal(1, (await stage.RunAsync()).ToAdd);

        // In the group and ours, but by a later run: that one is to be undone instead.
        Assert.Contains("Skip nina0@example.net changed-since", await stage.ToldAsync((await stage.PreviewUndoAsync(run.Id)).Id));
    }

    [Fact]
    public async Task UndoAsync_Twice_FindsNothingLeftToDo()
    {
        var (stage, run) = await UndoStage.SyncedAsync();
        await using var _ = stage;
        Assert.Equal(RunState.Succeeded, (await stage.UndoAsync(run.Id)).State);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(1));

        var again = await stage.PreviewUndoAsync(run.Id);

        Assert.Equal((0, 0, 3), (again.ToAdd, again.ToRemove, again.Skipped));
    }

    [Fact, Trait("Invariant", "34"), Trait("Invariant", "17")]
    public async Task UndoAsync_PausedFrozenUnderWayOrNotPreviewed_IsRefused()
    {
        var (stage, run) = await UndoStage.SyncedAsync();
        await using var _ = stage;
        var preview = await stage.PreviewUndoAsync(run.Id);
        Task UndoAsync(Guid? of = null, Guid? seen = null, string reason = "Wrong.") => stage.Sync.UndoAsync(of ?? run.Id, seen ?? preview.Id, reason, Actors.ProgramManager, cancel: Cancel);

        Assert.Equal("undo-not-previewed", await UndoStage.RefusedAsync(() => UndoAsync(seen: run.Id)));
        Assert.Equal("undo-reason-missing", await UndoStage.RefusedAsync(() => UndoAsync(reason: " ")));
        Assert.Equal("nothing-to-undo", await UndoStage.RefusedAsync(() => UndoAsync(of: preview.Id)));
        Assert.Equal("access-refused", await UndoStage.RefusedAsync(() => stage.Sync.PreviewUndoAsync(run.Id, Actors.Support, Cancel)));
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        Assert.Equal("link-paused", await UndoStage.RefusedAsync(() => UndoAsync()));
        // Paused first, as one does: then it may write by people's hand alone.
        await stage.Sync.LookOnlyAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var underWay = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.SecondProgramManager, cancel: Cancel);
        Assert.Equal("other-run-first", await UndoStage.RefusedAsync(() => UndoAsync()));
        await stage.Sync.CancelAsync(underWay.RunId, Actors.ProgramManager, Cancel);
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { Freezes = "Daily" }, Actors.ProgramManager, cancel: Cancel);
        Assert.Equal("link-frozen", await UndoStage.RefusedAsync(() => UndoAsync()));
        Assert.Equal(19, stage.InGroup().Count);
    }

    [Fact, Trait("Invariant", "34")]
    public async Task RunAsync_PausedAfterTheUndoWasAskedFor_WritesNothing()
    {
        var (stage, run) = await UndoStage.SyncedAsync();
        await using var _ = stage;
        var preview = await stage.PreviewUndoAsync(run.Id);
        var asked = await stage.Sync.UndoAsync(run.Id, preview.Id, "Wrong.", Actors.ProgramManager, cancel: Cancel);
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.SecondProgramManager, Cancel);
        var before = stage.InGroup();

        var undo = await stage.GoOnAsync(asked.RunId);

        Assert.Equal((RunState.Blocked, "link-changed"), (undo.State, undo.Problem?.Code));
        Assert.Equal(before, stage.InGroup());
    }
}
