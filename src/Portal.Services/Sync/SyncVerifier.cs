using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>Reads back what a run wrote: only a fresh read makes an outcome *Confirmed* (invariants 18, 37).</summary>
internal sealed class SyncVerifier(Database database, TesterReads reads, GroupBuilds builds, IOptions<SyncOptions> options, TimeProvider time)
{
    /// <summary>Settles every written item and the ledger. Returns why it could not, or null.</summary>
    public async Task<Problem?> VerifyAsync(Applying run, CancellationToken cancel)
    {
        var people = await WrittenAsync(run, cancel);
        for (var tries = 1; ; tries++)
        {
            Reading<BetaTester> read;
            bool isInvitable;
            try
            {
                read = await reads.InGroupAsync(run.Use("read back"), run.Cycle.Place, run.Link.GroupId, people, run.Members - run.Cycle.Plan.Removals, cancel);
                // Asked only where somebody waits for an invitation: without a build to test nobody can be invited.
                isInvitable = read.Items.Any(t => t.State is "NOT_INVITED") && await builds.HasTestableAsync(run.Cycle.Reading, cancel);
            }
            catch (AppleException failure)
            {
                return failure.Problem;
            }
            if (!read.Complete) return read.Because ?? SyncProblems.ShortRead("The people written");
            people = await SettleAsync(run, read.Items, people, isInvitable, last: tries == options.Value.ReadBacks, cancel);
            if (people.Count == 0 || tries == options.Value.ReadBacks) return null;
            await Task.Delay(TimeSpan.FromSeconds(options.Value.ReadBackSeconds), time, cancel);
        }
    }

    private async Task<List<EmailAddress>> WrittenAsync(Applying run, CancellationToken cancel)
    {
        await using var db = database.Open();
        var emails = await db.RunItems.AsNoTracking().Where(i => i.RunId == run.Run.Id && (i.Outcome == ItemOutcome.Sent || i.Outcome == ItemOutcome.PendingAtApple || i.Outcome == ItemOutcome.Refused))
            .OrderBy(i => i.Ordinal).Select(i => i.Email).ToListAsync(cancel);
        return [.. emails.Select(EmailAddress.TryParse).OfType<EmailAddress>().Distinct()];
    }

    /// <summary>Settles those who were looked at. Returns whom to look at again.</summary>
    private async Task<List<EmailAddress>> SettleAsync(Applying run, IReadOnlyList<BetaTester> testers, List<EmailAddress> people, bool isInvitable, bool last, CancellationToken cancel)
    {
        var asked = people.Select(a => a.Key).ToHashSet(StringComparer.Ordinal);
        var byKey = testers.Select(t => (EmailAddress.TryParse(t.Email)?.Key, Tester: t)).Where(p => p.Key is not null)
            .GroupBy(p => p.Key!).ToDictionary(g => g.Key, g => g.First().Tester, StringComparer.Ordinal);
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await run.Lease.FenceAsync(db, cancel);
        var now = time.GetUtcNow();
        var written = await db.RunItems.Where(i => i.RunId == run.Run.Id && (i.Outcome == ItemOutcome.Sent || i.Outcome == ItemOutcome.PendingAtApple || i.Outcome == ItemOutcome.Refused)).ToListAsync(cancel);
        var keys = written.Select(i => i.PersonKey).ToHashSet(StringComparer.Ordinal);
        var ledger = (await db.Memberships.Where(m => m.LinkId == run.Link.Id).ToListAsync(cancel)).Where(m => keys.Contains(m.PersonKey)).ToDictionary(m => m.PersonKey, StringComparer.Ordinal);
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in written.Where(i => asked.Contains(i.PersonKey)))
        {
            var tester = byKey.GetValueOrDefault(item.PersonKey);
            item.InviteState = tester?.State ?? item.InviteState;
            if (IsDone(item, tester, isInvitable))
            {
                (item.Outcome, item.OutcomeAt, item.TesterId, item.OutcomeSentence) = (ItemOutcome.Confirmed, now, tester?.Id ?? item.TesterId, null);
            }
            else if (item.Outcome is not ItemOutcome.Refused || IsIn(item, tester))
            {
                open.Add(item.PersonKey);
                if (last) (item.Outcome, item.OutcomeSentence) = (ItemOutcome.PendingAtApple, IsIn(item, tester) ? SyncProblems.NotInvitedYet.ToString() : item.OutcomeSentence ?? SyncProblems.NotYetVisible.ToString());
                item.OutcomeAt ??= now;
            }
            if (ledger.TryGetValue(item.PersonKey, out var row)) Record(db, row, item, tester, now);
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return [.. people.Where(a => open.Contains(a.Key))];
    }

    private static bool IsIn(RunItemRow item, BetaTester? tester) => item.Action is PlanAction.Add && tester is not null;

    /// <summary>Being in the group is not all of an add while there is something to test: the invitation belongs to it (invariant 20).</summary>
    private static bool IsDone(RunItemRow item, BetaTester? tester, bool isInvitable) => item.Action switch
    {
        PlanAction.Add => tester is not null && !(isInvitable && tester.State is "NOT_INVITED"),
        PlanAction.Remove => tester is null,
        _ => tester is { State: not (null or "NOT_INVITED") },
    };

    private static void Record(PortalDbContext db, MembershipRow row, RunItemRow item, BetaTester? tester, DateTimeOffset now)
    {
        row.InviteState = tester?.State ?? row.InviteState;
        if (item.Outcome is not ItemOutcome.Refused && IsIn(item, tester))
        {
            (row.ConfirmedAt, row.TesterId, row.LastSeenAt, row.RemovedAt, row.GoneSince) = (row.ConfirmedAt ?? now, tester?.Id, now, null, null);
            if (tester?.State is "INVITED") row.InvitedAt ??= now;
        }
        else if (item.Outcome is ItemOutcome.Confirmed && item.Action is PlanAction.Remove) (row.RemovedAt, row.RemovedByName) = (now, null);
        // Refused and never seen: it was not ours, so nothing of it is left in the ledger.
        else if (item is { Outcome: ItemOutcome.Refused, Action: PlanAction.Add } && row is { ConfirmedAt: null, Origin: MembershipOrigin.Sync }) db.Memberships.Remove(row);
    }
}
