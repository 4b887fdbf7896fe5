using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>
/// Adds and removals of a link on the rolling day, support's single ones and those without an answer yet among them. What this
/// run sent and plans again counts once, as planned; the first fill, which a person applied, does not count.
/// </summary>
internal sealed record ActsOfADay(int Adds, int Removals)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static async Task<ActsOfADay> ReadAsync(PortalDbContext db, SyncLinkRow link, Guid? runId, SyncPlan plan, DateTimeOffset now, CancellationToken cancel)
    {
        var dayAgo = now - Day;
        var filled = link.FirstAppliedAt ?? now;
        var acts = await db.RunItems.AsNoTracking().Where(i => (i.Action == PlanAction.Remove || i.Action == PlanAction.Add)
            && ((i.Outcome == ItemOutcome.Confirmed || i.Outcome == ItemOutcome.PendingAtApple) && i.OutcomeAt > dayAgo || i.Outcome == ItemOutcome.Sent)
            && db.Runs.Any(r => r.Id == i.RunId && r.LinkId == link.Id && (i.Action == PlanAction.Remove || r.FinishedAt == null || r.FinishedAt > filled)))
            .Select(i => new { i.RunId, i.Action, i.PersonKey, i.TesterId }).ToListAsync(cancel);
        var planned = plan.Items.Where(item => item.Action is PlanAction.Add or PlanAction.Remove).Select(item => PlanTarget.Of(item.Action, item.PersonKey, item.TesterId)).ToHashSet();
        var counted = acts.Where(act => act.RunId != runId || !planned.Contains(PlanTarget.Of(act.Action, act.PersonKey, act.TesterId))).ToList();
        var byHand = await db.Memberships.CountAsync(m => m.LinkId == link.Id && m.RemovedByName != null && m.RemovedAt > dayAgo, cancel);
        var addedByHand = await db.Memberships.CountAsync(m => m.LinkId == link.Id && m.AddedByHandAt > dayAgo, cancel);
        return new(addedByHand + counted.Count(act => act.Action is PlanAction.Add), byHand + counted.Count(act => act.Action is PlanAction.Remove));
    }
}
