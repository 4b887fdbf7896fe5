using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Domain.Sync;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>
/// Hands links to this node's runner: at once when nudged, and by a sweep every second that finds queued rows, runs whose node
/// died, and links that are due. Who of several nodes gets a link is settled by its lease.
/// </summary>
internal sealed class SyncWorker(Database database, SyncRunner runner, RunQueue queue, WorkSlots slots, IOptions<SyncOptions> options, TimeProvider time, ILogger<SyncWorker> log) : BackgroundService
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private const int MostAtOnce = 200;
    private readonly HashSet<Guid> _busy = [];
    private readonly Lock _gate = new();

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (!options.Value.Enabled) return;
        var working = new List<Task>();
        using var timer = new PeriodicTimer(SweepEvery);
        try
        {
            var tick = timer.WaitForNextTickAsync(stopping).AsTask();
            var nudge = queue.Nudges.WaitToReadAsync(stopping).AsTask();
            while (true)
            {
                var first = await Task.WhenAny(tick, nudge);
                await first;
                var due = new List<(Guid Key, Func<CancellationToken, Task> Work)>();
                while (queue.Nudges.TryRead(out var runId)) due.Add((runId, cancel => runner.RunAsync(runId, cancel)));
                if (first == tick)
                {
                    due.AddRange(await SweepAsync(stopping));
                    tick = timer.WaitForNextTickAsync(stopping).AsTask();
                }
                if (nudge.IsCompleted) nudge = queue.Nudges.WaitToReadAsync(stopping).AsTask();
                foreach (var (key, work) in due) Start(key, work);
                working.RemoveAll(task => task.IsCompleted);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(working);
        }

        void Start(Guid key, Func<CancellationToken, Task> work)
        {
            lock (_gate)
            {
                if (!_busy.Add(key)) return;
            }
            working.Add(WorkAsync(key, work, stopping));
        }
    }

    private async Task WorkAsync(Guid key, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        try
        {
            await slots.InAsync(work, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; the row stands as it is for the next runner.
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Work on {Key} failed; the next sweep tries again.", key);
        }
        finally
        {
            lock (_gate) _busy.Remove(key);
        }
    }

    internal async Task<List<(Guid Key, Func<CancellationToken, Task> Work)>> SweepAsync(CancellationToken cancel)
    {
        try
        {
            await using var db = database.Open();
            var now = time.GetUtcNow();
            var runs = await db.Runs.AsNoTracking().Where(r => RunStates.Unfinished.Contains(r.State) && !(r.Mode == SyncMode.Preview && r.State == RunState.Planned)
                && db.Links.Any(l => l.Id == r.LinkId && (l.LeaseUntil == null || l.LeaseUntil < now))).OrderBy(r => r.RequestedAt).Select(r => r.Id).Take(MostAtOnce).ToListAsync(cancel);
            // A node that died holds its links by name for ever; when its time is over they are anybody's.
            var links = await db.Links.AsNoTracking().Where(l => l.NextDueAt <= now && (l.LeaseHolder == null || l.LeaseUntil < now)
                && (l.State == LinkState.Active || l.State == LinkState.Paused || l.State == LinkState.Blocked)).OrderBy(l => l.NextDueAt).Select(l => l.Id).Take(MostAtOnce).ToListAsync(cancel);
            return [.. runs.Select(id => (id, (Func<CancellationToken, Task>)(c => runner.RunAsync(id, c)))), .. links.Select(id => (id, (Func<CancellationToken, Task>)(c => runner.CheckAsync(id, c))))];
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "The sweep for due links failed; it runs again in a second.");
            return [];
        }
    }
}
