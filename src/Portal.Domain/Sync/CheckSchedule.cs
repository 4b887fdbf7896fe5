using System.Text;

namespace Portal.Domain.Sync;

/// <summary>When a link is looked at next. Decided here, not by a timer, so that it follows any clock.</summary>
public static class CheckSchedule
{
    /// <summary>
    /// The next of the interval's times after now; null when nothing is due by time. Its times are counted from one point, moved by
    /// <paramref name="spread"/>: what has the same spread comes together, so that one look serves all of it; the rest is spread out.
    /// </summary>
    /// <param name="now">The end of this check.</param>
    /// <param name="every">The policy's interval.</param>
    /// <param name="spread">See <see cref="Spread"/>.</param>
    public static DateTimeOffset? NextDue(DateTimeOffset now, TimeSpan? every, long spread)
    {
        if (every is not { Ticks: > 0 } interval) return null;
        var offset = (spread % interval.Ticks + interval.Ticks) % interval.Ticks;
        var since = ((now.UtcTicks - offset) % interval.Ticks + interval.Ticks) % interval.Ticks;
        return now.ToUniversalTime().AddTicks(interval.Ticks - since);
    }

    /// <summary>The same number for all links of a key and an app on every machine, another for others.</summary>
    public static long Spread(Guid credentialId, string appId)
    {
        // FNV-1a: the framework's own hash of a string differs from process to process.
        var hash = 14695981039346656037UL;
        foreach (var one in credentialId.ToByteArray().Concat(Encoding.UTF8.GetBytes(appId))) hash = unchecked((hash ^ one) * 1099511628211UL);
        return unchecked((long)hash);
    }
}
