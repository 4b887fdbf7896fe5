using Portal.Domain;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect.Mirror;

/// <summary>All groups of an app at one time, from one request.</summary>
internal sealed record AppProbe(IReadOnlyDictionary<string, ProbedGroup> Groups, DateTimeOffset BegunAt, Problem? Problem)
{
    private const int MostTesters = TestFlightLimits.ExternalTestersPerApp + TestFlightLimits.InternalTestersPerApp;

    /// <summary>Testers of the app for the choice of reads: as its groups count them, whoever is in two twice, but never more than Apple lets there be. Null where a count was left out.</summary>
    public int? Testers { get; } = Groups.Values.Any(g => g.Group.TesterCount is null) ? null : (int)Math.Min(Groups.Values.Sum(g => (long)g.Group.TesterCount!.Value), MostTesters);
}

/// <summary>Probes an app once for all its links that are due at the same time, whoever of them comes first.</summary>
internal sealed class AppProbes(AppStoreConnectClient apple, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Credential, string App), (DateTimeOffset BegunAt, Task<AppProbe> Probe)> _probes = [];

    /// <summary>A probe begun at <paramref name="since"/> or later: one that is there or under way, or a new one.</summary>
    /// <exception cref="AppleException">Apple refused or did not answer.</exception>
    public async Task<AppProbe> GetAsync(KeyUse use, string appId, DateTimeOffset since, CancellationToken cancel)
    {
        var (mine, probe) = Join(use, appId, since, cancel);
        try
        {
            return await probe.WaitAsync(cancel);
        }
        catch (Exception other) when (!mine && other is not AppleException && !cancel.IsCancellationRequested)
        {
            // Who began it was stopped or lost its lease; that says nothing about this one.
            return await ProbeAsync(use, appId, time.GetUtcNow(), cancel);
        }
    }

    private (bool Mine, Task<AppProbe> Probe) Join(KeyUse use, string appId, DateTimeOffset since, CancellationToken cancel)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var old in _probes.Where(p => now - p.Value.BegunAt > Lifetime || p.Value.Probe.IsFaulted || p.Value.Probe.IsCanceled).Select(p => p.Key).ToList()) _probes.Remove(old);
            if (_probes.TryGetValue((use.CredentialId, appId), out var there) && there.BegunAt >= since) return (false, there.Probe);
            var probe = ProbeAsync(use, appId, now, cancel);
            _probes[(use.CredentialId, appId)] = (now, probe);
            return (true, probe);
        }
    }

    private async Task<AppProbe> ProbeAsync(KeyUse use, string appId, DateTimeOffset begun, CancellationToken cancel)
    {
        await Task.Yield();
        var read = await apple.ProbeGroupsAsync(use with { Purpose = $"{use.Purpose}: count testers of all groups", GroupId = null }, appId, cancel);
        return new AppProbe(read.Items.ToDictionary(g => g.Group.Id, StringComparer.Ordinal), begun, read.Complete ? null : read.Because);
    }
}
