namespace Portal.Domain.Sync;

/// <summary>How long a link, or one person of it, rests after failures in a row: what fails each time is not tried every five minutes.</summary>
public static class BackOff
{
    /// <summary>The longest rest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>From this many failures in a row on, a link is said to be in quarantine.</summary>
    public const int QuarantineFrom = 3;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    /// <summary>Twice as long with each failure, from the interval up to six hours; never shorter than the interval.</summary>
    /// <param name="failures">In a row; 0: none.</param>
    /// <param name="interval">The link's own; null: it has none.</param>
    public static TimeSpan Rest(int failures, TimeSpan? interval)
    {
        var first = interval is { Ticks: > 0 } own && own > Shortest ? own : Shortest;
        if (failures <= 1 || first >= Longest) return first;
        var ticks = first.Ticks * Math.Pow(2, Math.Min(failures - 1, 30));
        return ticks >= Longest.Ticks ? Longest : TimeSpan.FromTicks((long)ticks);
    }
}
