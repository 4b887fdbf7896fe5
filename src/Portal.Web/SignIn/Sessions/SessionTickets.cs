using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Portal.Services.SignIn;

namespace Portal.Web.SignIn.Sessions;

/// <summary>Keeps sign-ins on the server: the browser holds a random key and never a token.</summary>
internal sealed class SessionTickets(SessionStore sessions, SessionRefresh refresh, ActorReader actors, IHttpContextAccessor requests, TimeProvider time) : ITicketStore
{
    /// <summary>The claim under which a principal carries its session's key, so that an open circuit can ask whether it still exists.</summary>
    public const string KeyClaim = "portal_session";

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = ticket.Principal.FindFirstValue(KeyClaim) ?? throw new InvalidOperationException("The sign-in did not name its session.");
        var device = Devices.InWords(requests.HttpContext?.Request.Headers.UserAgent);
        await sessions.AddAsync(key, actors.ActorFrom(ticket.Principal), TicketSerializer.Default.Serialize(ticket), EndOf(ticket), ticket.Principal.FindFirstValue("sid"), device);
        return key;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) => sessions.RenewAsync(key, TicketSerializer.Default.Serialize(ticket), EndOf(ticket));

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => refresh.CurrentAsync(key, CancellationToken.None);

    public Task RemoveAsync(string key) => sessions.RemoveAsync(key);

    /// <summary>The person as the provider knows them now; null once signed out anywhere, over, or ended by the provider.</summary>
    public async Task<ClaimsPrincipal?> CurrentAsync(ClaimsPrincipal user, CancellationToken cancel) =>
        user.FindFirstValue(KeyClaim) is { } key ? (await refresh.CurrentAsync(key, cancel))?.Principal : null;

    /// <summary>A key for a new session, put into its principal before it is stored.</summary>
    public static Claim NewKey() => new(KeyClaim, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    private DateTimeOffset EndOf(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc ?? time.GetUtcNow();
}
