using Microsoft.Extensions.Options;

namespace Portal.Services.Sync;

/// <summary>
/// How many links this machine works on at a time. Work that only waits for Apple's limit lends its place to other work; when
/// it goes on it does so at once, so for a while one more than usual may be at work.
/// </summary>
internal sealed class WorkSlots(IOptions<SyncOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.RunsAtOnce);
    private readonly AsyncLocal<Place?> _mine = new();

    /// <summary>Does the work in a place of its own.</summary>
    public async Task InAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel);
        var place = _mine.Value = new Place(_free);
        try
        {
            await work(cancel);
        }
        finally
        {
            place.Lend();
        }
    }

    /// <summary>The work of the caller waits. Without effect outside of a place.</summary>
    public void Lend() => _mine.Value?.Lend();

    /// <summary>It goes on.</summary>
    public void TakeBack() => _mine.Value?.TakeBack();

    public void Dispose() => _free.Dispose();

    // Several calls of one run wait side by side: whatever their order, it holds one place or none.
    private sealed class Place(SemaphoreSlim free)
    {
        private readonly Lock _gate = new();
        private bool _held = true;

        public void Lend()
        {
            lock (_gate)
            {
                if (!_held) return;
                _held = false;
                free.Release();
            }
        }

        public void TakeBack()
        {
            // Not waited for: whoever has the turn at Apple must not keep it while waiting for those who wait for it.
            lock (_gate) _held = _held || free.Wait(0);
        }
    }
}
