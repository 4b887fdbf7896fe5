using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.SignIn;

/// <summary>One sign-in that stands.</summary>
/// <param name="Id">Names it in lists and addresses; opens nothing.</param>
/// <param name="ActorId">Whose.</param>
/// <param name="ActorName">What people call them.</param>
/// <param name="Device">Browser and system in words.</param>
/// <param name="Since">When they signed in.</param>
/// <param name="LastSeenAt">The last request or open page, to the minute.</param>
/// <param name="EndsAt">When it is over by itself.</param>
/// <param name="IsCurrent">The asker's own, of this moment.</param>
/// <param name="MayEnd">Whether the asker may end it.</param>
public sealed record SessionView(Guid Id, string ActorId, string ActorName, string Device, DateTimeOffset Since, DateTimeOffset LastSeenAt, DateTimeOffset EndsAt, bool IsCurrent, bool MayEnd);

/// <summary>Sign-ins listed and ended: by whoever they belong to, and by an administrator.</summary>
public sealed class SessionService
{
    private readonly Database _database;
    private readonly AccessGuard _guard;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal SessionService(Database database, AccessGuard guard, AuditLog audit, TimeProvider time) => (_database, _guard, _audit, _time) = (database, guard, audit, time);

    /// <summary>One's own sign-ins, or everybody's, last seen first.</summary>
    /// <param name="actor">Who asks; everybody's takes <see cref="Permission.ReadSettings"/>.</param>
    /// <param name="everybody">Not one's own alone.</param>
    /// <param name="currentKey">The key of the asker's own session, to mark it.</param>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<IReadOnlyList<SessionView>> ListAsync(Actor actor, bool everybody = false, string? currentKey = null, CancellationToken cancel = default)
    {
        if (everybody || actor.Kind is not ActorKind.Person) await _guard.DemandAsync(actor, Permission.ReadSettings, cancel);
        var (now, current) = (_time.GetUtcNow(), currentKey is null ? null : SessionStore.IdOf(currentKey));
        await using var db = _database.Open();
        var rows = await db.Sessions.AsNoTracking().Where(session => session.ExpiresAt > now && (everybody || session.ActorId == actor.Id))
            .OrderByDescending(session => session.LastSeenAt).ThenBy(session => session.Number).Take(1_000)
            .Select(session => new { session.Id, session.Number, session.ActorId, session.ActorName, session.Device, session.CreatedAt, session.LastSeenAt, session.ExpiresAt }).ToListAsync(cancel);
        return [.. rows.Select(row => new SessionView(row.Number, row.ActorId, row.ActorName, row.Device, row.CreatedAt, row.LastSeenAt, row.ExpiresAt, row.Id == current, MayEnd(actor, row.ActorId)))];
    }

    /// <summary>Ends a sign-in: its pages are closed within seconds.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>: somebody else's takes <see cref="Permission.ManageSettings"/>; <c>session-not-found</c>.</exception>
    public async Task EndAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        var now = _time.GetUtcNow();
        await using var db = _database.Open();
        var row = await db.Sessions.SingleOrDefaultAsync(session => session.Number == id && session.ExpiresAt > now, cancel);
        // Whether there is such a session is told to nobody who may not end it.
        if (row is null || !MayEnd(actor, row.ActorId)) await _guard.DemandAsync(actor, Permission.ManageSettings, cancel);
        if (row is null) throw new ProblemException(SignInProblems.NoSuchSession);
        db.Sessions.Remove(row);
        _audit.Append(db, new AuditEntry(AuditCodes.SessionEnded, actor, "session", id.ToString())
        {
            Facts = new Dictionary<string, object?> { ["own"] = actor.Is(row.ActorId) },
            Personal = new Dictionary<string, object?> { ["of"] = row.ActorId, ["device"] = row.Device },
        });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ProblemException(SignInProblems.NoSuchSession);
        }
    }

    private static bool MayEnd(Actor actor, string owner) => (actor.Kind is ActorKind.Person && actor.Is(owner)) || actor.May(Permission.ManageSettings);
}
