using Portal.Simulator;

namespace Portal.Demo;

/// <summary>Keeps the simulator's world in the demo's folder, so that the portal's stored keys and memberships are true again at the next start, even after a kill.</summary>
internal sealed class WorldKeeper : IAsyncDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(2);
    private readonly World _world;
    private readonly string _path;
    private readonly PeriodicTimer _timer = new(_every);
    private readonly Task _keeping;
    private bool _said;

    /// <summary>Saves now, and from now on whenever something changed.</summary>
    public WorldKeeper(World world, string path)
    {
        (_world, _path) = (world, path);
        Save();
        _keeping = KeepAsync();
    }

    /// <summary>Saves a last time.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _keeping;
        Save();
    }

    private async Task KeepAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            Save();
        }
    }

    private void Save()
    {
        try
        {
            _world.Save(_path);
            _said = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Once per trouble: the demo goes on, only a restart would lose something.
            if (!_said)
            {
                Console.Error.WriteLine($"The simulator's state could not be saved: {failure.Message} Mend it before you stop the demo, or start the next one with --fresh.");
            }

            _said = true;
        }
    }
}
