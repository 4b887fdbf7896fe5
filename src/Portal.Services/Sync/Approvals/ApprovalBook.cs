using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync.Approvals;

/// <summary>Enters requests and closes those that are out of date, in the caller's transaction.</summary>
internal sealed class ApprovalBook(AuditLog audit, TimeProvider time)
{
    public ApprovalRow Ask(PortalDbContext db, ApprovalRow row, Actor actor)
    {
        var now = time.GetUtcNow();
        (row.Id, row.State, row.RequestedAt, row.ExpiresAt) = (Guid.CreateVersion7(), ApprovalState.Open, now, now + ApprovalRules.Life);
        db.Approvals.Add(row);
        audit.Append(db, EntryOf(AuditCodes.ApprovalAsked, row, actor) with { Reason = row.RequestReason });
        return row;
    }

    /// <summary>The request that holds this very plan up, if any.</summary>
    public static Task<ApprovalRow?> OfPlanAsync(PortalDbContext db, Guid linkId, string planHash, CancellationToken cancel) =>
        Open(db).AsNoTracking().FirstOrDefaultAsync(a => a.LinkId == linkId && a.RunId != null && a.PlanHash == planHash, cancel);

    /// <summary>Ends the held runs of a link whose plan is not this one any more, of the whole team, one person, one undo or one retry alike.</summary>
    /// <returns>The newest of them.</returns>
    public async Task<ApprovalRow?> SupersedeAsync(PortalDbContext db, Guid linkId, ApprovalKind kind, string? onlyPersonKey, Guid? ofRunId, string planHash, Actor actor, CancellationToken cancel)
    {
        var old = await Open(db).Where(a => a.LinkId == linkId && a.Kind == kind && a.RunId != null && a.OnlyPersonKey == onlyPersonKey && a.OfRunId == ofRunId && a.PlanHash != planHash)
            .OrderByDescending(a => a.RequestedAt).ToListAsync(cancel);
        foreach (var approval in old) await CloseAsync(db, approval, ApprovalState.Superseded, AuditCodes.ApprovalSuperseded, SyncProblems.HoldSuperseded, actor, cancel);
        return old.FirstOrDefault();
    }

    /// <summary>Ends a request nobody decided, and the run that waited for it.</summary>
    public async Task CloseAsync(PortalDbContext db, ApprovalRow row, ApprovalState state, AuditCode code, Problem because, Actor actor, CancellationToken cancel)
    {
        (row.State, row.DecidedAt) = (state, time.GetUtcNow());
        audit.Append(db, EntryOf(code, row, actor));
        if (row.RunId is { } runId) await EndRunAsync(db, runId, because, actor, cancel);
    }

    /// <summary>Ends a held run without a write.</summary>
    public async Task EndRunAsync(PortalDbContext db, Guid runId, Problem because, Actor actor, CancellationToken cancel)
    {
        var run = await db.Runs.SingleAsync(r => r.Id == runId, cancel);
        if (run.State is not RunState.AwaitingApproval) return;
        (run.State, run.FinishedAt, run.ProblemCode, run.ProblemSentence) = (RunState.Cancelled, time.GetUtcNow(), because.Code, because.Sentence);
        run.Revision++;
        audit.Append(db, new AuditEntry(because == SyncProblems.HoldSuperseded ? AuditCodes.RunSuperseded : AuditCodes.RunCancelled, actor, "run", runId.ToString())
        {
            LinkId = run.LinkId, RunId = runId, Facts = new Dictionary<string, object?> { ["problem"] = because.Code },
        });
    }

    public static IQueryable<ApprovalRow> Open(PortalDbContext db) => db.Approvals.Where(a => a.State == ApprovalState.Open || a.State == ApprovalState.Delayed);

    public static AuditEntry EntryOf(AuditCode code, ApprovalRow row, Actor actor) => new(code, actor, "approval", row.Id.ToString())
    {
        LinkId = row.LinkId, RunId = row.RunId, CredentialId = row.CredentialId,
        Facts = new Dictionary<string, object?>
        {
            ["kind"] = row.Kind.ToString(), ["problem"] = row.ProblemCode, ["plan"] = row.PlanHash, ["adds"] = row.Adds, ["removals"] = row.Removals,
            ["requestedBy"] = row.RequestedById, ["notFourEyes"] = row.NotFourEyes, ["chosen"] = row.ChosenCount,
        },
    };
}
