namespace Portal.Domain.Sync;

/// <summary>Where a link stands: Draft → Ready → Paused → Active ⇄ Paused, Blocked (needs a person), Retired.</summary>
public enum LinkState
{
    /// <summary>Something required is missing.</summary>
    Draft,
    /// <summary>Complete, never synced; its first plan is applied by a person.</summary>
    Ready,
    /// <summary>Reads and shows drift, writes nothing (invariant 34).</summary>
    Paused,
    /// <summary>Synced on its schedule.</summary>
    Active,
    /// <summary>Needs a person before it writes again.</summary>
    Blocked,
    /// <summary>Over; its group is free for another link.</summary>
    Retired,
}

/// <summary>Whether a run stops at its plan or applies it.</summary>
public enum SyncMode
{
    /// <summary>Stops at <see cref="RunState.Planned"/>.</summary>
    Preview,
    /// <summary>Applies the plan.</summary>
    Real,
}

/// <summary>What a run is for.</summary>
public enum RunPurpose
{
    /// <summary>The group becomes what the team is.</summary>
    Sync,
    /// <summary>Everyone the link put in goes; the team is not asked.</summary>
    EndOfProject,
    /// <summary>What an earlier run did is taken back; the team is not asked.</summary>
    Undo,
}

/// <summary>What set a run off.</summary>
public enum RunTrigger
{
    /// <summary>The link's schedule.</summary>
    Schedule,
    /// <summary>A person at a page.</summary>
    Person,
    /// <summary>A person at the command line or a program, through the API.</summary>
    Api,
    /// <summary>A retry of what failed.</summary>
    Retry,
}

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Waits for a runner.</summary>
    Queued,
    /// <summary>Reads the team and the group.</summary>
    Reading,
    /// <summary>The plan is stored; a preview ends here.</summary>
    Planned,
    /// <summary>Held until a second person decides.</summary>
    AwaitingApproval,
    /// <summary>Writes at Apple.</summary>
    Applying,
    /// <summary>Reads back what was written.</summary>
    Verifying,
    /// <summary>Every item is confirmed or needed nothing.</summary>
    Succeeded,
    /// <summary>Some items were refused or are still pending at Apple.</summary>
    Partial,
    /// <summary>Stopped by a failure of the whole run.</summary>
    Failed,
    /// <summary>Stopped before the first write; needs a person.</summary>
    Blocked,
    /// <summary>Stopped by a person.</summary>
    Cancelled,
}

/// <summary>What a plan does about one person.</summary>
public enum PlanAction
{
    /// <summary>Put into the group.</summary>
    Add,
    /// <summary>Leave as is.</summary>
    Keep,
    /// <summary>Take out of the group.</summary>
    Remove,
    /// <summary>Do nothing, for a reason that stays.</summary>
    Skip,
    /// <summary>Do nothing yet: something is missing that may come.</summary>
    Wait,
}

/// <summary>What became of one item.</summary>
public enum ItemOutcome
{
    /// <summary>Planned, not begun.</summary>
    None,
    /// <summary>Its request is on the way or unanswered.</summary>
    Sent,
    /// <summary>Seen to be so at Apple by a fresh read.</summary>
    Confirmed,
    /// <summary>Accepted by Apple, not yet to be seen.</summary>
    PendingAtApple,
    /// <summary>Apple refused this person.</summary>
    Refused,
    /// <summary>The run ended before its turn.</summary>
    NotTried,
}

/// <summary>How a membership came to be, in the ledger.</summary>
public enum MembershipOrigin
{
    /// <summary>A sync of this link added it.</summary>
    Sync,
    /// <summary>A person took it over.</summary>
    Adopted,
    /// <summary>Support added it by hand; has an owner and an end date.</summary>
    Manual,
    /// <summary>Was in the group before the link and was left alone.</summary>
    PreExisting,
}

/// <summary>The groups of run states the rules speak of.</summary>
public static class RunStates
{
    /// <summary>Queued … Verifying: at most one real run per link stands in one of these (invariant 17).</summary>
    public static readonly IReadOnlyList<RunState> Unfinished = [RunState.Queued, RunState.Reading, RunState.Planned, RunState.Applying, RunState.Verifying];

    /// <summary>Whether nothing more will happen to a run of this mode in this state.</summary>
    public static bool IsOver(this RunState state, SyncMode mode) => state switch
    {
        RunState.Succeeded or RunState.Partial or RunState.Failed or RunState.Blocked or RunState.Cancelled => true,
        RunState.Planned => mode is SyncMode.Preview,
        _ => false,
    };
}
