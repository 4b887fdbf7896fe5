namespace Portal.Domain.Sync;

/// <summary>When a link is looked at next. Decided here, not by a timer, so that it follows any clock.</summary>
public static class CheckSchedule
{
    private const double Jitter = 0.1;

    /// <summary>One interval on, spread by up to a tenth either way so that links do not come all at once; null when nothing is due by time.</summary>
    /// <param name="now">The end of this check.</param>
    /// <param name="every">The policy's interval.</param>
    /// <param name="spread">Any number that differs from link to link and from check to check.</param>
    public static DateTimeOffset? NextDue(DateTimeOffset now, TimeSpan? every, long spread)
    {
        if (every is not { } interval) return null;
        var share = (spread % 2001 + 2001) % 2001 / 1000.0 - 1;     // −1 … 1
        return now + interval * (1 + Jitter * share);
    }
}
