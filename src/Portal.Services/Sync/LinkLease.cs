using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>This node no longer holds the link: another runner took it over (invariant 39).</summary>
internal sealed class LeaseLostException() : Exception("Another runner took this link over.");

/// <summary>One runner per link across all nodes, with a number that grows at every change of hands.</summary>
internal sealed class LinkLeases(Database database, IOptions<SyncOptions> options, TimeProvider time, ILogger<LinkLeases> log)
{
    private readonly string _node = $"{Environment.MachineName}-{Guid.CreateVersion7():N}";

    /// <summary>Takes the link, or null while somebody else may still be at work on it or have a request on the way.</summary>
    public async Task<LinkLease?> TryTakeAsync(Guid linkId, CancellationToken cancel)
    {
        await using var db = database.Open();
        var now = time.GetUtcNow();
        var seen = await db.Links.AsNoTracking().Where(l => l.Id == linkId).Select(l => new { l.LeaseNumber, l.LeaseUntil, l.LeaseHolder }).SingleOrDefaultAsync(cancel);
        if (seen is null) return null;
        // A holder that never gave it back was killed or stalls: its last requests may still land.
        if (seen.LeaseUntil is { } until && now < until + TimeSpan.FromSeconds(options.Value.InFlightSeconds)) return null;
        var next = seen.LeaseNumber + 1;
        var leaseUntil = now + Length;
        var taken = await db.Links.Where(l => l.Id == linkId && l.LeaseNumber == seen.LeaseNumber).ExecuteUpdateAsync(set => set
            .SetProperty(l => l.LeaseNumber, next).SetProperty(l => l.LeaseHolder, _node).SetProperty(l => l.LeaseUntil, leaseUntil), cancel);
        return taken == 1 ? new LinkLease(this, time, linkId, next) : null;
    }

    /// <summary>Extends the lease inside the caller's transaction; who lost it commits nothing.</summary>
    public async Task FenceAsync(PortalDbContext db, Guid linkId, long number, CancellationToken cancel)
    {
        var leaseUntil = time.GetUtcNow() + Length;
        var mine = await db.Links.Where(l => l.Id == linkId && l.LeaseNumber == number && l.LeaseHolder == _node)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.LeaseUntil, leaseUntil), cancel);
        if (mine != 1) throw new LeaseLostException();
    }

    /// <summary>Waits for the intents that are being committed and lets none by until the caller's transaction is over, whoever holds the lease.</summary>
    public static Task HoldAsync(PortalDbContext db, Guid linkId) =>
        db.Links.Where(l => l.Id == linkId).ExecuteUpdateAsync(set => set.SetProperty(l => l.LeaseNumber, l => l.LeaseNumber), CancellationToken.None);

    public async Task RenewAsync(Guid linkId, long number, CancellationToken cancel)
    {
        await using var db = database.Open();
        await FenceAsync(db, linkId, number, cancel);
    }

    /// <summary>Gives the link back, or after a broken-off run lets the lease run out from now, for requests may be on the way.</summary>
    public async Task ReleaseAsync(Guid linkId, long number, bool clean)
    {
        await using var db = database.Open();
        DateTimeOffset? until = clean ? null : time.GetUtcNow();
        await db.Links.Where(l => l.Id == linkId && l.LeaseNumber == number).ExecuteUpdateAsync(set => set
            .SetProperty(l => l.LeaseHolder, (string?)null).SetProperty(l => l.LeaseUntil, until), CancellationToken.None);
    }

    public void SayLost(Guid linkId, Exception because) =>
        log.LogWarning(because, "The hold on link {Link} was lost; its work is left to the next runner. (lease-lost)", linkId);

    private TimeSpan Length => TimeSpan.FromSeconds(options.Value.LeaseSeconds);
}

/// <summary>A held lease; renewed by every intent and by a timer while a slow read goes on.</summary>
internal sealed class LinkLease : IAsyncDisposable
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);
    private readonly LinkLeases _leases;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _renewing;

    public LinkLease(LinkLeases leases, TimeProvider time, Guid linkId, long number)
    {
        (_leases, LinkId, Number) = (leases, linkId, number);
        _renewing = RenewAsync(time);
    }

    public Guid LinkId { get; }
    public long Number { get; }

    /// <summary>Cancelled when another runner has the link.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether the work came to its end; set before disposal.</summary>
    public bool Clean { get; set; }

    public Task FenceAsync(PortalDbContext db, CancellationToken cancel) => _leases.FenceAsync(db, LinkId, Number, cancel);

    public Task HoldAsync(PortalDbContext db) => LinkLeases.HoldAsync(db, LinkId);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        try
        {
            await _leases.ReleaseAsync(LinkId, Number, Clean);
        }
        finally
        {
            _stop.Dispose();
            _lost.Dispose();
        }
    }

    // By the clock the lease is counted by.
    private async Task RenewAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(RenewEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) await _leases.RenewAsync(LinkId, Number, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: the work is over.
        }
        catch (Exception failure)
        {
            // Whatever it was, nobody renews any more: the work must end before the lease does.
            _leases.SayLost(LinkId, failure);
            await _lost.CancelAsync();
        }
    }
}
