using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.SignIn;

/// <summary>A session as it stands.</summary>
/// <param name="Ticket">The authentication ticket.</param>
/// <param name="ConfirmedAt">When the provider last said that the person is still there.</param>
/// <param name="SilentSince">Since when the provider does not answer; null: it does.</param>
public sealed record StoredSession(byte[] Ticket, DateTimeOffset ConfirmedAt, DateTimeOffset? SilentSince);

/// <summary>
/// Signed-in sessions, shared by every machine of the portal. A row holds a hash of the browser's key and a ticket sealed by the
/// web ring, so that whoever reads the table can neither take a session over nor read its tokens.
/// </summary>
public sealed partial class SessionStore
{
    private static readonly TimeSpan _seenEvery = TimeSpan.FromMinutes(1);

    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly IDataProtectionProvider _protection;
    private readonly TimeProvider _time;

    internal SessionStore(Database database, AuditLog audit, IDataProtectionProvider protection, TimeProvider time) =>
        (_database, _audit, _protection, _time) = (database, audit, protection, time);

    /// <summary>Begins a session under the browser's key and forgets those that are over.</summary>
    /// <param name="device">Browser and system in words, for the list of sessions.</param>
    public async Task AddAsync(string key, Actor actor, byte[] ticket, DateTimeOffset expiresAt, string? providerSession, string device = "", CancellationToken cancel = default)
    {
        var now = _time.GetUtcNow();
        await using var db = _database.Open();
        await db.Sessions.Where(session => session.ExpiresAt <= now).ExecuteDeleteAsync(cancel);
        db.Sessions.Add(new SessionRow
        {
            Id = IdOf(key), Number = Guid.CreateVersion7(), ActorId = actor.Id, ActorName = actor.Name, Ticket = Seal(key, ticket), Device = device,
            CreatedAt = now, LastSeenAt = now, ConfirmedAt = now, AskingUntil = now, ExpiresAt = expiresAt, ProviderSessionId = providerSession,
        });
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>A session that still stands, which is thereby seen; null once it was ended anywhere, or is over.</summary>
    public async Task<StoredSession?> FindAsync(string key, CancellationToken cancel = default)
    {
        var (id, now) = (IdOf(key), _time.GetUtcNow());
        await using var db = _database.Open();
        var row = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(session => session.Id == id && session.ExpiresAt > now, cancel);
        if (row is null || Open(key, row.Ticket) is not { } ticket) return null;
        if (now - row.LastSeenAt >= _seenEvery)
        {
            await db.Sessions.Where(session => session.Id == id).ExecuteUpdateAsync(set => set.SetProperty(session => session.LastSeenAt, now), cancel);
        }
        return new(ticket, row.ConfirmedAt, row.SilentSince);
    }

    /// <summary>Whether the session still stands: false once it was ended anywhere, or is over.</summary>
    public async Task<bool> LivesAsync(string key, CancellationToken cancel = default)
    {
        var (id, now) = (IdOf(key), _time.GetUtcNow());
        await using var db = _database.Open();
        return await db.Sessions.AnyAsync(session => session.Id == id && session.ExpiresAt > now, cancel);
    }

    /// <summary>Replaces the ticket of a session that still stands; a session that was ended stays ended.</summary>
    public async Task RenewAsync(string key, byte[] ticket, DateTimeOffset expiresAt, CancellationToken cancel = default)
    {
        var (id, ticketSealed) = (IdOf(key), Seal(key, ticket));
        await using var db = _database.Open();
        await db.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.Ticket, ticketSealed).SetProperty(session => session.ExpiresAt, expiresAt), cancel);
    }

    /// <summary>Ends a session.</summary>
    public async Task RemoveAsync(string key, CancellationToken cancel = default)
    {
        var id = IdOf(key);
        await using var db = _database.Open();
        await db.Sessions.Where(session => session.Id == id).ExecuteDeleteAsync(cancel);
    }

    internal static string IdOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private byte[] Seal(string key, byte[] ticket) => Protector(key).Protect(ticket);

    /// <summary>A ticket that no longer opens (the web ring was lost) is no session: the person signs in again.</summary>
    private byte[]? Open(string key, byte[] stored)
    {
        try
        {
            return Protector(key).Unprotect(stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(string key) => _protection.CreateProtector("session", IdOf(key));
}
