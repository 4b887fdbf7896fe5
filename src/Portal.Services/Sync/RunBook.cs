using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.Sync.Approvals;
using Portal.Services.Sync.Foreign;

namespace Portal.Services.Sync;

/// <summary>Writes a run's progress and its link's standing, each step in one transaction with its audit event and fenced by the lease.</summary>
internal sealed partial class RunBook(Database database, AuditLog audit, LedgerKeeper ledger, GroupWatch hands, ApprovalBook approvals, TimeProvider time)
{
    public async Task<Guid?> UnfinishedAsync(Guid linkId, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.Runs.AsNoTracking().Where(r => r.LinkId == linkId && r.Mode == SyncMode.Real && RunStates.Unfinished.Contains(r.State)).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancel);
    }

    /// <summary>A run the schedule asks for; null when a person was quicker: with a run (invariant 17), or with a change to the link since it was read.</summary>
    public async Task<RunRow?> StartScheduledAsync(SyncLinkRow link, LinkLease lease, CancellationToken cancel)
    {
        var run = new RunRow
        {
            Id = Guid.CreateVersion7(), LinkId = link.Id, Mode = SyncMode.Real, State = RunState.Queued, Trigger = RunTrigger.Schedule,
            StartedById = Actor.Schedule.Id, StartedByName = Actor.Schedule.Name, RequestedAt = time.GetUtcNow(), Revision = 1,
        };
        try
        {
            var isAsRead = true;
            await InTransactionAsync(lease, async (db, _) =>
            {
                // Paused, retired, blocked or under another policy while it was read: the plan is not what people want any more.
                var stored = await db.Links.AsNoTracking().SingleAsync(l => l.Id == link.Id, cancel);
                isAsRead = stored.State is LinkState.Active && stored.Policy == link.Policy && stored.Mapping == link.Mapping;
                if (!isAsRead) return;
                db.Runs.Add(run);
                audit.Append(db, OfRun(AuditCodes.RunRequested, run, link.CredentialId, Actor.Schedule));
            }, cancel);
            return isAsRead ? run : null;
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            return null;
        }
    }

    /// <exception cref="RunOverException">Somebody cancelled it since it was taken.</exception>
    public Task ReadingAsync(RunRow run, Actor actor, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var row = await HoldAsync(db, run.Id, cancel);
        if (row.State is not RunState.Queued)
        {
            row.Resumes++;
            audit.Append(db, OfRun(AuditCodes.RunResumed, run, null, actor) with { Facts = new Dictionary<string, object?> { ["from"] = row.State.ToString(), ["lease"] = lease.Number } });
        }
        Move(row, RunState.Reading);
        row.StartedAt ??= now;
    }, cancel);

    /// <summary>Moves on to the first write, unless a person stepped in since the link was read; then it says so and moves nothing.</summary>
    public async Task<Problem?> BeginAsync(RunRow run, SyncLinkRow link, Cycle cycle, LinkLease lease, CancellationToken cancel)
    {
        Problem? because = null;
        await InTransactionAsync(lease, async (db, now) =>
        {
            var row = await HoldAsync(db, run.Id, cancel);
            because = await SteppedInAsync(db, row, link, cycle, now, cancel);
            if (because is not null) return;
            Move(row, RunState.Applying);
            row.BegunAt ??= now;
        }, cancel);
        return because;
    }

    public Task VerifyingAsync(RunRow run, LinkLease lease, CancellationToken cancel) =>
        InTransactionAsync(lease, async (db, _) => Move(await HoldAsync(db, run.Id, cancel), RunState.Verifying), cancel);

    /// <summary>Ends a run that this runner wrote nothing for, and says on the link what is needed. What an earlier runner sent stays on record.</summary>
    public Task EndAsync(RunRow run, SyncLinkRow link, RunState state, Problem problem, Actor actor, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var row = await HoldAsync(db, run.Id, cancel);
        await CloseItemsAsync(db, row, link, actor, now, cancel);
        if (state is RunState.Failed && row.Confirmed + row.Pending > 0) state = RunState.Partial;
        await FinishAsync(db, row, state, problem, now, cancel);
        audit.Append(db, OfRun(CodeOf(state), row, link.CredentialId, actor) with { Facts = new Dictionary<string, object?> { ["problem"] = problem.Code } });
        var stored = await db.Links.SingleAsync(l => l.Id == link.Id, cancel);
        if (row.Mode is SyncMode.Real) stored.LastRunId = row.Id;
        // A run for one person or a preview says nothing about the link.
        var saysOfLink = row is { Mode: SyncMode.Real, IsOfWholeTeam: true } && state is not RunState.Cancelled && problem.Code != SyncProblems.PlanChangedCode && problem != SyncProblems.LinkChanged && problem.Code != SyncProblems.FrozenCode;
        if (saysOfLink) Mark(db, stored, problem, blocks: state is RunState.Blocked, actor);
        if (saysOfLink && state is RunState.Failed or RunState.Partial) stored.FailuresInARow++;
        Next(stored, link, now, again: row.Mode is SyncMode.Real && (state is RunState.Failed or RunState.Partial));
    }, cancel);

    /// <summary>
    /// A fault of ours: the run, if there is one, ends so that the link is not held by it for ever, and the link waits for its
    /// next interval: what fails each time must not be tried each second.
    /// </summary>
    public Task FaultAsync(RunRow? run, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var link = await db.Links.SingleAsync(l => l.Id == lease.LinkId, cancel);
        if (run is not null)
        {
            var row = await db.Runs.SingleAsync(r => r.Id == run.Id, cancel);
            await CloseItemsAsync(db, row, link, Actor.Schedule, now, cancel);
            await FinishAsync(db, row, RunState.Failed, SyncProblems.Unforeseen, now, cancel);
            audit.Append(db, OfRun(AuditCodes.RunFailed, row, null, Actor.Schedule) with { Facts = new Dictionary<string, object?> { ["problem"] = SyncProblems.Unforeseen.Code } });
        }
        Mark(db, link, SyncProblems.Unforeseen, blocks: false, Actor.Schedule);
        link.FailuresInARow++;
        Next(link, link, now, again: true);
    }, cancel);

    /// <summary>What was sent and never settled is pending, for later cycles to resolve; what was not begun is not tried; each person changed has an event.</summary>
    private async Task CloseItemsAsync(PortalDbContext db, RunRow row, SyncLinkRow link, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        var items = await db.RunItems.Where(i => i.RunId == row.Id && (i.Action == PlanAction.Add || i.Action == PlanAction.Remove || i.Outcome != ItemOutcome.None)).ToListAsync(cancel);
        foreach (var item in items)
        {
            if (item.Outcome is ItemOutcome.None) item.Outcome = ItemOutcome.NotTried;
            else if (item.Outcome is ItemOutcome.Sent) (item.Outcome, item.OutcomeAt, item.OutcomeSentence) = (ItemOutcome.PendingAtApple, item.OutcomeAt ?? now, SyncProblems.NotYetVisible.ToString());
            AppendPerson(db, row, link, actor, item);
        }
        await PersonRests.RecordAsync(db, link, items, now, cancel);
        Count(row, items);
    }

    private async Task InTransactionAsync(LinkLease lease, Func<PortalDbContext, DateTimeOffset, Task> write, CancellationToken cancel)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await lease.FenceAsync(db, cancel);
        await write(db, time.GetUtcNow());
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>The run's row, held until the transaction ends: who cancels the run in this moment comes wholly before or after.</summary>
    private static async Task<RunRow> HoldAsync(PortalDbContext db, Guid runId, CancellationToken cancel)
    {
        await db.Runs.Where(r => r.Id == runId).ExecuteUpdateAsync(set => set.SetProperty(r => r.Revision, r => r.Revision), cancel);
        var row = await db.Runs.SingleAsync(r => r.Id == runId, cancel);
        return row.State.IsOver(row.Mode) ? throw new RunOverException() : row;
    }

    /// <summary>A plan is applied under the rules it was made by, or not at all.</summary>
    private static async Task<Problem?> SteppedInAsync(PortalDbContext db, RunRow row, SyncLinkRow link, Cycle cycle, DateTimeOffset now, CancellationToken cancel)
    {
        var stored = await db.Links.AsNoTracking().SingleAsync(l => l.Id == link.Id, cancel);
        // A retired link's group is free for another: nothing more is written there (invariant 35).
        if (row.CancelRequested || stored.State is LinkState.Retired) return SyncProblems.Stopped;
        var suppressed = await db.Suppressions.Where(s => s.LinkId == link.Id && (s.Until == null || s.Until > now)).Select(s => s.PersonKey).ToListAsync(cancel);
        if (row.FreezeOverride is null && FreezeCalendar.Of(stored.Policy).Until(now) is { } frozen) return SyncProblems.Frozen(frozen);
        var mayWrite = row.Purpose is RunPurpose.EndOfProject || stored is not { State: LinkState.Paused, FirstAppliedAt: not null };
        var isAsRead = stored.Policy == link.Policy && stored.Mapping == link.Mapping && mayWrite && cycle.Inputs.Suppressed.IsSupersetOf(suppressed);
        return isAsRead ? null : SyncProblems.LinkChanged;
    }

    private static void Move(RunRow row, RunState state)
    {
        row.State = state;
        row.Revision++;
    }

    private static async Task FinishAsync(PortalDbContext db, RunRow row, RunState state, Problem? problem, DateTimeOffset now, CancellationToken cancel)
    {
        Move(row, state);
        row.FinishedAt = now;
        (row.ProblemCode, row.ProblemSentence) = (problem?.Code, problem?.Sentence);
        await CountCallsAsync(db, row, cancel);
    }

    private static async Task CountCallsAsync(PortalDbContext db, RunRow row, CancellationToken cancel)
    {
        row.Calls = await db.KeyUses.CountAsync(u => u.RunId == row.Id, cancel);
        row.CallsLeftThisHour = await db.KeyUses.Where(u => u.RunId == row.Id && u.RemainingThisHour != null).OrderByDescending(u => u.IntentAt).Select(u => u.RemainingThisHour).FirstOrDefaultAsync(cancel);
    }

    private static AuditEntry OfRun(AuditCode code, RunRow run, Guid? credentialId, Actor actor) =>
        new(code, actor, "run", run.Id.ToString()) { LinkId = run.LinkId, RunId = run.Id, CredentialId = credentialId };

    private static AuditCode CodeOf(RunState state) => state switch
    {
        RunState.Succeeded => AuditCodes.RunSucceeded,
        RunState.Partial => AuditCodes.RunPartial,
        RunState.Blocked => AuditCodes.RunBlocked,
        RunState.Cancelled => AuditCodes.RunCancelled,
        _ => AuditCodes.RunFailed,
    };
}

/// <summary>The run came to its end by somebody else's hand.</summary>
internal sealed class RunOverException() : Exception("The run is over.");
