using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Services.Data;
using Portal.Services.Sync;

namespace Portal.Services.People.Invitations;

/// <summary>Hands unfinished rounds of invitations to this machine's sender, by a sweep every second; a round that waits for Apple's limit holds up no other.</summary>
internal sealed class InvitationWorker(Database database, InvitationSender sender, IOptions<SyncOptions> options, ILogger<InvitationWorker> log) : BackgroundService
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Guid, Task> _busy = new();

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (!options.Value.Enabled) return;
        using var timer = new PeriodicTimer(SweepEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                foreach (var (id, _) in _busy.Where(work => work.Value.IsCompleted)) _busy.TryRemove(id, out _);
                foreach (var id in await UnfinishedAsync(stopping)) _ = _busy.GetOrAdd(id, round => WorkAsync(round, stopping));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(_busy.Values);
        }
    }

    private async Task<List<Guid>> UnfinishedAsync(CancellationToken stopping)
    {
        try
        {
            await using var db = database.Open();
            return await db.InvitationRounds.Where(r => r.FinishedAt == null).OrderBy(r => r.StartedAt).Select(r => r.Id).ToListAsync(stopping);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "Rounds of invitations could not be looked for; the next sweep tries again.");
            return [];
        }
    }

    private async Task WorkAsync(Guid round, CancellationToken stopping)
    {
        try
        {
            await Task.Yield();
            await sender.RunAsync(round, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; whoever has not had their turn has it after the next start.
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Sending invitations again was broken off; the next sweep goes on.");
        }
    }
}
