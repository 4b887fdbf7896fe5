using System.ComponentModel;
using Microsoft.Extensions.Caching.Hybrid;
using Portal.Domain;
using Portal.Services.AppStoreConnect;

namespace Portal.Services.TestFlight;

/// <summary>The last good value of one read, and how the newest attempt went.</summary>
[ImmutableObject(true)]
internal sealed record LastGood<T>(T Value, DateTimeOffset ReadAt, DateTimeOffset TriedAt, Problem? Problem);

/// <summary>
/// Reads of Apple kept for ten minutes. Older or unwanted ones are read anew, by one reader at a time for all who wait;
/// when that fails the last good value stays, with its age and the problem.
/// </summary>
internal sealed class AppleReads(HybridCache cache, TimeProvider time)
{
    /// <summary>How old a value may be before it is read anew.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromMinutes(1);
    // Freshness is judged by the portal's clock, which the demo can turn; the cache only has to hold on long enough.
    private static readonly HybridCacheEntryOptions Keep = new() { Expiration = TimeSpan.FromDays(1), LocalCacheExpiration = TimeSpan.FromDays(1) };
    private static readonly HybridCacheEntryOptions Look = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _reading = [];

    /// <summary>The kept value, or a new one where it is too old or <paramref name="refresh"/> asks for it.</summary>
    /// <exception cref="ProblemException">There is no value at all and reading failed.</exception>
    public async Task<Aged<T>> GetAsync<T>(string key, bool refresh, Func<CancellationToken, Task<(T Value, Problem? Problem)>> read, CancellationToken cancel)
    {
        var kept = await cache.GetOrCreateAsync(key, _ => ValueTask.FromResult<LastGood<T>?>(null), Look, cancellationToken: cancel);
        if (kept is null || refresh || !IsFresh(kept)) kept = await ReadOnce(key, kept, read).WaitAsync(cancel);
        return new Aged<T>(kept.Value, kept.ReadAt, kept.Problem);
    }

    /// <summary>The same for a list, which may turn out not to be whole.</summary>
    /// <exception cref="ProblemException">There is no value at all and reading failed.</exception>
    public Task<Aged<IReadOnlyList<T>>> GetListAsync<T>(string key, bool refresh, Func<CancellationToken, Task<Reading<T>>> read, CancellationToken cancel) =>
        GetAsync(key, refresh, async inner =>
        {
            var list = await read(inner);
            return (list.Items, list.Because);
        }, cancel);

    private bool IsFresh<T>(LastGood<T> kept)
    {
        var now = time.GetUtcNow();
        return kept.Problem is null ? now - kept.ReadAt < Fresh : now - kept.TriedAt < RetryAfterFailure;
    }

    private Task<LastGood<T>> ReadOnce<T>(string key, LastGood<T>? before, Func<CancellationToken, Task<(T, Problem?)>> read)
    {
        lock (_gate)
        {
            if (_reading.TryGetValue(key, out var running)) return (Task<LastGood<T>>)running;
            // Apart from whoever asked: others wait for the same answer, and leaving a page must not spoil it for them.
            var reading = Task.Run(() => ReadAsync(key, before, read));
            _reading[key] = reading;
            return reading;
        }
    }

    private async Task<LastGood<T>> ReadAsync<T>(string key, LastGood<T>? before, Func<CancellationToken, Task<(T Value, Problem? Problem)>> read)
    {
        try
        {
            LastGood<T> kept;
            try
            {
                var (value, problem) = await read(CancellationToken.None);
                var now = time.GetUtcNow();
                kept = problem is not null && before is { Problem: null } ? before with { TriedAt = now, Problem = problem } : new LastGood<T>(value, now, now, problem);
            }
            catch (AppleException failed)
            {
                kept = (before ?? throw new ProblemException(failed.Problem)) with { TriedAt = time.GetUtcNow(), Problem = failed.Problem };
            }
            await cache.SetAsync(key, kept, Keep);
            return kept;
        }
        finally
        {
            lock (_gate)
            {
                _reading.Remove(key);
            }
        }
    }
}
