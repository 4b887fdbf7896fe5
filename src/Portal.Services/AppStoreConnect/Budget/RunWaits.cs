using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect.Budget;

/// <summary>Says on a run that it waits for Apple's limit, and until about when.</summary>
internal sealed class RunWaits(Database database)
{
    private static readonly TimeSpan SameTime = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _said = new();

    /// <returns>True: whoever called takes it back when the waiting is over.</returns>
    public async Task<bool> MarkAsync(Guid runId, DateTimeOffset until, CancellationToken cancel)
    {
        if (_said.TryGetValue(runId, out var before) && (until - before).Duration() < SameTime) return true;
        _said[runId] = until;
        await WriteAsync(runId, until, cancel);
        return true;
    }

    public async Task ClearAsync(Guid runId)
    {
        if (_said.TryRemove(runId, out _)) await WriteAsync(runId, null, CancellationToken.None);
    }

    private async Task WriteAsync(Guid runId, DateTimeOffset? until, CancellationToken cancel)
    {
        await using var db = database.Open();
        await db.Runs.Where(run => run.Id == runId).ExecuteUpdateAsync(set => set
            .SetProperty(run => run.WaitingUntil, until).SetProperty(run => run.Revision, run => run.Revision + 1), cancel);
    }
}
