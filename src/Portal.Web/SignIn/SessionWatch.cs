using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Portal.Web.SignIn;

/// <summary>Asks every half minute, inside each open circuit, whether its sign-in still stands; a sign-out elsewhere ends the circuit's rights.</summary>
internal sealed class SessionWatch(ILoggerFactory logs, SessionTickets sessions) : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        sessions.LivesAsync(authenticationState.User, cancellationToken);
}
