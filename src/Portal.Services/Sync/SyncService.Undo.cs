using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

public sealed partial class SyncService
{
    /// <summary>Shows what undoing a finished run would do, person by person: whom it added would go, whom it removed would come again. Reads the group alone, changes nothing.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>, <c>nothing-to-undo</c>, <c>link-retired</c>.</exception>
    public async Task<RunRequested> PreviewUndoAsync(Guid runId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var (undone, link) = await UndoableAsync(db, runId, cancel);
        return await StartOwnAsync(db, link, OfEarlier(undone, RunPurpose.Undo, SyncMode.Preview, actor), AuditCodes.PreviewRequested, actor, cancel);
    }

    /// <summary>
    /// Undoes a run as a preview showed it, under the limits of any sync: over one of them a second person allows it. From now on
    /// the schedule only looks, for it would do the same again; a person resumes it.
    /// </summary>
    /// <param name="runId">The run to undo.</param>
    /// <param name="previewId">The preview somebody looked at: its plan is applied, or the undo stops and shows the new one (invariant 16).</param>
    /// <param name="reason">For the second person and the record.</param>
    /// <param name="actor">Needs <see cref="Permission.RunSync"/>.</param>
    /// <param name="freezeOverride">Why a freeze does not hold this time.</param>
    /// <param name="cancel">Stops the request.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>, <c>nothing-to-undo</c>, <c>undo-not-previewed</c>, <c>undo-reason-missing</c>, <c>link-paused</c>, <c>link-frozen</c>, <c>link-retired</c>, <c>other-run-first</c>.</exception>
    public async Task<RunRequested> UndoAsync(Guid runId, Guid previewId, string reason, Actor actor, string? freezeOverride = null, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var (undone, link) = await UndoableAsync(db, runId, cancel);
        var preview = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == previewId && r.OfRunId == runId && r.Purpose == RunPurpose.Undo
            && r.Mode == SyncMode.Preview && r.State == RunState.Planned, cancel) ?? throw new ProblemException(SyncProblems.UndoNotPreviewed);
        if (string.IsNullOrWhiteSpace(reason) || reason.Trim().Length > LongestReason) throw new ProblemException(SyncProblems.UndoReasonMissing);
        var run = OfEarlier(undone, RunPurpose.Undo, SyncMode.Real, actor);
        (run.WantedPlanHash, run.RequestReason, run.FreezeOverride) = (preview.PlanHash, reason.Trim(), OverrideOf(link, freezeOverride));
        link.LooksOnlySince ??= _time.GetUtcNow();
        link.LooksOnlyBecause = SyncProblems.UndoAsked(actor.Name, undone.RequestedAt);
        return await StartOwnAsync(db, link, run, AuditCodes.RunUndoAsked, actor, cancel);
    }

    /// <summary>Tries again whom a run could not do, and nobody else, planned anew under the limits of any sync. Ends those people's rests.</summary>
    /// <param name="runId">The run in which something failed.</param>
    /// <param name="actor">Needs <see cref="Permission.RunSync"/>.</param>
    /// <param name="freezeOverride">Why a freeze does not hold this time.</param>
    /// <param name="cancel">Stops the request.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>, <c>nothing-to-retry</c>, <c>link-paused</c>, <c>link-frozen</c>, <c>link-retired</c>, <c>other-run-first</c>.</exception>
    public async Task<RunRequested> RetryAsync(Guid runId, Actor actor, string? freezeOverride = null, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var (failed, link) = await EarlierAsync(db, runId, cancel);
        var people = await SyncReader.Failed(db, runId).Select(i => i.PersonKey).Distinct().ToListAsync(cancel);
        if (failed is not { Mode: SyncMode.Real, Purpose: RunPurpose.Sync } || !failed.State.IsOver(failed.Mode) || people.Count == 0) throw new ProblemException(SyncProblems.NothingToRetry);
        var run = OfEarlier(failed, RunPurpose.Sync, SyncMode.Real, actor);
        (run.Trigger, run.FreezeOverride) = (RunTrigger.Retry, OverrideOf(link, freezeOverride));
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await PersonRests.EndAsync(db, link.Id, people, cancel);
        var asked = await StartOwnAsync(db, link, run, AuditCodes.RunRetryAsked, actor, cancel, transaction);
        return asked;
    }

    private async Task<(RunRow Run, SyncLinkRow Link)> UndoableAsync(PortalDbContext db, Guid runId, CancellationToken cancel)
    {
        var (run, link) = await EarlierAsync(db, runId, cancel);
        var did = run.Mode is SyncMode.Real && run.State.IsOver(run.Mode)
            && await db.RunItems.AnyAsync(i => i.RunId == runId && (i.Action == PlanAction.Add || i.Action == PlanAction.Remove) && i.Outcome == ItemOutcome.Confirmed, cancel);
        return did ? (run, link) : throw new ProblemException(SyncProblems.NothingToUndo);
    }

    private static async Task<(RunRow Run, SyncLinkRow Link)> EarlierAsync(PortalDbContext db, Guid runId, CancellationToken cancel)
    {
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId, cancel) ?? throw new ProblemException(SyncProblems.RunNotFound);
        var link = await db.Links.SingleAsync(l => l.Id == run.LinkId, cancel);
        return link.State is LinkState.Retired ? throw new ProblemException(SyncProblems.LinkRetired()) : (run, link);
    }

    /// <summary>The reason that lifts a freeze this time; null: the link is not frozen.</summary>
    private string? OverrideOf(SyncLinkRow link, string? because)
    {
        if (because?.Trim().Length > LongestReason) throw new ProblemException(SyncProblems.ReasonTooLong);
        var frozen = FreezeCalendar.Of(link.Policy).Until(_time.GetUtcNow());
        if (LinkWrites.Refused(link.State, string.IsNullOrWhiteSpace(because) ? frozen : null) is { } refused) throw new ProblemException(refused);
        return frozen is null ? null : because!.Trim();
    }

    private RunRow OfEarlier(RunRow earlier, RunPurpose purpose, SyncMode mode, Actor actor) => new()
    {
        Id = Guid.CreateVersion7(), LinkId = earlier.LinkId, OfRunId = earlier.Id, Mode = mode, Purpose = purpose, State = RunState.Queued,
        Trigger = TriggerOf(actor), StartedById = actor.Id, StartedByName = actor.Name, RequestedAt = _time.GetUtcNow(), Revision = 1,
    };

    private static RunTrigger TriggerOf(Actor actor) => actor.Via is "api" or "cli" ? RunTrigger.Api : RunTrigger.Person;
}
