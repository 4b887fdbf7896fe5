using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.SignIn;

/// <summary>What the identity provider says of a session after it began (invariant 32).</summary>
public sealed partial class SessionStore
{
    /// <summary>Lets one caller in the cluster ask the provider, when it was last asked before <paramref name="before"/>.</summary>
    /// <returns>False: asked lately, being asked by somebody else, or over.</returns>
    public async Task<bool> TryAskAsync(string key, DateTimeOffset before, TimeSpan patience, CancellationToken cancel = default)
    {
        var (id, now) = (IdOf(key), _time.GetUtcNow());
        var until = now + patience;
        await using var db = _database.Open();
        return await db.Sessions.Where(session => session.Id == id && session.ConfirmedAt <= before && session.AskingUntil <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.AskingUntil, until), cancel) == 1;
    }

    /// <summary>The provider confirmed the person: the new ticket replaces the old one; changed roles are an event.</summary>
    public async Task ConfirmedAsync(string key, byte[] ticket, Actor before, Actor after, CancellationToken cancel = default)
    {
        await using var db = _database.Open();
        if (await RowAsync(db, key, cancel) is not { } row) return;
        (row.Ticket, row.ActorName, row.ConfirmedAt, row.SilentSince) = (Seal(key, ticket), after.Name, _time.GetUtcNow(), null);
        row.AskingUntil = row.ConfirmedAt;
        if (!before.Roles.SetEquals(after.Roles))
        {
            _audit.Append(db, new AuditEntry(AuditCodes.SessionRolesChanged, after, "session", row.Number.ToString())
            {
                Facts = new Dictionary<string, object?> { ["before"] = Words(before), ["after"] = Words(after) },
            });
        }
        await SaveUnlessGoneAsync(db, cancel);
    }

    /// <summary>The provider did not answer: the session stands as it is until <paramref name="bound"/> has passed.</summary>
    /// <returns>Whether it still stands.</returns>
    public async Task<bool> SilentAsync(string key, Actor actor, TimeSpan bound, CancellationToken cancel = default)
    {
        var now = _time.GetUtcNow();
        await using var db = _database.Open();
        if (await RowAsync(db, key, cancel) is not { } row) return false;
        row.SilentSince ??= now;
        var over = now - row.SilentSince >= bound;
        if (over) End(db, row, AuditCodes.SessionUnconfirmed, actor);
        return await SaveUnlessGoneAsync(db, cancel) && !over;
    }

    /// <summary>The provider said that this sign-in is over.</summary>
    public async Task RefusedAsync(string key, Actor actor, CancellationToken cancel = default)
    {
        await using var db = _database.Open();
        if (await RowAsync(db, key, cancel) is not { } row) return;
        End(db, row, AuditCodes.SessionEndedByProvider, actor, "refresh");
        await SaveUnlessGoneAsync(db, cancel);
    }

    /// <summary>The provider told of the end of one of its sessions, or of every session of a person. A token counts once.</summary>
    /// <param name="tokenId">The token's <c>jti</c>.</param>
    /// <param name="expiresAt">Until when that id is remembered.</param>
    /// <param name="session">The provider's <c>sid</c>; null: all of the person's.</param>
    /// <param name="person">The <c>sub</c>; null: whoever's that session is.</param>
    /// <returns>Sessions ended; null: that token was taken before.</returns>
    public async Task<int?> EndedAsync(string tokenId, DateTimeOffset expiresAt, string? session, string? person, CancellationToken cancel = default)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tokenId)));
        while (true)
        {
            var now = _time.GetUtcNow();
            await using var db = _database.Open();
            await db.LogoutTokens.Where(token => token.ExpiresAt <= now).ExecuteDeleteAsync(cancel);
            var rows = await db.Sessions.Where(row => (session == null || row.ProviderSessionId == session) && (person == null || row.ActorId == person)).ToListAsync(cancel);
            db.LogoutTokens.Add(new LogoutTokenRow { Id = id, ExpiresAt = expiresAt });
            foreach (var row in rows)
            {
                End(db, row, AuditCodes.SessionEndedByProvider, new Actor(row.ActorId, row.ActorName, ActorKind.Person, [], "provider"), "back-channel");
            }
            try
            {
                // One of them ended meanwhile: the others are looked up again.
                if (await SaveUnlessGoneAsync(db, cancel)) return rows.Count;
            }
            catch (DbUpdateException failed) when (Database.IsUniqueViolation(failed))
            {
                return null;
            }
        }
    }

    /// <summary>False: the session was ended while this was on its way; nothing was saved.</summary>
    private static async Task<bool> SaveUnlessGoneAsync(PortalDbContext db, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private async Task<SessionRow?> RowAsync(PortalDbContext db, string key, CancellationToken cancel)
    {
        var (id, now) = (IdOf(key), _time.GetUtcNow());
        return await db.Sessions.SingleOrDefaultAsync(session => session.Id == id && session.ExpiresAt > now, cancel);
    }

    private void End(PortalDbContext db, SessionRow row, AuditCode code, Actor actor, string? how = null)
    {
        db.Sessions.Remove(row);
        _audit.Append(db, new AuditEntry(code, actor, "session", row.Number.ToString())
        {
            Facts = how is null ? new Dictionary<string, object?>() : new Dictionary<string, object?> { ["how"] = how },
        });
    }

    private static string Words(Actor actor) => string.Join(",", actor.Roles.Order());
}
