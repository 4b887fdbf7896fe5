using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Data;

namespace Portal.Services.Sync;

internal sealed partial class RunBook
{
    /// <summary>Whether writes of this plan were let through by a second person: this plan and no other, or what is left of it after a restart.</summary>
    public static bool IsApproved(RunRow run, Cycle cycle) => run.ApprovedPlanHash is { } hash && (hash == cycle.Plan.Hash || HasBegun(run));

    /// <summary>Whether an earlier runner of this run came as far as its writes: then another plan is what is left, not another will.</summary>
    public static bool HasBegun(RunRow run) => run.BegunAt is not null || run.State is RunState.Applying or RunState.Verifying;

    /// <summary>Whether this very plan is held already: then the schedule has nothing to add.</summary>
    public async Task<bool> IsHeldAsync(SyncLinkRow link, Cycle cycle, CancellationToken cancel)
    {
        await using var db = database.Open();
        return cycle.Verdict is SyncVerdict.NeedsApproval && await Approvals.ApprovalBook.OfPlanAsync(db, link.Id, cycle.Plan.Hash, cancel) is not null;
    }

    /// <summary>The plan as far as it was allowed: the chosen people, or after a restart those that were being written.</summary>
    public async Task<Cycle> NarrowAsync(RunRow run, Cycle cycle, CancellationToken cancel)
    {
        if (!IsApproved(run, cycle)) return cycle;
        await using var db = database.Open();
        if (HasBegun(run))
        {
            var open = await db.RunItems.AsNoTracking().Where(i => i.RunId == run.Id && (i.Action == PlanAction.Add || i.Action == PlanAction.Remove))
                .Select(i => new { i.Action, i.PersonKey, i.TesterId }).ToListAsync(cancel);
            return cycle with { Plan = cycle.Plan.Only(open.Select(i => PlanTarget.Of(i.Action, i.PersonKey, i.TesterId)).ToHashSet()) };
        }
        var chosen = await db.Approvals.AsNoTracking().Where(a => a.Id == run.ApprovalId).Select(a => a.Chosen).SingleOrDefaultAsync(cancel);
        return chosen is null ? cycle : cycle with { Plan = cycle.Plan.Only(JsonSerializer.Deserialize<HashSet<PlanTarget>>(chosen)!) };
    }

