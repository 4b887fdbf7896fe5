using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Alerts;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Sync.Approvals;

/// <summary>Break-glass: begun, ended and reviewed. Pages, REST and the CLI all come through here.</summary>
public sealed class BreakGlassService
{
    private const int MostShown = 200;
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly AuditLog _audit;
    private readonly RefusalBudget _refusals;
    private readonly AlertSweep _alerts;
    private readonly ApprovalsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<BreakGlassService> _log;

    internal BreakGlassService(Database database, AccessGuard guard, AuditLog audit, RefusalBudget refusals, AlertSweep alerts, IOptions<ApprovalsOptions> options, TimeProvider time, ILogger<BreakGlassService> log) =>
        (_database, _guard, _audit, _refusals, _alerts, _options, _time, _log) = (database, guard, audit, refusals, alerts, options.Value, time, log);

    /// <summary>Every emergency, newest first.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<IReadOnlyList<BreakGlassView>> ListAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        return await ViewsAsync(db, await db.BreakGlasses.AsNoTracking().OrderByDescending(g => g.BegunAt).ThenByDescending(g => g.Id).Take(MostShown).ToListAsync(cancel), actor, cancel);
    }

    /// <summary>Who has the glass broken now. None for those who may see none.</summary>
    public async Task<IReadOnlyList<ActiveGlass>> ActiveAsync(Actor actor, CancellationToken cancel = default)
    {
        if (!actor.May(Permission.SeeTestFlight)) return [];
        await using var db = _database.Open();
        var rows = await Active(db, _time.GetUtcNow()).OrderBy(g => g.EndsAt).ToListAsync(cancel);
        return [.. rows.Select(row => new ActiveGlass(row.ActorName, actor.Is(row.ActorId), row.EndsAt))];
    }

    /// <summary>Begins an emergency: the actor allows their own requests until it ends. The alert is out when this returns.</summary>
    /// <param name="reason">Why, up to 1,000 letters.</param>
    /// <param name="minutes">How long, see <see cref="BreakGlassRules.Minutes"/>.</param>
    /// <param name="actor">One who may decide requests.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>break-glass-reason-missing</c>, <c>break-glass-length</c>, <c>break-glass-active</c>, <c>break-glass-not-a-person</c>.</exception>
    public async Task<BreakGlassView> BeginAsync(string reason, int minutes, Actor actor, CancellationToken cancel = default)
    {
        await DemandBreakerAsync(actor, cancel);
        if (actor.Kind is not ActorKind.Person) throw new ProblemException(BreakGlassProblems.NotAPerson);
        if (BreakGlassRules.Break(reason, minutes) is { } problem) throw new ProblemException(problem);
        var now = _time.GetUtcNow();
        await using var db = _database.Open();
        if (await OfAsync(db, actor, now, cancel) is { } active) throw new ProblemException(BreakGlassProblems.AlreadyActive(active.EndsAt));
        var row = new BreakGlassRow { Id = Guid.CreateVersion7(), ActorId = actor.Id, ActorName = actor.Name, Reason = reason.Trim(), BegunAt = now, EndsAt = now + TimeSpan.FromMinutes(minutes) };
        db.BreakGlasses.Add(row);
        _audit.Append(db, EntryOf(AuditCodes.GlassBroken, row, actor) with { Reason = row.Reason });
        await db.SaveChangesAsync(cancel);
        await AlertAsync(cancel);
        return (await ViewsAsync(db, [row], actor, cancel))[0];
    }

    /// <summary>Ends an emergency before its time: anybody who could have begun or could review one, for an end protects.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>break-glass-not-found</c>, <c>break-glass-over</c>.</exception>
    public async Task<BreakGlassView> EndAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        if (!actor.May(BreakGlassRules.ReviewedBy)) await DemandBreakerAsync(actor, cancel);
        var now = _time.GetUtcNow();
        return await ChangeAsync(id, actor, open => open.EndedAt == null && open.EndsAt > now, row =>
        {
            (row.EndedAt, row.EndedByName) = (now, actor.Name);
            return EntryOf(AuditCodes.GlassEnded, row, actor);
        }, BreakGlassProblems.Over, cancel);
    }

    /// <summary>Writes down what somebody else found when they looked at it afterwards.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>break-glass-not-found</c>, <c>break-glass-still-active</c>, <c>break-glass-own-review</c>, <c>break-glass-reviewed</c>, <c>break-glass-reason-missing</c>.</exception>
    public async Task<BreakGlassView> ReviewAsync(Guid id, string note, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, BreakGlassRules.ReviewedBy, cancel);
        var now = _time.GetUtcNow();
        await using (var db = _database.Open())
        {
            var seen = await db.BreakGlasses.AsNoTracking().SingleOrDefaultAsync(g => g.Id == id, cancel) ?? throw new ProblemException(BreakGlassProblems.NotFound);
            if (BreakGlassRules.Review(StateOf(seen, now), seen.ActorId, note, actor, _options.FourEyes) is { } refused) await RefuseAsync(seen, refused, actor, cancel);
        }
        return await ChangeAsync(id, actor, open => open.ReviewedAt == null, row =>
        {
            (row.ReviewedById, row.ReviewedByName, row.ReviewNote, row.ReviewedAt, row.NotFourEyes) = (actor.Id, actor.Name, note.Trim(), now, actor.Is(row.ActorId));
            return EntryOf(AuditCodes.GlassReviewed, row, actor) with { Reason = row.ReviewNote };
        }, BreakGlassProblems.Reviewed, cancel);
    }

    /// <summary>This person's emergency of now; null: none, so that the second person is needed.</summary>
    internal static Task<BreakGlassRow?> OfAsync(PortalDbContext db, Actor actor, DateTimeOffset now, CancellationToken cancel) =>
        Active(db, now).Where(g => g.ActorId == actor.Id).OrderByDescending(g => g.EndsAt).FirstOrDefaultAsync(cancel);

    internal static IQueryable<BreakGlassRow> Active(PortalDbContext db, DateTimeOffset now) => db.BreakGlasses.AsNoTracking().Where(g => g.EndedAt == null && g.EndsAt > now);

    internal static BreakGlassState StateOf(BreakGlassRow row, DateTimeOffset now) => BreakGlassRules.StateOf(row.EndsAt, row.EndedAt, row.ReviewedAt, now);

    internal static AuditEntry EntryOf(AuditCode code, BreakGlassRow row, Actor actor) => new(code, actor, "break-glass", row.Id.ToString())
    {
        Facts = new Dictionary<string, object?> { ["of"] = row.ActorId, ["begun"] = row.BegunAt, ["ends"] = row.EndsAt, ["notFourEyes"] = row.NotFourEyes },
    };

    private async Task DemandBreakerAsync(Actor actor, CancellationToken cancel) =>
        await _guard.DemandAsync(actor, BreakGlassRules.BrokenBy.FirstOrDefault(actor.May, BreakGlassRules.BrokenBy[0]), cancel);

    /// <summary>One change at a time: the row is claimed, and changed only as it was found.</summary>
    private async Task<BreakGlassView> ChangeAsync(Guid id, Actor actor, System.Linq.Expressions.Expression<Func<BreakGlassRow, bool>> still, Func<BreakGlassRow, AuditEntry> change, Problem otherwise, CancellationToken cancel)
    {
        await using var db = _database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var claimed = await db.BreakGlasses.Where(g => g.Id == id).Where(still).ExecuteUpdateAsync(set => set.SetProperty(g => g.EndsAt, g => g.EndsAt), cancel);
        var row = await db.BreakGlasses.SingleOrDefaultAsync(g => g.Id == id, cancel) ?? throw new ProblemException(BreakGlassProblems.NotFound);
        if (claimed == 0) throw new ProblemException(otherwise);
        _audit.Append(db, change(row));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        await AlertAsync(cancel);
        return (await ViewsAsync(db, [row], actor, cancel))[0];
    }

    private async Task RefuseAsync(BreakGlassRow row, Problem refused, Actor actor, CancellationToken cancel)
    {
        if (refused == BreakGlassProblems.OwnReview && _refusals.Take(actor) is { } missed)
            await _audit.WriteAsync(EntryOf(AuditCodes.GlassReviewRefused, row, actor) with { Facts = new Dictionary<string, object?> { ["problem"] = refused.Code, ["unrecorded-before"] = missed } }, cancel);
        throw new ProblemException(refused);
    }

    /// <summary>Nobody waits for the next sweep to be told. What was committed stands: a sweep that fails here is made up for by the next.</summary>
    private async Task AlertAsync(CancellationToken cancel)
    {
        try
        {
            await _alerts.RunAsync(cancel);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            _log.LogError(fault, "The alert about a break-glass waits for the next sweep.");
        }
    }

    private async Task<IReadOnlyList<BreakGlassView>> ViewsAsync(PortalDbContext db, List<BreakGlassRow> rows, Actor actor, CancellationToken cancel)
    {
        var (now, ids) = (_time.GetUtcNow(), rows.ConvertAll(row => (Guid?)row.Id));
        var allowed = (await db.Approvals.AsNoTracking().Where(a => ids.Contains(a.BreakGlassId)).OrderBy(a => a.DecidedAt).Select(a => new { a.Id, a.BreakGlassId }).ToListAsync(cancel)).ToLookup(a => a.BreakGlassId, a => a.Id);
        return rows.ConvertAll(row => new BreakGlassView
        {
            Id = row.Id, State = StateOf(row, now), ActorName = row.ActorName, IsOwn = actor.Is(row.ActorId), Reason = row.Reason, BegunAt = row.BegunAt, EndsAt = row.EndedAt < row.EndsAt ? row.EndedAt.Value : row.EndsAt,
            EndedByName = row.EndedByName, Allowed = [.. allowed[row.Id]], ReviewedByName = row.ReviewedByName, ReviewNote = row.ReviewNote, ReviewedAt = row.ReviewedAt, NotFourEyes = row.NotFourEyes,
            MayEnd = StateOf(row, now) is BreakGlassState.Active && (actor.May(BreakGlassRules.ReviewedBy) || BreakGlassRules.BrokenBy.Any(actor.May)),
            MayReview = actor.May(BreakGlassRules.ReviewedBy) && BreakGlassRules.Review(StateOf(row, now), row.ActorId, "looks", actor, _options.FourEyes) is null,
        });
    }
}
