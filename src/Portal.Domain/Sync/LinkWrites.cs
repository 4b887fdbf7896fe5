namespace Portal.Domain.Sync;

/// <summary>Whether anything may be written for a link at all.</summary>
public static class LinkWrites
{
    /// <summary>Why not; null when it may.</summary>
    /// <param name="state">The link's state.</param>
    /// <param name="frozenUntil">The end of the freeze it is in; null: none.</param>
    public static Problem? Refused(LinkState state, DateTimeOffset? frozenUntil) => state switch
    {
        LinkState.Retired => SyncProblems.LinkRetired(),
        LinkState.Draft => SyncProblems.LinkIsDraft,
        // Invariant 34: a paused link writes nothing.
        LinkState.Paused => SyncProblems.LinkIsPaused,
        _ => frozenUntil is { } until ? SyncProblems.Frozen(until) : null,
    };
}
