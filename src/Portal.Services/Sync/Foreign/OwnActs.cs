using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Foreign;
using Portal.Services.Data;

namespace Portal.Services.Sync.Foreign;

/// <summary>What the portal itself wrote to a link's group: run items, and support's acts from the ledger.</summary>
internal static class OwnActs
{
    /// <param name="since">Earlier ones count only while nobody knows what became of them.</param>
    /// <param name="readAt">What is on its way counts as done just then.</param>
    public static async Task<List<OwnAct>> SinceAsync(PortalDbContext db, SyncLinkRow link, DateTimeOffset since, DateTimeOffset readAt, CancellationToken cancel)
    {
        var runs = await db.Runs.AsNoTracking().Where(r => r.LinkId == link.Id && r.Mode == SyncMode.Real && (r.FinishedAt == null || r.FinishedAt > since || r.Pending > 0)).Select(r => r.Id).ToListAsync(cancel);
        var items = runs.Count == 0 ? [] : await db.RunItems.AsNoTracking().Where(i => runs.Contains(i.RunId) && (i.Action == PlanAction.Add || i.Action == PlanAction.Remove)
            && (i.Outcome == ItemOutcome.Sent || i.Outcome == ItemOutcome.PendingAtApple || i.Outcome == ItemOutcome.Confirmed && i.OutcomeAt > since))
            .Select(i => new { i.Action, i.PersonKey, i.TesterId, i.Outcome, i.OutcomeAt }).ToListAsync(cancel);
        var hands = await db.Memberships.AsNoTracking().Where(m => m.LinkId == link.Id && (m.AddedByHandAt > since || m.RemovedByName != null && m.RemovedAt > since))
            .Select(m => new { m.PersonKey, m.TesterId, m.AddedByHandAt, m.ConfirmedAt, m.RemovedAt, m.RemovedByName }).ToListAsync(cancel);
        return
        [
            .. items.Select(i => new OwnAct(i.Action, i.PersonKey, i.Action is PlanAction.Remove ? i.TesterId : i.Outcome is ItemOutcome.Confirmed ? i.TesterId : null, i.Outcome is ItemOutcome.Confirmed, i.OutcomeAt ?? readAt)),
            .. hands.Where(m => m.AddedByHandAt > since).Select(m => new OwnAct(PlanAction.Add, m.PersonKey, m.ConfirmedAt is null ? null : m.TesterId, m.ConfirmedAt is not null, m.AddedByHandAt!.Value)),
            // The ledger does not say whether a removal by hand was seen done: either is ours.
            .. hands.Where(m => m.RemovedByName is not null && m.RemovedAt > since).Select(m => new OwnAct(PlanAction.Remove, m.PersonKey, null, false, m.RemovedAt!.Value)),
        ];
    }
}
