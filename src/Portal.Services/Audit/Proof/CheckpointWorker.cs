using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Audit.Proof;
using Portal.Services.Data;

namespace Portal.Services.Audit.Proof;

/// <summary>Has a checkpoint signed when it is time and something was added.</summary>
internal sealed class CheckpointWorker(Database database, CheckpointSigner signer, IOptions<AuditOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<CheckpointWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private DateTimeOffset _lookedAt;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var started = stopping.Register(() => ready.TrySetCanceled(stopping));
        await using var _ = lifetime.ApplicationStarted.Register(() => ready.TrySetResult());
        using var timer = new PeriodicTimer(Pause);
        try
        {
            await ready.Task;
            do
            {
                await LookAsync(stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start signs what was added.
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - _lookedAt < TimeSpan.FromMinutes(options.Value.CheckpointMinutes)) return;
        try
        {
            await using var db = database.Open();
            if (await AuditTiles.SizeAsync(db, cancel) == 0) return;
            await signer.SignAsync(cancel);
            _lookedAt = now;
        }
        catch (ProblemException refused)
        {
            _lookedAt = now;
            if (refused.Problem != AuditProofProblems.NoCheckpoint) log.LogError("{Problem}", refused.Problem);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogWarning(failure, "No checkpoint of the audit could be signed; the portal tries again in a moment. (audit-checkpoint-failed)");
        }
    }
}
