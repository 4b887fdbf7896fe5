using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>Who is treated otherwise than in the plan somebody saw before.</summary>
/// <param name="SeenRunId">The run with that plan.</param>
/// <param name="SeenAt">When it was made.</param>
public sealed record RunChanges(Guid SeenRunId, DateTimeOffset? SeenAt, IReadOnlyList<RunChange> People);

/// <summary>One of them; address and name masked for those who may not see them.</summary>
/// <param name="Before">What would have been done; null: nothing.</param>
/// <param name="Now">What is to be done; null: nothing.</param>
/// <param name="Why">The reason there is now.</param>
public sealed record RunChange(string? Name, string? Email, PlanAction? Before, PlanAction? Now, string? Why);

public sealed partial class SyncService
{
    /// <summary>What changed since the plan somebody saw (invariant 16); null where nobody saw one before this run.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>run-not-found</c>.</exception>
    public async Task<RunChanges?> ChangesAsync(Guid runId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId, cancel) ?? throw new ProblemException(SyncProblems.RunNotFound);
        if (run.ComparedRunId is not { } seenId || run.PlannedAt is null) return null;
        var seenAt = await db.Runs.AsNoTracking().Where(r => r.Id == seenId).Select(r => r.PlannedAt).SingleOrDefaultAsync(cancel);
        var (seen, now) = (await ActsAsync(db, seenId, cancel), await ActsAsync(db, runId, cancel));
        var rows = seen.Concat(now).GroupBy(row => row.PersonKey).ToDictionary(group => group.Key, group => group.Last());
        var changed = PlanDifference.Between(seen.Select(ActOf), now.Select(ActOf));
        return new RunChanges(seenId, seenAt, [.. changed.Select(change =>
        {
            var person = ViewOf(rows[change.PersonKey], actor);
            return new RunChange(person.Name, person.Email, change.Before, change.Now, change.Now is null ? null : person.Reason);
        })]);
    }

    private static Task<List<RunItemRow>> ActsAsync(PortalDbContext db, Guid runId, CancellationToken cancel) =>
        db.RunItems.AsNoTracking().Where(i => i.RunId == runId && (i.Action == PlanAction.Add || i.Action == PlanAction.Remove)).OrderBy(i => i.Ordinal).ToListAsync(cancel);

    private static PlannedAct ActOf(RunItemRow row) => new(row.PersonKey, row.Action, row.TesterId);
}
