using Portal.Domain;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>A run being applied: what every step needs.</summary>
internal sealed record Applying(RunRow Run, SyncLinkRow Link, Cycle Cycle, Reader Reader, LinkLease Lease)
{
    private volatile Problem? _stopped;

    /// <summary>The failure of the whole credential that was met: whatever has not been sent yet is not sent any more (invariant 19).</summary>
    public Problem? Stopped => _stopped;

    /// <summary>Testers the group may have by now, for the choice of reads.</summary>
    public int Members => Cycle.Inputs.Group.Testers.Count + Cycle.Plan.Adds;

    /// <summary>For a write: none of the run's intents is committed once the outcome of such a failure is, and none that waits is sent.</summary>
    public KeyUse Write(string purpose) => Use(purpose) with
    {
        Fence = FenceAsync,
        BeforeItLeaves = ThrowIfStopped,
        Failed = failure => _stopped ??= StopsTheRun(failure) ? failure.Problem : null,
        Hold = Lease.HoldAsync,
    };

    /// <summary>For a read.</summary>
    public KeyUse Use(string purpose) => SyncReader.UseOf(Link, Reader) with { Purpose = $"{Reader.Purpose}: {purpose}", Version = Cycle.Inputs.KeyVersion };

    /// <summary>One person's failure never stops the others; one of the whole credential stops the run at once (invariant 19).</summary>
    public static bool StopsTheRun(AppleException failure) => failure.Reach is not FailureReach.Request && !failure.MayHaveCommitted;

    private async Task FenceAsync(PortalDbContext db, CancellationToken cancel)
    {
        await Lease.FenceAsync(db, cancel);
        // Heard while the run waits for its turn too: a heartbeat runs this.
        await RunItems.ThrowIfCancelledAsync(db, Run.Id, cancel);
        ThrowIfStopped();
    }

    private void ThrowIfStopped()
    {
        if (_stopped is not null) throw new RunStoppedException();
    }
}

/// <summary>Somebody asked the run to stop.</summary>
internal sealed class RunCancelledException() : Exception("The run was cancelled.");

/// <summary>A failure of the whole credential came first.</summary>
internal sealed class RunStoppedException() : Exception("The run was stopped.");
