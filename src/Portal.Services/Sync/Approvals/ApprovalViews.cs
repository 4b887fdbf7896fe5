using Portal.Domain;
using Portal.Domain.Sync.Approvals;

namespace Portal.Services.Sync.Approvals;

/// <summary>A request as the list, its page, REST and the CLI show it. Times are UTC.</summary>
public sealed record ApprovalView
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>What it is about.</summary>
    public required ApprovalKind Kind { get; init; }
    /// <summary>Where it stands; one that nobody decided in time is Expired from that moment.</summary>
    public required ApprovalState State { get; init; }
    /// <summary>Title of the link, or the key's label.</summary>
    public required string Subject { get; init; }
    /// <summary>The link, where it is about one.</summary>
    public Guid? LinkId { get; init; }
    /// <summary>The held run, where it is about one.</summary>
    public Guid? RunId { get; init; }
    /// <summary>The credential, where it is about one.</summary>
    public Guid? CredentialId { get; init; }
    /// <summary>The plan it is bound to.</summary>
    public string? PlanHash { get; init; }
    /// <summary>People the plan adds.</summary>
    public int Adds { get; init; }
    /// <summary>People it removes.</summary>
    public int Removals { get; init; }
    /// <summary>People or values it is about: the number one person alone has to type.</summary>
    public int Count { get; init; }
    /// <summary>What has to be decided.</summary>
    public required Problem Problem { get; init; }
    /// <summary>Values before and after.</summary>
    public IReadOnlyList<ValueChange> Changes { get; init; } = [];
    /// <summary>Who asked; null: nobody in person.</summary>
    public string? RequestedById { get; init; }
    /// <summary>Who asked, in words.</summary>
    public required string RequestedByName { get; init; }
    /// <summary>Why, in their words.</summary>
    public string? RequestReason { get; init; }
    /// <summary>When.</summary>
    public required DateTimeOffset RequestedAt { get; init; }
    /// <summary>Until when it can be decided.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
    /// <summary>Who decided.</summary>
    public string? DecidedByName { get; init; }
    /// <summary>Why, in their words.</summary>
    public string? DecisionReason { get; init; }
    /// <summary>When.</summary>
    public DateTimeOffset? DecidedAt { get; init; }
    /// <summary>One person confirmed it alone.</summary>
    public bool NotFourEyes { get; init; }
    /// <summary>When what one person confirmed alone takes effect.</summary>
    public DateTimeOffset? TakesEffectAt { get; init; }
    /// <summary>How many people were chosen; null: all.</summary>
    public int? ChosenCount { get; init; }
    /// <summary>Whether the one who looks may say no.</summary>
    public bool MayReject { get; init; }
    /// <summary>Whether the one who looks may say yes, alone with the typed number where <see cref="Alone"/>.</summary>
    public bool MayAllow { get; init; }
    /// <summary>Whether a yes of the one who looks would not be four eyes.</summary>
    public bool Alone { get; init; }
    /// <summary>Whether it would take effect at once, because the one who looks has the glass broken.</summary>
    public bool BreaksGlass { get; init; }
    /// <summary>Why they may not allow it; null when they may.</summary>
    public Problem? Because { get; init; }
}

/// <summary>Which requests to show.</summary>
public sealed record ApprovalQuery
{
    /// <summary>Only those that still wait.</summary>
    public bool OpenOnly { get; init; } = true;
    /// <summary>Of this link only.</summary>
    public Guid? LinkId { get; init; }
    /// <summary>Of this credential only.</summary>
    public Guid? CredentialId { get; init; }
    /// <summary>How many to leave out.</summary>
    public int Skip { get; init; }
    /// <summary>How many at most.</summary>
    public int Take { get; init; } = 50;
}
