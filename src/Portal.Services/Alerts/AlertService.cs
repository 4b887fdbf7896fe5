using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Alerts;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;
using Portal.Services.Sync;

namespace Portal.Services.Alerts;

/// <summary>What needs a person, and who took it. Pages, REST and the CLI all come through here.</summary>
public sealed class AlertService
{
    private const int MostShown = 1000;
    private const int LongestNote = 500;
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly AuditLog _audit;
    private readonly AlertTargets _targets;
    private readonly TimeProvider _time;

    internal AlertService(Database database, AccessGuard guard, AuditLog audit, AlertTargets targets, TimeProvider time) => (_database, _guard, _audit, _targets, _time) = (database, guard, audit, targets, time);

    /// <summary>Alerts the actor's roles may see: those nobody took first, then newest first.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<Page<AlertView>> ListAsync(AlertQuery query, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var all = Seen(db, actor);
        var matching = query.OpenOnly ? all.Where(a => a.State != AlertState.Resolved) : all;
        var rows = await matching.OrderBy(a => a.State == AlertState.Open && a.AcknowledgedAt == null ? 0 : a.State == AlertState.Resolved ? 2 : 1).ThenByDescending(a => a.OpenedAt).ThenByDescending(a => a.Id)
            .Skip(Math.Max(0, query.Skip)).Take(Math.Clamp(query.Take, 1, MostShown)).ToListAsync(cancel);
        return new Page<AlertView>([.. rows.Select(row => ViewOf(row, actor))], await matching.CountAsync(cancel), await all.CountAsync(cancel));
    }

    /// <summary>One alert, with who was told.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>alert-not-found</c>.</exception>
    public async Task<AlertView> GetAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        await using var db = _database.Open();
        var row = await Seen(db, actor).SingleOrDefaultAsync(a => a.Id == id, cancel) ?? throw new ProblemException(AlertProblems.NotFound);
        var notices = await db.AlertNotices.AsNoTracking().Where(n => n.AlertId == id).OrderByDescending(n => n.Number).ThenBy(n => n.Channel).Take(MostShown).ToListAsync(cancel);
        return ViewOf(row, actor) with { Told = [.. notices.Select(TellingOf)] };
    }

    /// <summary>How many wait for somebody to take them: the number in the navigation. 0 for those who may see none.</summary>
    public async Task<int> WaitingAsync(Actor actor, CancellationToken cancel = default)
    {
        if (!actor.May(Permission.SeeTestFlight)) return 0;
        await using var db = _database.Open();
        return await Seen(db, actor).CountAsync(a => a.State == AlertState.Open && a.AcknowledgedAt == null, cancel);
    }

    /// <summary>Takes an alert: it is quiet until its cause changes.</summary>
    /// <param name="id">The alert.</param>
    /// <param name="note">What others should know, up to 500 characters; empty: nothing.</param>
    /// <param name="actor">Needs to see it, and one of <see cref="AlertRules.AcknowledgedBy"/>.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>alert-not-found</c>, <c>alert-over</c>, <c>alert-note-too-long</c>.</exception>
    public async Task<AlertView> AcknowledgeAsync(Guid id, string? note, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, AlertRules.AcknowledgedBy.FirstOrDefault(actor.May, AlertRules.AcknowledgedBy[0]), cancel);
        note = note?.Trim() ?? "";
        if (note.Length > LongestNote) throw new ProblemException(AlertProblems.NoteTooLong);
        while (true)
        {
            await using var db = _database.Open();
            var row = await Seen(db, actor).AsTracking().SingleOrDefaultAsync(a => a.Id == id, cancel) ?? throw new ProblemException(AlertProblems.NotFound);
            if (row.State is AlertState.Resolved) throw new ProblemException(AlertProblems.Over);
            // Whoever was first has it; the second is shown who.
            if (row.AcknowledgedAt is not null) return await GetAsync(id, actor, cancel);
            (row.AcknowledgedById, row.AcknowledgedByName, row.AcknowledgedAt, row.AcknowledgeNote) = (actor.Id, actor.Name, _time.GetUtcNow(), note.Length == 0 ? null : note);
            row.Revision++;
            _audit.Append(db, AlertSweep.EntryOf(AuditCodes.AlertAcknowledged, row, actor) with { Reason = row.AcknowledgeNote });
            try
            {
                await db.SaveChangesAsync(cancel);
                return await GetAsync(id, actor, cancel);
            }
            catch (DbUpdateConcurrencyException)
            {
                // The sweep or another person was quicker: decided again on what is there now.
            }
        }
    }

    private static IQueryable<AlertRow> Seen(PortalDbContext db, Actor actor)
    {
        var audiences = Enum.GetValues<Permission>().Where(actor.May).ToList();
        return db.Alerts.AsNoTracking().Where(a => audiences.Contains(a.Audience));
    }

    private static AlertView ViewOf(AlertRow row, Actor actor) => new()
    {
        Id = row.Id, State = row.State, Title = row.Title, Problem = new Problem(row.ProblemCode, row.ProblemSentence) { Turn = row.Turn }, Names = AlertWords.NamesOf(row), Path = AlertWords.PathOf(row),
        OpenedAt = row.OpenedAt, GoneAt = row.GoneAt, ResolvedAt = row.ResolvedAt, Returns = row.Returns,
        AcknowledgedByName = row.AcknowledgedByName, AcknowledgedAt = row.AcknowledgedAt, Note = row.AcknowledgeNote,
        MayAcknowledge = row is { State: not AlertState.Resolved, AcknowledgedAt: null } && AlertRules.AcknowledgedBy.Any(actor.May),
    };

    private AlertTelling TellingOf(AlertNoticeRow notice) => new(
        notice.Channel is AlertChannel.Mail ? "Mail" : _targets.Hook(notice.Target) is { } hook ? $"Web hook at {new Uri(hook.Url).Host}" : "Web hook",
        notice.News, notice.CreatedAt, notice.DeliveredAt, notice.DueAt, notice.Tries, notice.Status, notice.Failure);
}
