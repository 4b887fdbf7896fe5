using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Data;

namespace Portal.Services.Sync;

internal sealed partial class RunBook
{
    /// <summary>After an undo the next sync would do the same again: the schedule only looks until a person resumes it, even where somebody resumed it meanwhile.</summary>
    private async Task SayUndoneAsync(PortalDbContext db, RunRow row, SyncLinkRow link, Actor actor, IReadOnlyList<RunItemRow> items, CancellationToken cancel)
    {
        var (removed, added) = (items.Count(i => i is { Action: PlanAction.Remove, Outcome: ItemOutcome.Confirmed }), items.Count(i => i is { Action: PlanAction.Add, Outcome: ItemOutcome.Confirmed }));
        if (removed + added == 0) return;
        var of = await db.Runs.Where(r => r.Id == row.OfRunId).Select(r => r.RequestedAt).SingleAsync(cancel);
        link.LooksOnlySince ??= time.GetUtcNow();
        link.LooksOnlyBecause = SyncProblems.Undone(row.StartedByName, of, removed, added);
        link.GroupCount = row.GroupCount + added - removed;
        audit.Append(db, OfRun(AuditCodes.RunUndone, row, link.CredentialId, actor) with
        {
            Facts = new Dictionary<string, object?> { ["undoes"] = row.OfRunId?.ToString(), ["removed"] = removed, ["added"] = added },
        });
    }
}
