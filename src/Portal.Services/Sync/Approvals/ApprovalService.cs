using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Sync.Approvals;

/// <summary>What waits for a second person, and its decision (invariant 31). Pages, REST and the CLI all come through here.</summary>
public sealed partial class ApprovalService
{
    private const int MostShown = 1000;
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly ApprovalEffects _effects;
    private readonly AuditLog _audit;
    private readonly RefusalBudget _refusals;
    private readonly RunQueue _queue;
    private readonly ApprovalsOptions _options;
    private readonly TimeProvider _time;

    internal ApprovalService(Database database, AccessGuard guard, ApprovalEffects effects, AuditLog audit, RefusalBudget refusals, RunQueue queue, IOptions<ApprovalsOptions> options, TimeProvider time) =>
        (_database, _guard, _effects, _audit, _refusals, _queue, _options, _time) = (database, guard, effects, audit, refusals, queue, options.Value, time);

    /// <summary>Whether what one person asks for always takes another one.</summary>
    public bool FourEyes => _options.FourEyes;

    /// <summary>Requests, newest first; by default those that still wait.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<Page<ApprovalView>> ListAsync(ApprovalQuery query, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var now = _time.GetUtcNow();
        var all = db.Approvals.AsNoTracking();
        var matching = query.OpenOnly ? Waiting(db, now) : all;
        if (query.LinkId is { } link) matching = matching.Where(a => a.LinkId == link);
        if (query.CredentialId is { } credential) matching = matching.Where(a => a.CredentialId == credential && a.LinkId == null);
        var rows = await matching.OrderByDescending(a => a.RequestedAt).ThenByDescending(a => a.Id)
            .Skip(Math.Max(0, query.Skip)).Take(Math.Clamp(query.Take, 1, MostShown)).ToListAsync(cancel);
        return new Page<ApprovalView>(await ViewsAsync(db, rows, actor, now, cancel), await matching.CountAsync(cancel), await all.CountAsync(cancel));
    }

    /// <summary>One request.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>approval-not-found</c>.</exception>
    public async Task<ApprovalView> GetAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var row = await db.Approvals.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel) ?? throw new ProblemException(ApprovalProblems.NotFound);
        return (await ViewsAsync(db, [row], actor, _time.GetUtcNow(), cancel))[0];
    }

    /// <summary>How many wait for somebody: the number in the navigation. 0 for those who may not see them.</summary>
    public async Task<int> WaitingAsync(Actor actor, CancellationToken cancel = default)
    {
        if (!actor.May(Permission.SeeTestFlight)) return 0;
        await using var db = _database.Open();
        return await Waiting(db, _time.GetUtcNow()).CountAsync(cancel);
    }

    private static IQueryable<ApprovalRow> Waiting(PortalDbContext db, DateTimeOffset now) =>
        db.Approvals.AsNoTracking().Where(a => a.State == ApprovalState.Delayed || a.State == ApprovalState.Open && a.ExpiresAt > now);

    private async Task<IReadOnlyList<ApprovalView>> ViewsAsync(PortalDbContext db, List<ApprovalRow> rows, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        var (linkIds, credentialIds) = (rows.Select(r => r.LinkId).Distinct().ToList(), rows.Select(r => r.CredentialId).Distinct().ToList());
        var links = await db.Links.AsNoTracking().Where(l => linkIds.Contains(l.Id)).ToDictionaryAsync(l => l.Id, l => $"{l.TeamName} → {l.GroupName}", cancel);
        var credentials = await db.Credentials.AsNoTracking().Where(c => credentialIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Label, cancel);
        var glass = await BreakGlassService.OfAsync(db, actor, now, cancel) is not null;
        return [.. rows.Select(row => ApprovalReader.ViewOf(row, row.LinkId is { } link ? links.GetValueOrDefault(link, "") : row.CredentialId is { } key ? credentials.GetValueOrDefault(key, "") : "", actor, _options.FourEyes, glass, now))];
    }
}
