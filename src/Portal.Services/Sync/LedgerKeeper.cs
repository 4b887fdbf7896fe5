using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>Keeps the membership ledger in step with what every complete read shows. Writes differences only.</summary>
internal sealed class LedgerKeeper(AuditLog audit, TimeProvider time)
{
    private const int KeysOfAQuery = 500;

    private sealed record SeenMembership(string PersonKey, string? TesterId, string? InviteState, bool Confirmed, bool Removed, bool Gone);

    /// <summary>After a run: takes over or notes those its plan keeps. What it wrote itself was settled by the read-back.</summary>
    public Task ObserveWithinAsync(PortalDbContext db, SyncLinkRow link, Applying run, CancellationToken cancel) =>
        AdoptAsync(db, link, run.Cycle, run.Reader.Actor, run.Run.Id, cancel);

    /// <summary>Into the caller's context: what is confirmed by now and what is gone.</summary>
    public async Task ObserveAsync(PortalDbContext db, SyncLinkRow link, Cycle cycle, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var testers = cycle.Inputs.Group.Testers.Select(t => (EmailAddress.TryParse(t.Email)?.Key, Tester: t)).Where(p => p.Key is not null)
            .GroupBy(p => p.Key!).ToDictionary(g => g.Key, g => g.First().Tester, StringComparer.Ordinal);
        // A check mostly finds thousands of rows as they are: those are looked at and not taken into the context.
        var seen = await db.Memberships.AsNoTracking().Where(m => m.LinkId == link.Id).Select(m => new SeenMembership(m.PersonKey, m.TesterId, m.InviteState, m.ConfirmedAt != null, m.RemovedAt != null, m.GoneSince != null)).ToListAsync(cancel);
        var differing = seen.Where(m => Differs(m, testers.GetValueOrDefault(m.PersonKey))).Select(m => m.PersonKey).ToList();
        foreach (var part in differing.Chunk(KeysOfAQuery))
        {
            foreach (var row in await db.Memberships.Where(m => m.LinkId == link.Id && part.Contains(m.PersonKey)).ToListAsync(cancel)) Compare(row, testers.GetValueOrDefault(row.PersonKey), now);
        }
        await SettlePendingAsync(db, link, testers, now, cancel);
    }

    private async Task AdoptAsync(PortalDbContext db, SyncLinkRow link, Cycle cycle, Actor actor, Guid runId, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var ledger = await db.Memberships.Where(m => m.LinkId == link.Id).ToDictionaryAsync(m => m.PersonKey, StringComparer.Ordinal, cancel);
        var adopted = 0;
        foreach (var item in cycle.Plan.Items.Where(item => item is { Action: PlanAction.Keep, TesterId: not null }))
        {
            if (!ledger.TryGetValue(item.PersonKey, out var row))
            {
                row = new MembershipRow { Id = Guid.CreateVersion7(), LinkId = link.Id, PersonKey = item.PersonKey, Origin = MembershipOrigin.PreExisting, FirstSeenAt = now, LastSeenAt = now, ConfirmedAt = now, TesterId = item.TesterId, InviteState = item.State };
                db.Memberships.Add(row);
            }
            row.MemberId = item.MemberId ?? row.MemberId;
            if (!item.Adopt) continue;
            (row.Origin, row.RemovedAt) = (MembershipOrigin.Adopted, null);
            adopted++;
        }
        if (adopted > 0)
        {
            audit.Append(db, new AuditEntry(AuditCodes.MembersAdopted, actor, "link", link.Id.ToString())
            {
                LinkId = link.Id, RunId = runId, Facts = new Dictionary<string, object?> { ["members"] = adopted },
            });
        }
    }

    private static bool Differs(SeenMembership row, BetaTester? tester) => tester is null ? row is { Confirmed: true, Removed: false, Gone: false }
        : row.Gone || row is { Removed: false, Confirmed: false } || row.TesterId != tester.Id || row.InviteState != tester.State;

    private static void Compare(MembershipRow row, BetaTester? tester, DateTimeOffset now)
    {
        if (tester is null)
        {
            if (row is { ConfirmedAt: not null, RemovedAt: null }) row.GoneSince ??= now;
            return;
        }
        row.GoneSince = null;
        if (row.RemovedAt is null) row.ConfirmedAt ??= now;
        if (row.TesterId != tester.Id) row.TesterId = tester.Id;
        if (row.InviteState != tester.State) (row.InviteState, row.LastSeenAt) = (tester.State, now);
    }

    /// <summary>What earlier runs left *PendingAtApple* is resolved by later cycles.</summary>
    private static async Task SettlePendingAsync(PortalDbContext db, SyncLinkRow link, Dictionary<string, BetaTester> testers, DateTimeOffset now, CancellationToken cancel)
    {
        var pending = await db.RunItems.Where(i => i.Outcome == ItemOutcome.PendingAtApple && db.Runs.Any(r => r.Id == i.RunId && r.LinkId == link.Id && r.FinishedAt != null)).ToListAsync(cancel);
        foreach (var item in pending)
        {
            var tester = testers.GetValueOrDefault(item.PersonKey);
            if (!IsSettled(item, tester)) continue;
            (item.Outcome, item.OutcomeAt, item.OutcomeSentence, item.InviteState) = (ItemOutcome.Confirmed, now, null, tester?.State ?? item.InviteState);
            // Seen gone at last: the portal's own doing, not somebody who left at Apple.
            if (item.Action is PlanAction.Remove && await db.Memberships.SingleOrDefaultAsync(m => m.LinkId == link.Id && m.PersonKey == item.PersonKey, cancel) is { } row) (row.RemovedAt, row.GoneSince) = (row.RemovedAt ?? now, null);
            await db.Runs.Where(r => r.Id == item.RunId).ExecuteUpdateAsync(set => set.SetProperty(r => r.Pending, r => r.Pending - 1)
                .SetProperty(r => r.Confirmed, r => r.Confirmed + 1).SetProperty(r => r.Revision, r => r.Revision + 1), cancel);
        }
    }

    private static bool IsSettled(RunItemRow item, BetaTester? tester) => item.Action switch
    {
        PlanAction.Add => tester is not null,
        PlanAction.Remove => tester is null,
        // An invitation sent again: seen by the tester's state; of one who is not in the group any more nobody waits for it.
        _ => tester is null or { State: not (null or "NOT_INVITED") },
    };
}
