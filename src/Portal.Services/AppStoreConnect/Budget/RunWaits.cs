using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Services.Data;
using Portal.Services.Sync;

namespace Portal.Services.AppStoreConnect.Budget;

/// <summary>Says on a run, or on the link of a check that has none, that it waits for Apple's limit and until about when; meanwhile its place is others'.</summary>
internal sealed class RunWaits(Database database, WorkSlots slots)
{
    private static readonly TimeSpan SameTime = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _said = new();

    /// <returns>Whether whoever called takes it back when the waiting is over.</returns>
    public async Task<bool> MarkAsync(KeyUse use, DateTimeOffset until, CancellationToken cancel)
    {
        if ((use.RunId ?? use.LinkId) is not { } id || use.IsAtScreen) return false;
        slots.Lend();
        if (_said.TryGetValue(id, out var before) && (until - before).Duration() < SameTime) return true;
        _said[id] = until;
        await WriteAsync(use, until, cancel);
        return true;
    }

    public async Task ClearAsync(KeyUse use)
    {
        slots.TakeBack();
        if (_said.TryRemove((use.RunId ?? use.LinkId)!.Value, out _)) await WriteAsync(use, null, CancellationToken.None);
    }

    private async Task WriteAsync(KeyUse use, DateTimeOffset? until, CancellationToken cancel)
    {
        await using var db = database.Open();
        if (use.RunId is null) await db.Links.Where(link => link.Id == use.LinkId).ExecuteUpdateAsync(set => set.SetProperty(link => link.WaitingUntil, until), cancel);
        else
        {
            await db.Runs.Where(run => run.Id == use.RunId).ExecuteUpdateAsync(set => set
                .SetProperty(run => run.WaitingUntil, until).SetProperty(run => run.Revision, run => run.Revision + 1), cancel);
        }
    }
}
