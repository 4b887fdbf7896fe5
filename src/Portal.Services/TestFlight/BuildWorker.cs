using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Services.Sync;
using Portal.Services.TestFlight.Releases;

namespace Portal.Services.TestFlight;

/// <summary>Looks at apps, sends releases and mails about them: at once when nudged, and by a sweep every second over what stands in the database.</summary>
internal sealed class BuildWorker(AppLooks looks, ReleaseSender releases, ReleaseMail mails, BuildNudge nudge, IOptions<SyncOptions> options, ILogger<BuildWorker> log) : BackgroundService
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (!options.Value.Enabled) return;
        using var timer = new PeriodicTimer(SweepEvery);
        try
        {
            var (tick, told) = (timer.WaitForNextTickAsync(stopping).AsTask(), nudge.Nudges.WaitToReadAsync(stopping).AsTask());
            while (true)
            {
                await await Task.WhenAny(tick, told);
                while (nudge.Nudges.TryRead(out _)) { }
                await SweepAsync(stopping);
                if (tick.IsCompleted) tick = timer.WaitForNextTickAsync(stopping).AsTask();
                if (told.IsCompleted) told = nudge.Nudges.WaitToReadAsync(stopping).AsTask();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; the rows stand as they are.
        }
    }

    /// <summary>One round. What fails is logged and tried with the next.</summary>
    internal async Task SweepAsync(CancellationToken cancel)
    {
        foreach (var work in new Func<CancellationToken, Task>[] { looks.LookDueAsync, releases.SendDueAsync, mails.SendDueAsync })
        {
            try
            {
                await work(cancel);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "Work on builds failed; the next sweep tries again.");
            }
        }
    }
}
