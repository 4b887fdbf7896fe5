using System.Runtime.CompilerServices;
using System.Security.Claims;
using Portal.Domain.SignIn;

namespace Portal.Web.SignIn.Sessions;

/// <summary>A stream may outlive the sign-in it began with: asks while it runs, and ends it when the caller may no more (invariant 32).</summary>
internal sealed class StreamRights(SessionTickets sessions, ActorReader actors, TimeProvider time)
{
    /// <summary>So often it asks: a stream ends at most this long, and one question, after the sign-in.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>The stream as long as the caller is signed in and may; then it ends, without an error: who comes again is refused.</summary>
    /// <param name="caller">Principal of the request: a cookie's session must stand, a token must not be over.</param>
    /// <param name="permission">What the stream takes.</param>
    /// <param name="stream">Begins it.</param>
    /// <param name="cancel">The request was left.</param>
    public async IAsyncEnumerable<T> WhileAllowedAsync<T>(ClaimsPrincipal caller, Permission permission, Func<CancellationToken, IAsyncEnumerable<T>> stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = new PeriodicTimer(Interval, time);
        var watch = WatchAsync(caller, permission, timer, over);
        await using var items = stream(over.Token).GetAsyncEnumerator(over.Token);
        try
        {
            while (await NextAsync(items, cancel)) yield return items.Current;
        }
        finally
        {
            timer.Dispose();
            await watch;
        }
    }

    private async Task WatchAsync(ClaimsPrincipal caller, Permission permission, PeriodicTimer timer, CancellationTokenSource over)
    {
        try
        {
            while (await timer.WaitForNextTickAsync(CancellationToken.None))
            {
                if (await StandsAsync(caller, permission)) continue;
                await over.CancelAsync();
                return;
            }
        }
        catch
        {
            // Nobody can say any more whether the caller may.
            await over.CancelAsync();
            throw;
        }
    }

    private async Task<bool> StandsAsync(ClaimsPrincipal caller, Permission permission)
    {
        if (!caller.HasClaim(claim => claim.Type == SessionTickets.KeyClaim)) return actors.ActorFrom(caller).May(permission) && !IsOver(caller);
        return await sessions.CurrentAsync(caller, CancellationToken.None) is { } now && MaskedAlike(caller, now) && actors.ActorFrom(now).May(permission);
    }

    /// <summary>A stream begun with the right to see addresses ends with that right: it goes on masked when asked for again.</summary>
    private bool MaskedAlike(ClaimsPrincipal then, ClaimsPrincipal now) =>
        !actors.ActorFrom(then).May(Permission.SeeAddresses) || actors.ActorFrom(now).May(Permission.SeeAddresses);

    private bool IsOver(ClaimsPrincipal caller) =>
        !long.TryParse(caller.FindFirstValue("exp"), System.Globalization.CultureInfo.InvariantCulture, out var end) || DateTimeOffset.FromUnixTimeSeconds(end) <= time.GetUtcNow();

    private static async Task<bool> NextAsync<T>(IAsyncEnumerator<T> items, CancellationToken cancel)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
