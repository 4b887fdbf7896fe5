using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

internal sealed partial class RunBook
{
    /// <summary>Stores the plan before anything is applied. After a resume, what an earlier runner did stays on record with its outcome.</summary>
    public Task PlannedAsync(RunRow run, SyncLinkRow link, Cycle cycle, Actor actor, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var row = await HoldAsync(db, run.Id, cancel);
        var earlier = await db.RunItems.AsNoTracking().Where(i => i.RunId == run.Id).ToListAsync(cancel);
        await db.RunItems.Where(i => i.RunId == run.Id).ExecuteDeleteAsync(cancel);
        var items = Merge(run, cycle.Plan, earlier, now);
        db.RunItems.AddRange(items);
        await RemovedBeforeAsync(db, link.Id, items, earlier, cycle.Plan, now, cancel);
        Move(row, RunState.Planned);
        row.PlannedAt = now;
        row.PlanHash = cycle.Plan.Hash;
        row.TeamCount = cycle.Inputs.Team.Members.Count;
        row.GroupCount = cycle.Inputs.Group.Testers.Count;
        row.ToAdd = items.Count(i => i.Action is PlanAction.Add);
        row.ToRemove = items.Count(i => i.Action is PlanAction.Remove);
        row.Kept = cycle.Plan.Items.Count(i => i.Action is PlanAction.Keep);
        row.Skipped = items.Count(i => i.Action is PlanAction.Skip);
        row.Waiting = items.Count(i => i.Action is PlanAction.Wait);
        row.Confirmed = row.Done = items.Count(i => i.Outcome is ItemOutcome.Confirmed);
        await CountCallsAsync(db, row, cancel);
        if (run.Mode is SyncMode.Preview)
        {
            row.FinishedAt = now;
            // A preview shows what the guard would say of a real run.
            var problem = cycle.Verdict switch { SyncVerdict.Blocked b => b.Problem, SyncVerdict.NeedsApproval n => n.Problem, _ => null };
            (row.ProblemCode, row.ProblemSentence) = (problem?.Code, problem?.Sentence);
            if (row.CancelRequested) (row.State, row.ProblemCode, row.ProblemSentence) = (RunState.Cancelled, SyncProblems.Stopped.Code, SyncProblems.Stopped.Sentence);
        }
        audit.Append(db, OfRun(AuditCodes.RunPlanned, row, link.CredentialId, actor) with
        {
            Facts = new Dictionary<string, object?> { ["plan"] = row.PlanHash, ["adds"] = row.ToAdd, ["removals"] = row.ToRemove, ["team"] = row.TeamCount, ["group"] = row.GroupCount, ["mode"] = run.Mode.ToString() },
        });
        // What somebody saw and agreed to before: the page shows what changed since.
        if (row.WantedPlanHash is { } seen && seen != row.PlanHash)
            row.ComparedRunId ??= await db.Runs.Where(r => r.LinkId == link.Id && r.PlanHash == seen && r.Id != row.Id).OrderByDescending(r => r.RequestedAt).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancel);
        var stored = await db.Links.SingleAsync(l => l.Id == link.Id, cancel);
        await hands.RecordAsync(db, stored, cycle, row.Id, cancel);
        if (run.IsOfWholeTeam) Drift(stored, cycle);
    }, cancel);

    /// <summary>Removals an earlier runner sent and this read shows done: the portal's own doing, not people who left at Apple (invariant 21).</summary>
    private static async Task RemovedBeforeAsync(PortalDbContext db, Guid linkId, List<RunItemRow> items, List<RunItemRow> earlier, SyncPlan plan, DateTimeOffset now, CancellationToken cancel)
    {
        if (earlier.Count == 0) return;
        var still = plan.Items.Where(p => p.TesterId is not null).Select(p => p.PersonKey).ToHashSet(StringComparer.Ordinal);
        var gone = items.Where(i => i is { Action: PlanAction.Remove, Outcome: ItemOutcome.Confirmed } && !still.Contains(i.PersonKey)).Select(i => i.PersonKey).ToList();
        await db.Memberships.Where(m => m.LinkId == linkId && gone.Contains(m.PersonKey) && m.RemovedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.RemovedAt, now).SetProperty(m => m.GoneSince, (DateTimeOffset?)null), cancel);
    }

    /// <summary>A check that could read both sides: the drift it saw, and the folded line "unchanged 14:00–17:35, 43 checks".</summary>
    public Task CheckedAsync(SyncLinkRow link, Cycle cycle, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var stored = await db.Links.SingleAsync(l => l.Id == link.Id, cancel);
        Drift(stored, cycle);
        stored.LastCheckAt = now;
        if (cycle.IsExact) stored.LastExactCheckAt = now;
        await hands.RecordAsync(db, stored, cycle, null, cancel);
        await ledger.ObserveAsync(db, stored, cycle, cancel);
        await PersonRests.ForgetAsync(db, link.Id, cycle.Plan, cancel);
        // Where this plan is held in its turn, that takes the place of the older hold. What needs nobody any more, for the day went
        // on, is done by the schedule: nobody is asked to allow it as well.
        if (cycle.Verdict is not SyncVerdict.NeedsApproval || stored.State is not LinkState.Active)
            await approvals.SupersedeAsync(db, link.Id, ApprovalKind.HeldRun, null, null, cycle.Verdict is SyncVerdict.Proceed && stored.State is LinkState.Active ? "" : cycle.Plan.Hash, Actor.Schedule, cancel);
        if (cycle.Plan.ChangesNothing && cycle.Verdict is SyncVerdict.Proceed)
        {
            stored.LastGoodTeamCount = cycle.Inputs.Team.Members.Count;
            Fold(stored, now);
        }
        else (stored.UnchangedSince, stored.ChecksSinceChange) = (null, 0);
        stored.FailuresInARow = 0;
        Next(stored, link, now);
    }, cancel);

    /// <summary>A check that found both sides as they were when nothing was to do.</summary>
    public Task UnchangedAsync(SyncLinkRow link, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var stored = await db.Links.SingleAsync(l => l.Id == link.Id, cancel);
        (stored.LastCheckAt, stored.FailuresInARow) = (now, 0);
        Fold(stored, now);
        Next(stored, link, now);
    }, cancel);

    private static void Fold(SyncLinkRow link, DateTimeOffset now)
    {
        link.UnchangedSince ??= now;
        link.ChecksSinceChange++;
        if (link.State is LinkState.Active) (link.ProblemCode, link.ProblemSentence) = (null, null);
    }

    public Task CheckFailedAsync(SyncLinkRow link, CycleException failure, LinkLease lease, CancellationToken cancel) => InTransactionAsync(lease, async (db, now) =>
    {
        var stored = await db.Links.SingleAsync(l => l.Id == link.Id, cancel);
        Mark(db, stored, failure.Problem, failure.Blocks, Actor.Schedule);
        if (!failure.Blocks) stored.FailuresInARow++;
        Next(stored, link, now, again: !failure.Blocks);
    }, cancel);

    /// <summary>The new plan's people beside what an earlier runner of this run sent: that stays on record, whatever is wanted for the person now.</summary>
    internal static List<RunItemRow> Merge(RunRow run, SyncPlan plan, List<RunItemRow> earlier, DateTimeOffset now)
    {
        var sent = earlier.Where(i => i.Outcome is not (ItemOutcome.None or ItemOutcome.NotTried)).ToDictionary(KeyOf);
        var rows = new List<RunItemRow>();
        foreach (var item in plan.Items)
        {
            // In by now: the add that was sent and the membership that is kept are one line.
            var isIn = item.Action is PlanAction.Keep && sent.Remove((item.PersonKey, PlanAction.Add, null), out _);
            // Out by now: what was sent and what is left of the plan are one line.
            if (item.Reason.Code == PlanReasons.OutAlready.Code && sent.Keys.Any(key => key.Item1 == item.PersonKey && key.Item2 is PlanAction.Remove)) continue;
            if (item.Reason.Code == PlanReasons.InAlready.Code && sent.ContainsKey((item.PersonKey, PlanAction.Add, null))) continue;
            sent.Remove(KeyOf(item), out var before);
            // Runs of the schedule store only what is not Keep.
            if (item.Action is PlanAction.Keep && !isIn && before is null && run.Trigger is RunTrigger.Schedule && !item.NeedsInvitation) continue;
            var row = RowOf(run, item, isIn ? PlanReasons.JoinedTeam : item.Reason, isIn ? PlanAction.Add : item.Action, before?.Attempts ?? (isIn ? 1 : 0));
            if (isIn) (row.Outcome, row.OutcomeAt) = (ItemOutcome.Confirmed, now);
            // Invited before and not to be invited again: the read-back says what became of it.
            else if (before is not null && item is { Action: PlanAction.Keep, NeedsInvitation: false }) (row.Outcome, row.OutcomeAt) = (before.Outcome, before.OutcomeAt);
            rows.Add(row);
        }
        foreach (var before in sent.Values)
        {
            if (IsDone(before, plan)) (before.Outcome, before.OutcomeAt, before.OutcomeSentence) = (ItemOutcome.Confirmed, now, null);
            before.Id = Guid.CreateVersion7();
            rows.Add(before);
        }
        for (var i = 0; i < rows.Count; i++) rows[i].Ordinal = i;
        return rows;
    }

    /// <summary>Whether the read the plan was made of shows it done; otherwise the read-back after this runner's writes settles it.</summary>
    private static bool IsDone(RunItemRow sent, SyncPlan plan)
    {
        var isIn = plan.Items.Any(p => p.PersonKey == sent.PersonKey && p.TesterId is not null && (p.Action is not PlanAction.Remove || sent.Action is not PlanAction.Remove || p.TesterId == sent.TesterId));
        return sent.Action switch { PlanAction.Add => isIn, PlanAction.Remove => !isIn, _ => false };
    }

    // One address can stand in a group twice, as two testers: each is a removal of its own. An add has no tester yet when it is planned.
    private static (string, PlanAction, string?) KeyOf(RunItemRow item) => (item.PersonKey, item.Action, item.Action is PlanAction.Remove ? item.TesterId : null);

    private static (string, PlanAction, string?) KeyOf(PlanItem item) => (item.PersonKey, item.Action, item.Action is PlanAction.Remove ? item.TesterId : null);

    private static RunItemRow RowOf(RunRow run, PlanItem item, PlanReason reason, PlanAction action, int attempts) => new()
    {
        Id = Guid.CreateVersion7(), RunId = run.Id, PersonKey = item.PersonKey, MemberId = item.MemberId, Email = item.Email, Name = item.Name,
        TesterId = item.TesterId, Action = action, ReasonCode = reason.Code, Reason = reason.Sentence, InviteState = item.State, Attempts = attempts,
    };

    private static void Drift(SyncLinkRow link, Cycle cycle)
    {
        link.TeamCount = cycle.Inputs.Team.Members.Count;
        link.GroupCount = cycle.Inputs.Group.Testers.Count;
        link.DriftToAdd = cycle.Plan.Adds;
        link.DriftToRemove = cycle.Plan.Removals;
        link.Unmanaged = cycle.Plan.Items.Count(i => i.Reason.Code == PlanReasons.Unmanaged.Code);
        link.WaitingForEmail = cycle.Plan.Items.Count(i => i.Reason.Code == PlanReasons.NoAppleEmail.Code);
        link.GroupName = cycle.Group.Name;
    }

    /// <summary>Says once what is wrong; the same again changes nothing and tells nobody.</summary>
    private void Mark(PortalDbContext db, SyncLinkRow link, Domain.Problem problem, bool blocks, Actor actor)
    {
        // What a person has to mend stays said until it is mended.
        if (!blocks && link.State is LinkState.Blocked) return;
        var isNew = link.ProblemCode != problem.Code;
        (link.ProblemCode, link.ProblemSentence) = (problem.Code, problem.Sentence);
        if (!blocks) return;
        // Before its first sync a link is paused anyway: there is nothing to stop.
        var wasRunning = link.State is LinkState.Active;
        if (wasRunning) link.State = LinkState.Blocked;
        if (isNew || wasRunning)
        {
            audit.Append(db, new AuditEntry(AuditCodes.LinkBlocked, actor, "link", link.Id.ToString())
            {
                LinkId = link.Id, CredentialId = link.CredentialId, Facts = new Dictionary<string, object?> { ["problem"] = problem.Code },
            });
        }
    }

    /// <summary>When the link is looked at next. One without an interval is due by an upload alone, and once more where something is still open.</summary>
    /// <param name="link">As stored.</param>
    /// <param name="asRead">As it was when this check or run began.</param>
    /// <param name="now">The end of it.</param>
    /// <param name="again">Something passing stood in the way, or is still open at Apple.</param>
    private static void Next(SyncLinkRow link, SyncLinkRow asRead, DateTimeOffset now, bool again = false)
    {
        link.WaitingUntil = null;
        // A file that came meanwhile was not read yet.
        if (link.Policy.Every is null && link.NextDueAt is { } due && due != asRead.NextDueAt) return;
        // Apple's hour is no failure of the link's, and what is still open at Apple is looked at in time.
        link.NextDueAt = again && link.FailuresInARow > 1 ? now + BackOff.Rest(link.FailuresInARow, link.Policy.Every) : CheckSchedule.NextDue(now, link.Policy.Every ?? (again ? new SyncPolicy().Every : null), CheckSchedule.Spread(link.CredentialId, link.AppId));
    }
}
