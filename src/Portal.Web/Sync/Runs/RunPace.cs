using Portal.Domain.Sync;
using Portal.Services.Sync;

namespace Portal.Web.Sync.Runs;

/// <summary>How fast a run goes and when it will be through, from its own counts: the same after a reload.</summary>
/// <param name="Total">People to add or remove.</param>
/// <param name="Percent">0 to 100.</param>
/// <param name="PerMinute">People a minute; null before it can be told.</param>
/// <param name="Left">Time left; null before it can be told.</param>
public sealed record RunPace(int Total, double Percent, double? PerMinute, TimeSpan? Left)
{
    private const int EnoughToTell = 3;

    /// <summary>The pace at <paramref name="now"/>.</summary>
    public static RunPace Of(RunView run, DateTimeOffset now)
    {
        var total = run.ToAdd + run.ToRemove;
        var percent = total == 0 ? 0 : Math.Min(100, 100.0 * run.Done / total);
        var spent = (run.FinishedAt ?? now) - (run.PlannedAt ?? now);
        if (run.State is not RunState.Applying || run.Done < EnoughToTell || spent <= TimeSpan.Zero) return new(total, percent, null, null);
        var perMinute = run.Done / spent.TotalMinutes;
        return new(total, percent, perMinute, TimeSpan.FromMinutes((total - run.Done) / perMinute));
    }
}
