using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Centercode;
using Portal.Services.Data;
using Portal.Services.People;
using Portal.Services.SignIn;
using Portal.Services.Sync.Approvals;

namespace Portal.Services.Sync;

/// <summary>Links and runs: link, request, cancel, watch. Pages, REST and the CLI all come through here; the schedule too.</summary>
public sealed partial class SyncService
{
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AccessGuard _guard;
    private readonly AppStoreConnectClient _apple;
    private readonly TeamSourceService _sources;
    private readonly PersonIds _people;
    private readonly ApprovalBook _approvals;
    private readonly RunQueue _queue;
    private readonly TimeProvider _time;
    private const int LongestReason = 500;

    internal SyncService(Database database, AuditLog audit, AccessGuard guard, AppStoreConnectClient apple, TeamSourceService sources, PersonIds people, ApprovalBook approvals, RunQueue queue, TimeProvider time) =>
        (_database, _audit, _guard, _apple, _sources, _people, _approvals, _queue, _time) = (database, audit, guard, apple, sources, people, approvals, queue, time);

    /// <summary>
    /// Asks for a run: the row and its audit event in one transaction, then a nudge to the runner. A second real run of a link
    /// joins the one under way (invariant 17). <paramref name="onlyPersonKey"/> limits it to one person, which support may do.
    /// With <paramref name="planHash"/>, the hash of a preview, it applies that plan or stops and shows the new one (invariant 16).
    /// A freeze wins unless <paramref name="freezeOverride"/> says why not this time.
    /// </summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>link-not-found</c>, <c>link-retired</c>, <c>link-paused</c>, <c>link-frozen</c>, <c>reason-too-long</c>.</exception>
    public async Task<RunRequested> RequestAsync(Guid linkId, SyncMode mode, Actor actor, string? onlyPersonKey = null, string? planHash = null, string? freezeOverride = null, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, onlyPersonKey is null ? Permission.RunSync : Permission.FixPerson, cancel);
        await using var db = _database.Open();
        var link = await db.Links.SingleOrDefaultAsync(l => l.Id == linkId, cancel) ?? throw new ProblemException(SyncProblems.LinkNotFound);
        if (link.State is LinkState.Retired) throw new ProblemException(SyncProblems.LinkRetired());
        if (link.State is LinkState.Draft) throw new ProblemException(SyncProblems.LinkIsDraft);
        // Invariant 34. The first plan of a new, paused link is applied by a person: that is what this call is.
        if (mode is SyncMode.Real && link is { State: LinkState.Paused, FirstAppliedAt: not null }) throw new ProblemException(SyncProblems.LinkIsPaused);
        var because = string.IsNullOrWhiteSpace(freezeOverride) ? null : freezeOverride.Trim();
        if (because?.Length > LongestReason) throw new ProblemException(SyncProblems.ReasonTooLong);
        var frozen = mode is SyncMode.Real ? FreezeCalendar.Of(link.Policy).Until(_time.GetUtcNow()) : null;
        if (frozen is { } until && because is null) throw new ProblemException(SyncProblems.Frozen(until));
        if (frozen is null) because = null;
        if (mode is SyncMode.Real && await UnderWayAsync(db, linkId, cancel) is { } running)
        {
            // Who asked for the whole team must not be told that the run of one person is it.
            if (onlyPersonKey is null && await db.Runs.AnyAsync(r => r.Id == running.RunId && r.OnlyPersonKey != null, cancel)) throw new ProblemException(SyncProblems.OnePersonUnderWay(running.StartedByName));
            return running;
        }

        var run = new RunRow
        {
            Id = Guid.CreateVersion7(), LinkId = linkId, Mode = mode, State = RunState.Queued, OnlyPersonKey = onlyPersonKey, WantedPlanHash = planHash, FreezeOverride = because,
            Trigger = TriggerOf(actor),
            StartedById = actor.Id, StartedByName = actor.Name, RequestedAt = _time.GetUtcNow(), Revision = 1,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Who asks for one person asks now: their rest after Apple's refusals is over.
        if (mode is SyncMode.Real && onlyPersonKey is not null) await PersonRests.EndAsync(db, linkId, [onlyPersonKey], cancel);
        db.Runs.Add(run);
        _audit.Append(db, new AuditEntry(mode is SyncMode.Real ? AuditCodes.RunRequested : AuditCodes.PreviewRequested, actor, "run", run.Id.ToString())
        {
            LinkId = linkId, RunId = run.Id, CredentialId = link.CredentialId,
            Facts = new Dictionary<string, object?> { ["mode"] = mode.ToString(), ["onePerson"] = onlyPersonKey is not null, ["inFreeze"] = frozen },
            Personal = because is null ? new() : new Dictionary<string, object?> { ["freezeOverride"] = because },
        });
        try
        {
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            await transaction.RollbackAsync(cancel);
            await using var again = _database.Open();
            return await UnderWayAsync(again, linkId, cancel) ?? throw new ProblemException(SyncProblems.RunIsOver);
        }
        _queue.Nudge(run.Id);
        return new RunRequested(run.Id, false, run.StartedByName, run.RequestedAt);
    }

    /// <summary>Asks a run to stop: what was done stays done, the rest is <see cref="ItemOutcome.NotTried"/>.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>, <c>run-is-over</c>.</exception>
    public async Task CancelAsync(Guid runId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        var run = await db.Runs.SingleOrDefaultAsync(r => r.Id == runId, cancel) ?? throw new ProblemException(SyncProblems.RunNotFound);
        if (run.State.IsOver(run.Mode)) throw new ProblemException(SyncProblems.RunIsOver);
        if (run.CancelRequested) return;
        var waits = run.State is RunState.Queued or RunState.AwaitingApproval;
        var now = _time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // One statement each, so that a runner that moves the run on at the same moment loses nothing.
        var stopped = waits && 1 == await db.Runs.Where(r => r.Id == runId && r.State == run.State).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.State, RunState.Cancelled).SetProperty(r => r.FinishedAt, now).SetProperty(r => r.CancelRequested, true)
            .SetProperty(r => r.CancelledByName, actor.Name).SetProperty(r => r.ProblemCode, SyncProblems.Stopped.Code)
            .SetProperty(r => r.ProblemSentence, SyncProblems.Stopped.Sentence).SetProperty(r => r.Revision, r => r.Revision + 1), cancel);
        if (!stopped)
        {
            var asked = await db.Runs.Where(r => r.Id == runId && r.FinishedAt == null).ExecuteUpdateAsync(set => set.SetProperty(r => r.CancelRequested, true)
                .SetProperty(r => r.CancelledByName, actor.Name).SetProperty(r => r.Revision, r => r.Revision + 1), cancel);
            if (asked == 0) throw new ProblemException(SyncProblems.RunIsOver);
        }
        _audit.Append(db, new AuditEntry(AuditCodes.RunCancelled, actor, "run", runId.ToString()) { LinkId = run.LinkId, RunId = runId });
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task<RunRequested?> UnderWayAsync(PortalDbContext db, Guid linkId, CancellationToken cancel)
    {
        var running = await db.Runs.AsNoTracking()
            .Where(r => r.LinkId == linkId && r.Mode == SyncMode.Real && RunStates.Unfinished.Contains(r.State)).FirstOrDefaultAsync(cancel);
        return running is null ? null : new RunRequested(running.Id, true, running.StartedByName, running.RequestedAt);
    }
}
