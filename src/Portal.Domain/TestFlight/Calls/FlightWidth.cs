namespace Portal.Domain.TestFlight.Calls;

/// <summary>
/// How many calls may be on their way at a time: one more per round of good answers, half after a 429 or a failure of Apple's.
/// Failures of one round halve it once.
/// </summary>
/// <param name="Exact">Between 1 and what the key allows.</param>
/// <param name="NarrowedAt">When it was last halved.</param>
public readonly record struct FlightWidth(double Exact, DateTimeOffset? NarrowedAt)
{
    /// <summary>In whole calls.</summary>
    public int Calls => Math.Max(1, (int)Exact);

    /// <summary>Full width.</summary>
    public static FlightWidth Full(int most) => new(most, null);

    /// <summary>The width after one answer.</summary>
    /// <param name="status">HTTP status; 0: none came; below: nobody waited for it.</param>
    /// <param name="begun">When that call was sent.</param>
    /// <param name="most">What the key allows.</param>
    /// <param name="now">The time, UTC.</param>
    public FlightWidth After(int status, DateTimeOffset begun, int most, DateTimeOffset now)
    {
        if (status is 429 or 0 or >= 500) return begun <= NarrowedAt ? this : new(Math.Max(1, Math.Min(Exact, most) / 2), now);
        return status < 0 ? this : this with { Exact = Math.Min(most, Exact + 1 / Math.Max(1, Exact)) };
    }
}

/// <summary>How long everybody keeps back after a 429 that names no time: longer each time in a row, up to five minutes.</summary>
public static class SlowDown
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <param name="inARow">How many 429s came in a row, this one included.</param>
    /// <param name="asked">What <c>Retry-After</c> says, where it is there.</param>
    public static TimeSpan For(int inARow, TimeSpan? asked)
    {
        if (asked is { } time && time > TimeSpan.Zero) return time < CallBudget.Hour ? time : CallBudget.Hour;
        var wait = First * Math.Pow(2, Math.Clamp(inARow - 1, 0, 10));
        return wait < Longest ? wait : Longest;
    }
}
