using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Services.Sync;

namespace Portal.Services.Alerts;

/// <summary>Looks for causes, and sends notices beside that: neither waits for the other, and no cycle for either.</summary>
internal sealed class AlertWorker(AlertSweep sweep, AlertDelivery delivery, IOptions<SyncOptions> options, TimeProvider time, ILogger<AlertWorker> log) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (!options.Value.Enabled) return;
        try
        {
            await Task.WhenAll(LoopAsync(sweep.RunAsync, stopping), LoopAsync(delivery.RunAsync, stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; rows stand as they are.
        }
    }

    private async Task LoopAsync(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_every, time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await work(stopping);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "Work on alerts failed; it goes on in {Every}.", _every);
            }
        }
    }
}
