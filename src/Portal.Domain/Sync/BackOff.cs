namespace Portal.Domain.Sync;

/// <summary>How long a link, or one person of it, rests after failures in a row: what fails each time is not tried every five minutes.</summary>
public static class BackOff
{
    /// <summary>The longest rest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>From this many failures in a row on, a link is said to be in quarantine.</summary>
    public const int QuarantineFrom = 3;

    /// <summary>The longest rest of one person: whom Apple refuses it mostly refuses until somebody changes something.</summary>
    public static readonly TimeSpan LongestOfPerson = TimeSpan.FromDays(1);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestOfPerson = TimeSpan.FromMinutes(15);

    /// <summary>Twice as long with each failure, from the interval up to six hours; never shorter than the interval.</summary>
    /// <param name="failures">In a row; 0: none.</param>
    /// <param name="interval">The link's own; null: it has none.</param>
    public static TimeSpan Rest(int failures, TimeSpan? interval) => Doubled(failures, interval is { Ticks: > 0 } own && own > Shortest ? own : Shortest, Longest);

    /// <summary>One person of a link: a quarter of an hour after Apple's first refusal, then twice as long each time, up to a day; never shorter than the link's interval.</summary>
    /// <param name="refusals">In a row.</param>
    /// <param name="interval">The link's own; null: it has none.</param>
    public static TimeSpan RestOfPerson(int refusals, TimeSpan? interval) =>
        Doubled(refusals, interval is { } own && own > ShortestOfPerson ? own : ShortestOfPerson, LongestOfPerson);

    private static TimeSpan Doubled(int failures, TimeSpan first, TimeSpan longest)
    {
        if (failures <= 1 || first >= longest) return first;
        var ticks = first.Ticks * Math.Pow(2, Math.Min(failures - 1, 30));
        return ticks >= longest.Ticks ? longest : TimeSpan.FromTicks((long)ticks);
    }
}
