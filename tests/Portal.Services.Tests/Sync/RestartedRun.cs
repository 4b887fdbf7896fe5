using Portal.Services.Sync;
using Portal.Services.Tests.AppStoreConnect.Budget;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>
/// Carries a run out while the portal's process is thrown away again and again, and the clock is turned to the moment the next
/// call may go: hours of Apple's limit in an instant. The benchmarks use it too.
/// </summary>
internal static class RestartedRun
{
    // The lease of who died, and the time its last requests may take to land.
    private static readonly TimeSpan Orphaned = TimeSpan.FromSeconds(91);

    /// <param name="portal">The portal; its jobs are not started.</param>
    /// <param name="runId">A run that was asked for.</param>
    /// <param name="restarts">The process ends when Apple has seen so many new testers of this run.</param>
    public static async Task CarryOutAsync(PortalFixture portal, Guid runId, IEnumerable<int> restarts)
    {
        var mark = portal.World.Ledger.Last;
        foreach (var point in restarts)
        {
            var running = portal.Get<SyncRunner>().RunAsync(runId, CancellationToken.None);
            await TurnAsync(portal, running, () => Made(portal, mark) >= point);
            await portal.RestartAsync();
            portal.Clock.Advance(Orphaned);
            await EndAsync(portal, running);
        }
        var last = portal.Get<SyncRunner>().RunAsync(runId, CancellationToken.None);
        await TurnAsync(portal, last, () => last.IsCompleted);
        await last;
    }

    private static int Made(PortalFixture portal, long mark) => portal.World.Ledger.Since(mark).Count(call => call is { Method: "POST", PathTemplate: "/v1/betaTesters" });

    private static async Task TurnAsync(PortalFixture portal, Task running, Func<bool> isThere)
    {
        var since = portal.Clock.GetUtcNow();
        while (!isThere())
        {
            if (running.IsCompleted) throw new InvalidOperationException("The run ended before its time.", running.Exception);
            await portal.TurnOnAsync(since);
            await Task.WhenAny(running, Task.Delay(5));
        }
    }

    /// <summary>What is left of a process that is gone finds its database gone too, at its next step or heartbeat.</summary>
    private static async Task EndAsync(PortalFixture portal, Task running)
    {
        while (!running.IsCompleted)
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(running, Task.Delay(10));
        }
        // Nobody is left to hear how it ended.
        _ = running.Exception;
    }
}
