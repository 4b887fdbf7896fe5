namespace Portal.Domain.Sync.Approvals;

/// <summary>Failures of requests that wait for a second person.</summary>
public static class ApprovalProblems
{
    /// <summary>No such row.</summary>
    public static readonly Problem NotFound = new("approval-not-found", "There is no such request. It may have been part of another installation.") { Turn = Turn.Requester };

    /// <summary>Invariant 31.</summary>
    public static readonly Problem OwnRequest = new("own-request",
        "You asked for this yourself, so somebody else decides. Another program manager or an administrator opens Approvals; you can take your request back there.")
    { Turn = Turn.ProgramManager };

    /// <summary>A decision without a reason, or with a novel.</summary>
    public static readonly Problem ReasonMissing = new("approval-reason-missing", "Say why, in up to 1,000 letters: the reason goes into the record beside your name.") { Turn = Turn.Requester };

    /// <summary>Decided already.</summary>
    public static Problem Over(ApprovalState state) => new("approval-is-over", $"This request is over already: it was {InWords(state)}. Open it to see by whom.") { Turn = Turn.Requester };

    /// <summary>Nobody decided within 72 hours.</summary>
    public static readonly Problem Expired = new("approval-expired", "Nobody decided within 72 hours, so the request is over and nothing was changed. If it is still wanted, ask again.") { Turn = Turn.Requester };

    /// <summary>The number typed is not the number.</summary>
    public static Problem CountDiffers(int count) => new("typed-count-differs", $"The number you typed is not {count:N0}. Look at the list again and type how many it is about.") { Turn = Turn.Requester };

    /// <summary>The hour is running.</summary>
    public static readonly Problem DelayRuns = new("approval-delayed", "You confirmed this yourself; it takes effect one hour after that. Somebody else can allow it at once, you can take it back.") { Turn = Turn.Requester };

    /// <summary>What was asked for is not what there is any more.</summary>
    public static readonly Problem Outdated = new("approval-outdated", "What this request would change was changed by somebody meanwhile, so it is over. Whoever still wants it asks again.") { Turn = Turn.Requester };

    /// <summary>Chosen people who are not in the plan, or none.</summary>
    public static readonly Problem NobodyChosen = new("nobody-chosen", "None of the people chosen is added or removed by this plan. Choose at least one, or reject the run.") { Turn = Turn.Requester };

    /// <summary>A request that concerns no people.</summary>
    public static readonly Problem NothingToChoose = new("nothing-to-choose", "Only the people of a held sync can be chosen. Allow all of it or reject it.") { Turn = Turn.Requester };

    /// <summary>Invariant 17.</summary>
    public static readonly Problem OtherRunUnderWay = new("other-run-under-way", "Another sync of this link is under way. Decide again when it is over: it may change the plan.") { Turn = Turn.Requester };

    /// <summary>Invariant 31: a key's scope.</summary>
    public static readonly Problem NarrowTokensOff = new("narrow-tokens-off", "Lists would be signed with tokens that may do all the key may. A second person looks at why and allows or rejects it.") { Turn = Turn.ProgramManager };

    /// <summary>A request is made, not a change.</summary>
    public static Problem AlreadyAsked(string who) => new("already-asked", $"{who} asked for exactly this already; it waits under Approvals.") { Turn = Turn.Requester };

    /// <summary>The state in words.</summary>
    public static string InWords(ApprovalState state) => state switch
    {
        ApprovalState.Open => "not decided yet",
        ApprovalState.Delayed => "confirmed by its requester, the hour is running",
        _ => state.ToString().ToLowerInvariant(),
    };
}
