namespace Portal.Simulator;

/// <summary>How far reads stay behind writes.</summary>
public sealed partial record Switches
{
    /// <summary>Seconds until memberships and new testers show in reads; the writes themselves count at once.</summary>
    public int ReadLagSeconds { get; init; }

    /// <summary>Milliseconds until a new tester shows in lists, where that is longer than <see cref="ReadLagSeconds"/>; by its id it answers at once.</summary>
    public int NewTesterLagMilliseconds { get; init; }

    /// <summary>Seconds by which meta.paging.total of a group's or an app's testers is behind the rows beside it.</summary>
    public int TotalLagSeconds { get; init; }

    /// <summary>meta.paging.total leaves out this many rows, as a stale count would.</summary>
    public int TotalTooLowBy { get; init; }

    /// <summary>Seconds for which a new build answers 404 and is missing from lists. Seen: one to three minutes and more.</summary>
    public int NewBuildLagSeconds { get; init; }

    /// <summary>Seconds until a removal answered with 202 happens. Counts with <see cref="DeletesAccepted"/> alone.</summary>
    public int RemovalLagSeconds { get; init; }

    /// <summary>Seconds for which calls go on being refused after <see cref="AgreementMissing"/> was turned off. Seen: about three minutes.</summary>
    public int AgreementLagSeconds { get; init; }
}
