using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Portal.Services.SignIn;

namespace Portal.Web.SignIn;

/// <summary>Keeps sign-ins on the server: the browser holds a random key and never a token.</summary>
internal sealed class SessionTickets(SessionStore sessions, ActorReader actors, TimeProvider time) : ITicketStore
{
    /// <summary>The claim under which a principal carries its session's key, so that an open circuit can ask whether it still exists.</summary>
    public const string KeyClaim = "portal_session";

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = ticket.Principal.FindFirstValue(KeyClaim) ?? throw new InvalidOperationException("The sign-in did not name its session.");
        await sessions.AddAsync(key, actors.ActorFrom(ticket.Principal), TicketSerializer.Default.Serialize(ticket), EndOf(ticket), ticket.Principal.FindFirstValue("sid"));
        return key;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) => sessions.RenewAsync(key, TicketSerializer.Default.Serialize(ticket), EndOf(ticket));

    public async Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        await sessions.FindAsync(key) is { } stored ? TicketSerializer.Default.Deserialize(stored) : null;

    public Task RemoveAsync(string key) => sessions.RemoveAsync(key);

    /// <summary>Whether that session is still there: false once signed out anywhere, or over.</summary>
    public async Task<bool> LivesAsync(ClaimsPrincipal user, CancellationToken cancel) =>
        user.FindFirstValue(KeyClaim) is { } key && await sessions.LivesAsync(key, cancel);

    /// <summary>A key for a new session, put into its principal before it is stored.</summary>
    public static Claim NewKey() => new(KeyClaim, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    private DateTimeOffset EndOf(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc ?? time.GetUtcNow();
}
