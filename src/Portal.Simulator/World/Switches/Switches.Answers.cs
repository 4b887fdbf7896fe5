namespace Portal.Simulator;

/// <summary>What Apple answers where its document is silent or two clients saw different things.</summary>
public sealed partial record Switches
{
    /// <summary>POST betaTesters with an e-mail the app knows answers 409 instead of 201. Both were seen.</summary>
    public bool ExistingTesterConflicts { get; init; }

    /// <summary>POST betaTesters with an e-mail the app knows puts the tester into the groups it names; off, it answers 201 and changes nothing.</summary>
    public bool ExistingTesterJoins { get; init; } = true;

    /// <summary>Adding a tester who is in the group already answers 409 "Tester(s) cannot be assigned" instead of 204. Both were seen.</summary>
    public bool ExistingMemberConflicts { get; init; }

    /// <summary>Only one of filter[apps|betaGroups|builds] on betaTesters.</summary>
    public bool OneRelationshipFilter { get; init; } = true;

    /// <summary>filter[email] matches any part of the address.</summary>
    public bool LooseEmailFilter { get; init; }

    /// <summary>App-wide deletes answer 202 instead of 204.</summary>
    public bool DeletesAccepted { get; init; }

    /// <summary>Most linkages in one relationship write; 0 is no limit. Over it: <see cref="TooManyLinkagesStatus"/>.</summary>
    public int MaxLinkages { get; init; }

    /// <summary>409 or 413, when there are more linkages than <see cref="MaxLinkages"/>. The code is invented.</summary>
    public int TooManyLinkagesStatus { get; init; } = 409;

    /// <summary>A relationship write with a bad id does the good ones and then answers its 409; off, it is all or nothing.</summary>
    public bool PartialLinkages { get; init; }

    /// <summary>Most values in one filter; 0 is no limit. Over it: 400 PARAMETER_ERROR.INVALID.</summary>
    public int MaxFilterValues { get; init; }

    /// <summary>Every call answers 403 FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED.</summary>
    public bool AgreementMissing { get; init; }

    /// <summary>Seconds a token's iat may lie in the future.</summary>
    public int FutureTokenSeconds { get; init; } = 30;

    /// <summary>Enum values and attributes nobody has heard of appear in every answer.</summary>
    public bool UnknownValues { get; init; }

    /// <summary>links.next leads back to the same page.</summary>
    public bool NextLoops { get; init; }

    /// <summary>links.next leads to a host that is not Apple's.</summary>
    public bool NextLeavesHost { get; init; }
}
