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
    // What was read before our own last write is old, whatever its age. Moments are counted, for clocks can stand still.
    private readonly Dictionary<string, long> _begun = [];
    private readonly Dictionary<string, long> _changed = [];
    private long _moment;

    /// <summary>The kept value, or a new one where it is too old or <paramref name="refresh"/> asks for it.</summary>
    /// <exception cref="ProblemException">There is no value at all and reading failed.</exception>
    public async Task<Aged<T>> GetAsync<T>(string key, bool refresh, Func<CancellationToken, Task<(T Value, Problem? Problem)>> read, CancellationToken cancel)
    {
        var kept = await cache.GetOrCreateAsync(key, _ => ValueTask.FromResult<LastGood<T>?>(null), Look, cancellationToken: cancel);
        if (kept is null || refresh || !IsFresh(kept) || IsChanged(key)) kept = await ReadOnce(key, kept, read).WaitAsync(cancel);
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

    /// <summary>The portal wrote to this app and group: what was kept of them, and of lists they stand in, is read anew when next asked for.</summary>
    public void Changed(string? appId, string? groupId)
    {
        lock (_gate)
        {
            foreach (var key in _begun.Keys.Where(key => Touches(key, appId, groupId)).ToList())
            {
                _changed[key] = ++_moment;
                _reading.Remove(key);
            }
        }
    }

    // apple/{credential}/{kind}[/{id}]; whatever credential read it.
    private static bool Touches(string key, string? appId, string? groupId)
    {
        var parts = key.Split('/');
        var id = parts.Length > 3 ? parts[3] : null;
        return parts[2] switch
        {
            "groups" or "builds" => id is null || appId is null || id == appId,
            "group" or "group-builds" or "testers" => groupId is null || id == groupId,
            "build" => true,
            _ => false,
        };
    }

    private bool IsChanged(string key)
    {
        lock (_gate)
        {
            return _changed.GetValueOrDefault(key) > _begun.GetValueOrDefault(key);
        }
    }

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
            var begun = ++_moment;
            _begun.TryAdd(key, 0);
            var reading = Task.Run(() => ReadAsync(key, before, begun, read));
            _reading[key] = reading;
            return reading;
        }
    }

    private async Task<LastGood<T>> ReadAsync<T>(string key, LastGood<T>? before, long begun, Func<CancellationToken, Task<(T Value, Problem? Problem)>> read)
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
            lock (_gate)
            {
                _begun[key] = begun;
            }
            return kept;
        }
        finally
        {
            lock (_gate)
            {
                // After a write of ours another reading may stand in its place.
                if (_changed.GetValueOrDefault(key) <= begun) _reading.Remove(key);
            }
        }
    }
}
