using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Portal.Web.SignIn.Sessions;

/// <summary>Follows the session inside each open circuit: one ended anywhere ends the circuit's rights, changed roles change its pages (invariant 32).</summary>
internal sealed class SessionWatch : ServerAuthenticationStateProvider, IDisposable
{
    /// <summary>So often each circuit looks at its session; the provider is asked far less often, see <see cref="SessionRefresh"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly SessionTickets _sessions;
    private readonly ActorReader _actors;
    private readonly IHostApplicationLifetime _host;
    private readonly ILogger<SessionWatch> _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closed = new();
    private int _begun;

    public SessionWatch(SessionTickets sessions, ActorReader actors, IHostApplicationLifetime host, ILogger<SessionWatch> log, TimeProvider time)
    {
        (_sessions, _actors, _host, _log, _time) = (sessions, actors, host, log, time);
        AuthenticationStateChanged += state => _ = BeginAsync(state);
    }

    /// <summary>After the portal has stopped nobody is served any more and nobody can be asked: a circuit kept for its return is left alone.</summary>
    /// <returns>The person of now; somebody not signed in once the session is over.</returns>
    internal async Task<ClaimsPrincipal> CurrentAsync(ClaimsPrincipal user, CancellationToken cancel) =>
        _host.ApplicationStopped.IsCancellationRequested ? user : await _sessions.CurrentAsync(user, cancel) ?? new ClaimsPrincipal(new ClaimsIdentity());

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    private async Task BeginAsync(Task<AuthenticationState> begun)
    {
        var user = (await begun).User;
        if (user.Identity?.IsAuthenticated is not true || Interlocked.Exchange(ref _begun, 1) == 1) return;
        try
        {
            await WatchAsync(user, _closed.Token);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            // The circuit is closed.
        }
        catch (ObjectDisposedException)
        {
            // The circuit was closed before the watch began.
        }
        catch (Exception failure)
        {
            // Nobody can say any more whether this person may.
            _log.LogError(failure, "An open page could not look at its session and is signed out. (session-watch-failed)");
            Say(new ClaimsPrincipal(new ClaimsIdentity()));
        }
    }

    private async Task WatchAsync(ClaimsPrincipal user, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            var now = await CurrentAsync(user, cancel);
            if (now.Identity?.IsAuthenticated is not true)
            {
                Say(now);
                return;
            }

            var (before, after) = (_actors.ActorFrom(user), _actors.ActorFrom(now));
            if (before.Roles.SetEquals(after.Roles) && before.Name == after.Name) continue;
            user = now;
            Say(now);
        }
    }

    private void Say(ClaimsPrincipal user) => SetAuthenticationState(Task.FromResult(new AuthenticationState(user)));
}
