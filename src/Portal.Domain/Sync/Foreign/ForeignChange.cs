namespace Portal.Domain.Sync.Foreign;

/// <summary>How a group came to differ from what the portal last saw and itself wrote.</summary>
public enum ForeignChangeKind
{
    /// <summary>Somebody or something else put them in.</summary>
    Added,
    /// <summary>Somebody or something else took them out: they are still a tester of the app.</summary>
    Removed,
    /// <summary>Came by the group's public link.</summary>
    JoinedByPublicLink,
    /// <summary>Stopped testing: the app does not know them any more, or shows them as revoked (F28).</summary>
    LeftTesting,
}

/// <summary>One member who came or went and was not ours.</summary>
/// <param name="TesterId">Apple's id in the app.</param>
/// <param name="PersonKey">Matching key; null for those who came without an address.</param>
public sealed record ForeignChange(string TesterId, string? PersonKey, ForeignChangeKind Kind)
{
    /// <summary>Whether that is another writer's doing: testers come by a public link and leave of their own accord.</summary>
    public bool IsAnotherWriters => CountsAsWriters(Kind);

    /// <inheritdoc cref="IsAnotherWriters"/>
    public static bool CountsAsWriters(ForeignChangeKind kind) => kind is ForeignChangeKind.Added or ForeignChangeKind.Removed;
}

/// <summary>A member the group was last seen with.</summary>
public sealed record SeenMember(string TesterId, string? PersonKey);

/// <summary>Something the portal did about one person, by a run or by support's hand.</summary>
/// <param name="Action">Add or Remove.</param>
/// <param name="TesterId">For a removal: which tester; null: every one of this address.</param>
/// <param name="IsSettled">A fresh read has shown it done; otherwise it may or may not have come about.</param>
/// <param name="At">When it was settled or sent.</param>
public sealed record OwnAct(PlanAction Action, string PersonKey, string? TesterId, bool IsSettled, DateTimeOffset At);
