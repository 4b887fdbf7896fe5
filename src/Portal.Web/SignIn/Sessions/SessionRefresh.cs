using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Portal.Services.SignIn;

namespace Portal.Web.SignIn.Sessions;

/// <summary>
/// Asks the provider again whether somebody signed in is still there, and as what (invariant 32): by redeeming the session's
/// refresh token, once per session however many pages are open on however many machines.
/// </summary>
internal sealed class SessionRefresh(SessionStore sessions, ProviderAnswers provider, ActorReader actors, IOptionsMonitor<SignInOptions> options, TimeProvider time)
{
    /// <summary>So old may the provider's word be before it is asked for again; with <see cref="SessionWatch.Interval"/> it is less than a minute.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(45);

    /// <summary>So long one caller may ask before another one does.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>The session's ticket as the provider confirms it; null: no such session any more.</summary>
    public async Task<AuthenticationTicket?> CurrentAsync(string key, CancellationToken cancel)
    {
        if (await sessions.FindAsync(key, cancel) is not { } stored || TicketSerializer.Default.Deserialize(stored.Ticket) is not { } ticket) return null;
        var asked = time.GetUtcNow() - Every;
        if (stored.ConfirmedAt > asked || ticket.Properties.GetTokenValue("refresh_token") is not { } token || !await sessions.TryAskAsync(key, asked, _patience, cancel))
        {
            return ticket;
        }

        // What was asked is finished whoever turned away meanwhile: a token is redeemed once.
        return await AskAsync(key, ticket, token);
    }

    private async Task<AuthenticationTicket?> AskAsync(string key, AuthenticationTicket ticket, string token)
    {
        var before = actors.ActorFrom(ticket.Principal);
        var answer = await provider.RedeemAsync(ticket.Principal, token, CancellationToken.None);
        if (answer.IsOver)
        {
            await sessions.RefusedAsync(key, before);
            return null;
        }

        if (answer.Person is not { } person)
        {
            return await sessions.SilentAsync(key, before, options.CurrentValue.ProviderSilence) ? ticket : null;
        }

        foreach (var (name, value) in answer.Tokens) ticket.Properties.UpdateTokenValue(name, value);
        var renewed = new AuthenticationTicket(person, ticket.Properties, ticket.AuthenticationScheme);
        await sessions.ConfirmedAsync(key, TicketSerializer.Default.Serialize(renewed), before, actors.ActorFrom(person));
        return renewed;
    }
}

/// <summary>What the provider said of a session.</summary>
/// <param name="IsOver">It takes the refresh token no more.</param>
/// <param name="Person">The person with the claims of now; null when it is over or nothing could be learnt.</param>
/// <param name="Tokens">New tokens by name.</param>
internal sealed record ProviderAnswer(bool IsOver, ClaimsPrincipal? Person, IReadOnlyList<(string Name, string Value)> Tokens)
{
    public static readonly ProviderAnswer Over = new(true, null, []);
    public static readonly ProviderAnswer Silence = new(false, null, []);
}
