using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

internal sealed partial class RunBook
{
    /// <summary>Ends an applied run: outcomes counted, one event per person changed, the ledger and the link brought up to date.</summary>
    /// <param name="stopped">Why it could not go to its end; null when it could.</param>
    public Task AppliedAsync(Applying run, Problem? stopped, CancellationToken cancel) => InTransactionAsync(run.Lease, async (db, now) =>
    {
        var row = await HoldAsync(db, run.Run.Id, cancel);
        var items = await db.RunItems.Where(i => i.RunId == row.Id && (i.Action == PlanAction.Add || i.Action == PlanAction.Remove || i.Outcome != ItemOutcome.None)).ToListAsync(cancel);
        foreach (var item in items.Where(i => i.Outcome is ItemOutcome.None))
            (item.Outcome, item.OutcomeSentence) = (ItemOutcome.NotTried, SyncProblems.NotTried.ToString());
        Count(row, items);
        var state = StateOf(row, items, stopped);
        await FinishAsync(db, row, state, stopped, now, cancel);
        await PersonRests.RecordAsync(db, run.Link, items, now, cancel);
        foreach (var item in items) AppendPerson(db, row, run.Link, run.Reader.Actor, item);
        audit.Append(db, OfRun(CodeOf(state), row, run.Link.CredentialId, run.Reader.Actor) with
        {
            Facts = new Dictionary<string, object?> { ["confirmed"] = row.Confirmed, ["pending"] = row.Pending, ["refused"] = row.Refused, ["notTried"] = row.NotTried, ["calls"] = row.Calls, ["problem"] = stopped?.Code },
        });
        await SettleLinkAsync(db, run, row, items, state, stopped, now, cancel);
    }, cancel);

    private static void Count(RunRow row, List<RunItemRow> items)
    {
        row.Confirmed = items.Count(i => i.Outcome is ItemOutcome.Confirmed);
        row.Pending = items.Count(i => i.Outcome is ItemOutcome.PendingAtApple or ItemOutcome.Sent);
        row.Refused = items.Count(i => i.Outcome is ItemOutcome.Refused);
        row.NotTried = items.Count(i => i.Outcome is ItemOutcome.NotTried);
        row.Done = items.Count(i => i.Action is PlanAction.Add or PlanAction.Remove && i.Outcome is not ItemOutcome.NotTried);
    }

    private static RunState StateOf(RunRow row, List<RunItemRow> items, Problem? stopped)
    {
        if (stopped?.Code == SyncProblems.Stopped.Code) return RunState.Cancelled;
        if (stopped is not null) return row.Confirmed + row.Pending > 0 ? RunState.Partial : RunState.Failed;
        return items.All(i => i.Outcome is ItemOutcome.Confirmed) ? RunState.Succeeded : RunState.Partial;
    }

    private void AppendPerson(PortalDbContext db, RunRow run, SyncLinkRow link, Actor actor, RunItemRow item)
    {
        var code = (item.Action, item.Outcome) switch
        {
            (PlanAction.Add, ItemOutcome.Confirmed or ItemOutcome.PendingAtApple) => AuditCodes.MemberAdded,
            (PlanAction.Add, ItemOutcome.Refused) => AuditCodes.MemberAddFailed,
            (PlanAction.Remove, ItemOutcome.Confirmed or ItemOutcome.PendingAtApple) => AuditCodes.MemberRemoved,
            (PlanAction.Remove, ItemOutcome.Refused) => AuditCodes.MemberRemoveFailed,
            (PlanAction.Keep, ItemOutcome.Confirmed or ItemOutcome.PendingAtApple) => AuditCodes.PersonReinvited,
            (PlanAction.Keep, ItemOutcome.Refused) => AuditCodes.PersonReinviteFailed,
            _ => null,
        };
        if (code is null) return;
        audit.Append(db, OfRun(code, run, link.CredentialId, actor) with
        {
            TargetKind = "person",
            TargetId = item.Id.ToString(),
            Sentence = $"{code.Sentence}: {item.Email}",
            Facts = new Dictionary<string, object?> { ["reason"] = item.ReasonCode, ["outcome"] = item.Outcome.ToString(), ["appleCode"] = item.AppleCode },
            Personal = new Dictionary<string, object?> { ["email"] = item.Email, ["tester"] = item.TesterId },
            Addresses = EmailAddress.TryParse(item.Email) is { } address ? [address] : [],
        });
    }

    private async Task SettleLinkAsync(PortalDbContext db, Applying run, RunRow row, List<RunItemRow> items, RunState state, Problem? stopped, DateTimeOffset now, CancellationToken cancel)
    {
        var link = await db.Links.SingleAsync(l => l.Id == run.Link.Id, cancel);
        link.LastRunId = row.Id;
        await ledger.ObserveWithinAsync(db, link, run, cancel);
        if (row.Purpose is RunPurpose.Undo) await SayUndoneAsync(db, row, link, run.Reader.Actor, items, cancel);
        if (row.Purpose is not RunPurpose.EndOfProject && !row.IsOfWholeTeam) return;
        link.LastCheckAt = now;
        if (run.Cycle.IsExact) link.LastExactCheckAt = now;
        (link.UnchangedSince, link.ChecksSinceChange) = (null, 0);
        if (row.Purpose is RunPurpose.EndOfProject)
        {
            if (state is RunState.Succeeded or RunState.Partial) EndProject(db, row, link, run.Reader.Actor);
            Next(link, run.Link, now);
            return;
        }
        if (state is RunState.Succeeded or RunState.Partial && stopped is null)
        {
            link.LastGoodRunAt = now;
            link.LastGoodTeamCount = row.TeamCount;
            link.DriftToAdd = items.Count(i => i is { Action: PlanAction.Add, Outcome: ItemOutcome.NotTried or ItemOutcome.Refused });
            link.DriftToRemove = items.Count(i => i is { Action: PlanAction.Remove, Outcome: ItemOutcome.NotTried or ItemOutcome.Refused });
            link.GroupCount = row.GroupCount + items.Count(i => i is { Action: PlanAction.Add, Outcome: ItemOutcome.Confirmed }) - items.Count(i => i is { Action: PlanAction.Remove, Outcome: ItemOutcome.Confirmed });
            if (link.State is LinkState.Blocked) audit.Append(db, OfRun(AuditCodes.LinkUnblocked, row, link.CredentialId, run.Reader.Actor) with { TargetKind = "link", TargetId = link.Id.ToString() });
            // The first plan was applied by a person: from now on the schedule may.
            if (link.State is LinkState.Blocked || link is { State: LinkState.Paused, FirstAppliedAt: null }) link.State = LinkState.Active;
            link.FirstAppliedAt ??= now;
            link.FailuresInARow = 0;
            (link.ProblemCode, link.ProblemSentence) = (null, null);
            await WaitForTheLeftOutAsync(db, row, link, run.Reader.Actor, cancel);
        }
        else if (stopped is not null && state is not RunState.Cancelled)
        {
            link.FailuresInARow++;
            Mark(db, link, stopped, blocks: stopped.Turn is not Turn.Nobody, run.Reader.Actor);
        }
        Next(link, run.Link, now, again: row.Pending > 0 || stopped?.Turn is Turn.Nobody && state is not RunState.Cancelled);
    }
}
