using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Portal.Web.SignIn;

/// <summary>Keeps sign-ins on the server: the browser holds a random key and never a token.</summary>
public sealed class SessionTickets(TimeProvider time) : ITicketStore
{
    /// <summary>The claim under which a principal carries its session's key, so that an open circuit can ask whether it still exists.</summary>
    public const string KeyClaim = "portal_session";

    private readonly ConcurrentDictionary<string, AuthenticationTicket> _tickets = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = ticket.Principal.FindFirstValue(KeyClaim) ?? throw new InvalidOperationException("The sign-in did not name its session.");
        _tickets[key] = ticket;
        foreach (var (old, _) in _tickets.Where(pair => IsOver(pair.Value)))
        {
            _tickets.TryRemove(old, out _);
        }

        return Task.FromResult(key);
    }

    /// <inheritdoc/>
    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        if (_tickets.ContainsKey(key))
        {
            _tickets[key] = ticket;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        Task.FromResult(_tickets.TryGetValue(key, out var ticket) && !IsOver(ticket) ? ticket : null);

    /// <inheritdoc/>
    public Task RemoveAsync(string key)
    {
        _tickets.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    /// <summary>Whether that session is still there: false once signed out anywhere, or over.</summary>
    public async Task<bool> LivesAsync(ClaimsPrincipal user) =>
        user.FindFirstValue(KeyClaim) is { } key && await RetrieveAsync(key) is not null;

    /// <summary>A key for a new session, put into its principal before it is stored.</summary>
    public static Claim NewKey() => new(KeyClaim, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    private bool IsOver(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc is { } end && end <= time.GetUtcNow();
}
