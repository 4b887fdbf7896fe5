using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>Writes a run's progress and its link's standing, each step in one transaction with its audit event and fenced by the lease.</summary>
internal sealed partial class RunBook(Database database, AuditLog audit, LedgerKeeper ledger, TimeProvider time)
{
    public async Task<Guid?> UnfinishedAsync(Guid linkId, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.Runs.AsNoTracking().Where(r => r.LinkId == linkId && r.Mode == SyncMode.Real && RunStates.Unfinished.Contains(r.State)).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancel);
    }

    public async Task<bool> IsCancelledAsync(Guid runId, CancellationToken cancel)
    {
        await using var db = database.Open();
        return await db.Runs.AnyAsync(r => r.Id == runId && r.CancelRequested, cancel);
    }

    /// <summary>A run the schedule asks for; null when a person was quicker (invariant 17).</summary>
    public async Task<RunRow?> StartScheduledAsync(SyncLinkRow link, LinkLease lease, CancellationToken cancel)
    {
        var run = new RunRow
        {
            Id = Guid.CreateVersion7(), LinkId = link.Id, Mode = SyncMode.Real, State = RunState.Queued, Trigger = RunTrigger.Schedule,
            StartedById = Actor.Schedule.Id, StartedByName = Actor.Schedule.Name, RequestedAt = time.GetUtcNow(), Revision = 1,
        };
        try
        {
            await InTransactionAsync(lease, (db, _) =>
            {
                db.Runs.Add(run);
                audit.Append(db, OfRun(AuditCodes.RunRequested, run, link.CredentialId, Actor.Schedule));
                return Task.CompletedTask;
            }, cancel);
            return run;
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            return null;
        }
    }

    public Task ReadingAsync(RunRow run, Actor actor, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var row = await db.Runs.SingleAsync(r => r.Id == run.Id, cancel);
        if (row.State is not RunState.Queued)
        {
            row.Resumes++;
            audit.Append(db, OfRun(AuditCodes.RunResumed, run, null, actor) with { Facts = new Dictionary<string, object?> { ["from"] = row.State.ToString(), ["lease"] = lease.Number } });
        }
        Move(row, RunState.Reading);
        row.StartedAt ??= now;
    }, cancel);

    public Task MoveAsync(RunRow run, RunState state, LinkLease lease, CancellationToken cancel) =>
        InTransactionAsync(lease, async (db, _) => Move(await db.Runs.SingleAsync(r => r.Id == run.Id, cancel), state), cancel);

    /// <summary>Ends a run that wrote nothing, and says on the link what is needed.</summary>
    public Task EndAsync(RunRow run, SyncLinkRow link, RunState state, Problem problem, Actor actor, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var row = await db.Runs.SingleAsync(r => r.Id == run.Id, cancel);
        await db.RunItems.Where(i => i.RunId == run.Id && i.Outcome == ItemOutcome.None && (i.Action == PlanAction.Add || i.Action == PlanAction.Remove))
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Outcome, ItemOutcome.NotTried), cancel);
        row.NotTried = row.ToAdd + row.ToRemove - row.Confirmed;
        await FinishAsync(db, row, state, problem, now, cancel);
        audit.Append(db, OfRun(CodeOf(state), row, link.CredentialId, actor) with { Facts = new Dictionary<string, object?> { ["problem"] = problem.Code } });
        var stored = await db.Links.SingleAsync(l => l.Id == link.Id, cancel);
        if (row.Mode is SyncMode.Real) stored.LastRunId = row.Id;
        // A run for one person or a preview says nothing about the link.
        var saysOfLink = row is { Mode: SyncMode.Real, OnlyPersonKey: null } && state is not RunState.Cancelled && problem.Code != SyncProblems.PlanChangedCode;
        if (saysOfLink) Mark(db, stored, problem, blocks: state is RunState.Blocked, actor);
        Next(stored, now);
    }, cancel);

    /// <summary>A fault of ours: the run ends so that the link is not held by it for ever.</summary>
    public async Task FaultAsync(RunRow run, LinkLease lease, CancellationToken cancel)
    {
        await InTransactionAsync(lease, async (db, now) =>
        {
            var row = await db.Runs.SingleAsync(r => r.Id == run.Id, cancel);
            await FinishAsync(db, row, RunState.Failed, SyncProblems.Unforeseen, now, cancel);
            audit.Append(db, OfRun(AuditCodes.RunFailed, row, null, Actor.Schedule) with { Facts = new Dictionary<string, object?> { ["problem"] = SyncProblems.Unforeseen.Code } });
        }, cancel);
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
