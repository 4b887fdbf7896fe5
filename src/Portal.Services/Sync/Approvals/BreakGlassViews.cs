using Portal.Domain.Sync.Approvals;

namespace Portal.Services.Sync.Approvals;

/// <summary>An emergency as the page, REST and the CLI show it. Times are UTC.</summary>
public sealed record BreakGlassView
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>Where it stands.</summary>
    public required BreakGlassState State { get; init; }
    /// <summary>Who broke the glass.</summary>
    public required string ActorName { get; init; }
    /// <summary>Whether it was the one who looks.</summary>
    public bool IsOwn { get; init; }
    /// <summary>Why, in their words.</summary>
    public required string Reason { get; init; }
    /// <summary>When it began.</summary>
    public required DateTimeOffset BegunAt { get; init; }
    /// <summary>When it ended or ends by itself.</summary>
    public required DateTimeOffset EndsAt { get; init; }
    /// <summary>Who ended it before; null: it ends by itself.</summary>
    public string? EndedByName { get; init; }
    /// <summary>Requests its person allowed alone meanwhile.</summary>
    public IReadOnlyList<Guid> Allowed { get; init; } = [];
    /// <summary>Who looked at it afterwards.</summary>
    public string? ReviewedByName { get; init; }
    /// <summary>What they found.</summary>
    public string? ReviewNote { get; init; }
    /// <summary>When.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }
    /// <summary>The review was no second person's.</summary>
    public bool NotFourEyes { get; init; }
    /// <summary>Whether the one who looks may end it.</summary>
    public bool MayEnd { get; init; }
    /// <summary>Whether the one who looks may review it.</summary>
    public bool MayReview { get; init; }
}

/// <summary>That somebody has the glass broken now: what every page shows.</summary>
/// <param name="ActorName">Who.</param>
/// <param name="IsOwn">The one who looks.</param>
/// <param name="EndsAt">When it ends by itself.</param>
public sealed record ActiveGlass(string ActorName, bool IsOwn, DateTimeOffset EndsAt);
