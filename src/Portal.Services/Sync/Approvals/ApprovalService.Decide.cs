using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync.Approvals;

public sealed partial class ApprovalService
{
    /// <summary>
    /// Lets a request through. Of a held run, <paramref name="chosen"/> names the people (ids of the run's items) who alone are
    /// changed; null is everybody. A run goes on by reading and planning again, and writes only if the plan is still this one.
    /// </summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>approval-not-found</c>, <c>own-request</c>, <c>approval-is-over</c>, <c>approval-expired</c>, <c>approval-outdated</c>,
    /// <c>approval-reason-missing</c>, <c>typed-count-differs</c>, <c>nobody-chosen</c>, <c>other-run-under-way</c>.</exception>
    public async Task<ApprovalView> AllowAsync(Guid id, ApprovalAnswer answer, Actor actor, IReadOnlyCollection<Guid>? chosen = null, CancellationToken cancel = default)
    {
        Guid? goesOn = null;
        await DecideAsync(id, actor, async (db, row, now) =>
        {
            // Asked at the moment of the decision: an open page gains nothing by being open.
            var glass = await BreakGlassService.OfAsync(db, actor, now, cancel);
            var (effect, refused) = ApprovalRules.Allow(ApprovalReader.FactsOf(row), actor, answer, _options.FourEyes, now, glass is not null);
            if (refused is not null) return refused;
            (row.Chosen, row.ChosenCount) = (null, null);
            if (chosen is not null) await ChooseAsync(db, row, chosen, cancel);
            Sign(row, actor, answer, now);
            if (effect is AnswerEffect.AfterDelay)
            {
                (row.State, row.NotFourEyes, row.TakesEffectAt) = (ApprovalState.Delayed, true, now + ApprovalRules.Delay);
                // An alert of its own: who else looks in the hour is the second pair of eyes there is.
                _audit.Append(db, ApprovalBook.EntryOf(AuditCodes.ApprovalConfirmedAlone, row, actor) with { Reason = answer.Reason });
                return null;
            }
            (row.State, row.NotFourEyes, row.TakesEffectAt) = (ApprovalState.Allowed, effect is AnswerEffect.BreakingGlass, null);
            row.BreakGlassId = effect is AnswerEffect.BreakingGlass ? glass!.Id : null;
            goesOn = await _effects.AllowAsync(db, row, actor, cancel);
            _audit.Append(db, ApprovalBook.EntryOf(effect is AnswerEffect.BreakingGlass ? AuditCodes.ApprovalAllowedBreakingGlass : row.Chosen is null ? AuditCodes.ApprovalAllowed : AuditCodes.ApprovalAllowedInPart, row, actor) with { Reason = answer.Reason });
            return null;
        }, cancel);
        if (goesOn is { } run) _queue.Nudge(run);
        return await GetAsync(id, actor, cancel);
    }

    /// <summary>Says no; the requester's own no takes the request back. A link whose plan was rejected writes nothing until somebody resumes it.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>approval-not-found</c>, <c>approval-is-over</c>, <c>approval-expired</c>, <c>approval-reason-missing</c>.</exception>
    public async Task<ApprovalView> RejectAsync(Guid id, ApprovalAnswer answer, Actor actor, CancellationToken cancel = default)
    {
        await DecideAsync(id, actor, async (db, row, now) =>
        {
            if (ApprovalRules.Reject(ApprovalReader.FactsOf(row), answer, now) is { } refused) return refused;
            var own = row.RequestedById is { } requester && actor.Is(requester);
            Sign(row, actor, answer, now);
            (row.State, row.TakesEffectAt) = (own ? ApprovalState.Withdrawn : ApprovalState.Rejected, null);
            await _effects.RejectAsync(db, row, actor.Name, answer.Reason.Trim(), actor, cancel);
            _audit.Append(db, ApprovalBook.EntryOf(own ? AuditCodes.ApprovalWithdrawn : AuditCodes.ApprovalRejected, row, actor) with { Reason = answer.Reason });
            return null;
        }, cancel, ownToo: true);
        return await GetAsync(id, actor, cancel);
    }

    /// <summary>One decision at a time: the link, then the request are held until the transaction ends, in the order the runner takes them.</summary>
    private async Task DecideAsync(Guid id, Actor actor, Func<PortalDbContext, ApprovalRow, DateTimeOffset, Task<Problem?>> decide, CancellationToken cancel, bool ownToo = false)
    {
        await using var db = _database.Open();
        var seen = await db.Approvals.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel);
        if (seen is null) await _guard.DemandAsync(actor, Permission.ApproveRun, cancel);
        if (seen is null) throw new ProblemException(ApprovalProblems.NotFound);
        var may = ApprovalRules.DecidedBy(seen.Kind).Any(actor.May) || ownToo && seen.RequestedById is { } requester && actor.Is(requester);
        if (!may) await _guard.DemandAsync(actor, Permission.ApproveRun, cancel);
        Problem? refused;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancel))
        {
            if (seen.LinkId is { } linkId) await LinkLeases.HoldAsync(db, linkId);
            await db.Approvals.Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Count, a => a.Count), cancel);
            var row = await db.Approvals.SingleAsync(a => a.Id == id, cancel);
            refused = await decide(db, row, _time.GetUtcNow());
            if (refused is null)
            {
                try
                {
                    await db.SaveChangesAsync(cancel);
                }
                catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
                {
                    throw new ProblemException(ApprovalProblems.OtherRunUnderWay);
                }
                await transaction.CommitAsync(cancel);
            }
        }
        if (refused is not null) await RefuseAsync(seen, refused, actor, cancel);
    }

    private async Task RefuseAsync(ApprovalRow row, Problem refused, Actor actor, CancellationToken cancel)
    {
        if (refused == ApprovalProblems.OwnRequest && _refusals.Take(actor) is { } missed)
            await _audit.WriteAsync(ApprovalBook.EntryOf(AuditCodes.ApprovalRefused, row, actor) with { Facts = new Dictionary<string, object?> { ["problem"] = refused.Code, ["unrecorded-before"] = missed } }, cancel);
        throw new ProblemException(refused);
    }

    private static void Sign(ApprovalRow row, Actor actor, ApprovalAnswer answer, DateTimeOffset now) =>
        (row.DecidedById, row.DecidedByName, row.DecisionReason, row.DecidedAt) = (actor.Id, actor.Name, answer.Reason.Trim(), now);

    private static async Task ChooseAsync(PortalDbContext db, ApprovalRow row, IReadOnlyCollection<Guid> chosen, CancellationToken cancel)
    {
        if (row.Kind is not (ApprovalKind.HeldRun or ApprovalKind.Undo)) throw new ProblemException(ApprovalProblems.NothingToChoose);
        var items = await db.RunItems.AsNoTracking().Where(i => i.RunId == row.RunId && (i.Action == PlanAction.Add || i.Action == PlanAction.Remove))
            .Select(i => new { i.Id, i.Action, i.PersonKey, i.TesterId }).ToListAsync(cancel);
        var ids = chosen.ToHashSet();
        var targets = items.Where(i => ids.Contains(i.Id)).Select(i => PlanTarget.Of(i.Action, i.PersonKey, i.TesterId)).ToHashSet();
        if (targets.Count == 0) throw new ProblemException(ApprovalProblems.NobodyChosen);
        if (targets.Count == items.Count) return;
        (row.Chosen, row.ChosenCount) = (JsonSerializer.Serialize(targets), targets.Count);
    }
}
