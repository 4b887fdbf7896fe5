using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Portal.Web.SignIn;

/// <summary>Asks every half minute, inside each open circuit, whether its sign-in still stands; a sign-out elsewhere ends the circuit's rights.</summary>
internal sealed class SessionWatch(ILoggerFactory logs, SessionTickets sessions, IHostApplicationLifetime host) : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        StandsAsync(authenticationState, cancellationToken);

    /// <summary>After the portal has stopped nobody is served any more and nobody can be asked: a circuit kept for its return is left alone.</summary>
    internal async Task<bool> StandsAsync(AuthenticationState state, CancellationToken cancel) =>
        host.ApplicationStopped.IsCancellationRequested || await sessions.LivesAsync(state.User, cancel);
}