    /// <summary>Holds a run before its first write until a second person decides (invariants 14, 38). The schedule goes on planning (invariant 17).</summary>
    public Task HeldAsync(RunRow run, SyncLinkRow link, Cycle cycle, Problem because, Actor actor, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var row = await HoldAsync(db, run.Id, cancel);
        var stored = await db.Links.SingleAsync(l => l.Id == link.Id, cancel);
        stored.LastRunId = row.Id;
        Next(stored, link, now);
        if (row.CancelRequested) await StopHeldAsync(db, row, RunState.Cancelled, SyncProblems.Stopped, actor, now, cancel);
        else if (await Approvals.ApprovalBook.OfPlanAsync(db, link.Id, cycle.Plan.Hash, cancel) is { } same) await StopHeldAsync(db, row, RunState.Blocked, SyncProblems.HeldAlready(same.RequestedByName), actor, now, cancel);
        else await AskAsync(db, row, stored, cycle, because, actor, cancel);
    }, cancel);

    /// <summary>An allowed plan that is not the plan any more: that run ends with the people it was about on record, and another one asks anew (invariant 16).</summary>
    public async Task<RunRow> PlanAnewAsync(RunRow run, SyncLinkRow link, Cycle cycle, Actor actor, LinkLease lease, CancellationToken cancel)
    {
        var next = new RunRow
        {
            Id = Guid.CreateVersion7(), LinkId = link.Id, Mode = run.Mode, Purpose = run.Purpose, State = RunState.Queued, Trigger = run.Trigger, OnlyPersonKey = run.OnlyPersonKey, OfRunId = run.OfRunId,
            StartedById = run.StartedById, StartedByName = run.StartedByName, RequestReason = run.RequestReason, FreezeOverride = run.FreezeOverride, RequestedAt = time.GetUtcNow(), Revision = 1, ComparedRunId = run.Id,
            // Within the limits now: what a person started they are asked about again; the schedule may.
            WantedPlanHash = cycle.Verdict is SyncVerdict.Proceed && run.Trigger is not RunTrigger.Schedule ? run.ApprovedPlanHash : null,
        };
        await InTransactionAsync(lease, async (db, now) =>
        {
            var row = await HoldAsync(db, run.Id, cancel);
            await FinishAsync(db, row, RunState.Cancelled, SyncProblems.HoldSuperseded, now, cancel);
            audit.Append(db, OfRun(AuditCodes.RunSuperseded, row, link.CredentialId, actor));
            // The database allows one unfinished run: the old one is over first.
            await db.SaveChangesAsync(cancel);
            db.Runs.Add(next);
            audit.Append(db, OfRun(AuditCodes.RunRequested, next, link.CredentialId, actor));
        }, cancel);
        return next;
    }

    private async Task AskAsync(PortalDbContext db, RunRow row, SyncLinkRow link, Cycle cycle, Problem because, Actor actor, CancellationToken cancel)
    {
        var kind = row.Purpose switch { RunPurpose.EndOfProject => ApprovalKind.EndOfProject, RunPurpose.Undo => ApprovalKind.Undo, _ => ApprovalKind.HeldRun };
        var older = await approvals.SupersedeAsync(db, link.Id, kind, row.OnlyPersonKey, row.OfRunId, cycle.Plan.Hash, actor, cancel);
        row.ComparedRunId ??= older?.RunId;
        var (requesterId, requesterName) = RequesterOf(row, link);
        var approval = approvals.Ask(db, new ApprovalRow
        {
            Kind = kind, LinkId = link.Id, RunId = row.Id, CredentialId = link.CredentialId, OnlyPersonKey = row.OnlyPersonKey, OfRunId = row.OfRunId, PlanHash = cycle.Plan.Hash,
            Adds = cycle.Plan.Adds, Removals = cycle.Plan.Removals, Count = cycle.Plan.Adds + cycle.Plan.Removals,
            ProblemCode = because.Code, ProblemSentence = because.Sentence, RequestedById = requesterId, RequestedByName = requesterName, RequestReason = row.RequestReason,
        }, actor);
        Move(row, RunState.AwaitingApproval);
        (row.ApprovalId, row.ApprovedPlanHash, row.ProblemCode, row.ProblemSentence) = (approval.Id, null, because.Code, because.Sentence);
        await CountCallsAsync(db, row, cancel);
        audit.Append(db, OfRun(AuditCodes.RunHeld, row, link.CredentialId, actor) with { Facts = new Dictionary<string, object?> { ["problem"] = because.Code, ["plan"] = row.PlanHash } });
        if (row.IsOfWholeTeam) Mark(db, link, because, blocks: false, actor);
    }

    /// <summary>People left out of an allowed plan must not slip through under the limits next time: a person says when it goes on.</summary>
    private async Task WaitForTheLeftOutAsync(PortalDbContext db, RunRow row, SyncLinkRow link, Actor actor, CancellationToken cancel)
    {
        if (row is { ApprovalId: not null, OnlyPersonKey: null } && await db.RunItems.CountAsync(i => i.RunId == row.Id && i.ReasonCode == PlanReasons.NotApproved.Code, cancel) is > 0 and var leftOut)
        {
            var by = await db.Approvals.Where(a => a.Id == row.ApprovalId).Select(a => a.DecidedByName).SingleAsync(cancel);
            Mark(db, link, SyncProblems.LeftOut(leftOut, by ?? "Somebody"), blocks: true, actor);
        }
    }

    /// <summary>Nothing puts the people back by itself, and nothing retires the link: it asks (invariant 35).</summary>
    private void EndProject(PortalDbContext db, RunRow row, SyncLinkRow link, Actor actor)
    {
        link.State = LinkState.Paused;
        (link.ProblemCode, link.ProblemSentence) = (SyncProblems.ProjectEnded.Code, SyncProblems.ProjectEnded.Sentence);
        link.GroupCount = row.GroupCount - row.Confirmed;
        audit.Append(db, OfRun(AuditCodes.ProjectEnded, row, link.CredentialId, actor) with { TargetKind = "link", TargetId = link.Id.ToString(), Facts = new Dictionary<string, object?> { ["removed"] = row.Confirmed } });
    }

    private async Task StopHeldAsync(PortalDbContext db, RunRow row, RunState state, Problem because, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        await FinishAsync(db, row, state, because, now, cancel);
        audit.Append(db, OfRun(CodeOf(state), row, null, actor) with { Facts = new Dictionary<string, object?> { ["problem"] = because.Code } });
    }

    /// <summary>Of a run of the schedule: the last editor of its link, policy, mapping or file since the last good run; nobody in person where nobody edited.</summary>
    private static (string? Id, string Name) RequesterOf(RunRow run, SyncLinkRow link)
    {
        if (run.Trigger is not RunTrigger.Schedule) return (run.StartedById, run.StartedByName);
        return link.LastEditedAt is { } edited && !(edited <= link.LastGoodRunAt) ? (link.LastEditorId, $"{link.LastEditorName}, through the schedule") : (null, run.StartedByName);
    }
}
