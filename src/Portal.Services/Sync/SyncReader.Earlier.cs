using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Services.Data;

namespace Portal.Services.Sync;

internal sealed partial class SyncReader
{
    /// <summary>What a run did as recorded, and who of it was changed again since, by a run or by hand.</summary>
    private static async Task<IReadOnlyList<DoneAct>> DoneActsAsync(PortalDbContext db, Guid linkId, Guid runId, Guid? undoId, CancellationToken cancel)
    {
        var acts = db.RunItems.AsNoTracking().Where(i => (i.Action == PlanAction.Add || i.Action == PlanAction.Remove)
            && (i.Outcome == ItemOutcome.Confirmed || i.Outcome == ItemOutcome.PendingAtApple || i.Outcome == ItemOutcome.Sent));
        var done = await acts.Where(i => i.RunId == runId).OrderBy(i => i.Ordinal).ToListAsync(cancel);
        var others = await acts.Where(i => i.RunId != runId && i.RunId != undoId && db.Runs.Any(r => r.Id == i.RunId && r.LinkId == linkId)
            && db.RunItems.Any(d => d.RunId == runId && d.PersonKey == i.PersonKey)).Select(i => new { i.PersonKey, At = i.OutcomeAt }).ToListAsync(cancel);
        var byHand = await db.Memberships.AsNoTracking().Where(m => m.LinkId == linkId && (m.AddedByHandAt != null || m.RemovedByName != null && m.RemovedAt != null))
            .Select(m => new { m.PersonKey, m.AddedByHandAt, Removed = m.RemovedByName == null ? null : m.RemovedAt }).ToListAsync(cancel);
        // On its way, it has no time yet: that is later than anything.
        var later = others.Select(o => (o.PersonKey, At: o.At ?? DateTimeOffset.MaxValue))
            .Concat(byHand.SelectMany(m => new[] { m.AddedByHandAt, m.Removed }.OfType<DateTimeOffset>().Select(at => (m.PersonKey, At: at))))
            .GroupBy(o => o.PersonKey, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Max(o => o.At), StringComparer.Ordinal);
        return [.. done.Select(i => new DoneAct(i.PersonKey, i.Action, i.Outcome is ItemOutcome.Confirmed, later.TryGetValue(i.PersonKey, out var at) && at > i.OutcomeAt)
        {
            MemberId = i.MemberId, TesterId = i.TesterId, Email = i.Email, Name = i.Name,
        })];
    }

    /// <summary>The part of a plan about whom an earlier run could not do.</summary>
    private static async Task<SyncPlan> OfFailedAsync(PortalDbContext db, SyncPlan plan, Guid runId, CancellationToken cancel)
    {
        var failed = await Failed(db, runId).Select(i => new { i.PersonKey, i.MemberId }).ToListAsync(cancel);
        return plan.For(failed.Select(i => i.PersonKey).ToHashSet(StringComparer.Ordinal), failed.Select(i => i.MemberId).OfType<string>().ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Whom Apple refused, and whose turn never came.</summary>
    public static IQueryable<RunItemRow> Failed(PortalDbContext db, Guid runId) =>
        db.RunItems.AsNoTracking().Where(i => i.RunId == runId && (i.Outcome == ItemOutcome.Refused || i.Outcome == ItemOutcome.NotTried));
}
