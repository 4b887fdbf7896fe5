using Microsoft.EntityFrameworkCore;
using Portal.Domain.Alerts;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Alerts;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Sync.Approvals;

/// <summary>Writes down that an emergency ended by itself. It ended at its time whether this ran or not.</summary>
internal sealed class BreakGlassSweep(Database database, AuditLog audit, TimeProvider time)
{
    private static readonly Actor Portal = new("job:approvals", "Portal", ActorKind.Job, [], "job");

    /// <summary>One pass; several machines may be at it.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await using var db = database.Open();
        foreach (var row in await db.BreakGlasses.AsNoTracking().Where(g => g.EndedAt == null && g.EndsAt <= now).ToListAsync(cancel))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            if (await db.BreakGlasses.Where(g => g.Id == row.Id && g.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(g => g.EndedAt, row.EndsAt), cancel) == 0) continue;
            audit.Append(db, BreakGlassService.EntryOf(AuditCodes.GlassRanOut, row, Portal));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
    }
}

/// <summary>Emergencies that last, and those nobody has reviewed.</summary>
internal sealed class BreakGlassAlerts : IAlertSource
{
    public async Task<IReadOnlyList<AlertCause>> CausesAsync(PortalDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await db.BreakGlasses.AsNoTracking().Where(g => g.ReviewedAt == null).OrderBy(g => g.BegunAt).Select(g => new { Glass = g, Decisions = db.Approvals.Count(a => a.BreakGlassId == g.Id) }).ToListAsync(cancel);
        return [.. rows.Select(row => BreakGlassService.StateOf(row.Glass, now) is BreakGlassState.Active
            ? Cause(row.Glass, $"{row.Glass.ActorName} broke the glass", BreakGlassProblems.Active(row.Glass.ActorName, row.Glass.EndsAt))
            : Cause(row.Glass, $"{row.Glass.ActorName} had broken the glass: review it", BreakGlassProblems.WaitsForReview(row.Glass.ActorName, row.Decisions)))];
    }

    private static AlertCause Cause(BreakGlassRow row, string title, Domain.Problem problem) =>
        new($"break-glass:{row.Id}", title, problem, new AlertSubject(AlertSubjectKind.BreakGlass), Permission.SeeTestFlight);
}
