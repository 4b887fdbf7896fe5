using Portal.Domain.SignIn;

namespace Portal.Domain.Sync.Approvals;

/// <summary>Where a broken glass stands.</summary>
public enum BreakGlassState
{
    /// <summary>Whoever broke it may decide their own requests.</summary>
    Active,
    /// <summary>Over; somebody else has to look at what was done.</summary>
    WaitsForReview,
    /// <summary>Looked at.</summary>
    Reviewed,
}

/// <summary>
/// Break-glass: in an emergency one person waives the second one for a bounded time, with a reason. It adds no role and lifts no
/// other rule; an alert goes out at once, all of it is on record, and somebody else reviews it.
/// </summary>
public static class BreakGlassRules
{
    /// <summary>How long it may last, in minutes.</summary>
    public static readonly (int Least, int Most) Minutes = (5, 240);

    private const int LongestReason = 1000;

    /// <summary>One of these breaks the glass: who may decide nothing for others may not decide for themselves.</summary>
    public static IReadOnlyList<Permission> BrokenBy { get; } = [Permission.ApproveRun, Permission.ManageCredentials];

    /// <summary>What it takes to review.</summary>
    public const Permission ReviewedBy = Permission.ReadWholeAudit;

    /// <summary>Why it may not be broken so; null: it may.</summary>
    public static Problem? Break(string reason, int minutes) =>
        Written(reason) ?? (minutes < Minutes.Least || minutes > Minutes.Most ? BreakGlassProblems.Length : null);

    /// <summary>Why this person may not review it now; null: they may.</summary>
    /// <param name="fourEyes">False in an installation of one or two: their own review counts, marked "not four eyes".</param>
    public static Problem? Review(BreakGlassState state, string brokenById, string note, Actor actor, bool fourEyes) =>
        state is BreakGlassState.Reviewed ? BreakGlassProblems.Reviewed : state is BreakGlassState.Active ? BreakGlassProblems.StillActive
        : fourEyes && actor.Is(brokenById) ? BreakGlassProblems.OwnReview : Written(note);

    /// <summary>Where it stands.</summary>
    public static BreakGlassState StateOf(DateTimeOffset endsAt, DateTimeOffset? endedAt, DateTimeOffset? reviewedAt, DateTimeOffset now) =>
        reviewedAt is not null ? BreakGlassState.Reviewed : endedAt is not null || now >= endsAt ? BreakGlassState.WaitsForReview : BreakGlassState.Active;

    private static Problem? Written(string text) => string.IsNullOrWhiteSpace(text) || text.Length > LongestReason ? BreakGlassProblems.ReasonMissing : null;
}

/// <summary>Failures of break-glass.</summary>
public static class BreakGlassProblems
{
    /// <summary>No such row.</summary>
    public static readonly Problem NotFound = new("break-glass-not-found", "There is no such emergency on record. Look at the list again.") { Turn = Turn.Requester };

    /// <summary>No reason, or a novel.</summary>
    public static readonly Problem ReasonMissing = new("break-glass-reason-missing", "Say why, in up to 1,000 letters: whoever reviews this reads it.") { Turn = Turn.Requester };

    /// <summary>Too short or too long.</summary>
    public static readonly Problem Length = new("break-glass-length", $"It lasts {BreakGlassRules.Minutes.Least} to {BreakGlassRules.Minutes.Most} minutes. Choose a time between and try again.") { Turn = Turn.Requester };

    /// <summary>One at a time for each person.</summary>
    public static Problem AlreadyActive(DateTimeOffset endsAt) => new("break-glass-active", $"You have broken the glass already; it lasts until {endsAt:HH:mm} UTC. End it before you begin again.") { Turn = Turn.Requester };

    /// <summary>Over, by hand or by time.</summary>
    public static readonly Problem Over = new("break-glass-over", "This is over already. It waits for a review, or had one.") { Turn = Turn.Requester };

    /// <summary>Review comes afterwards.</summary>
    public static readonly Problem StillActive = new("break-glass-still-active", "This still lasts. End it first, then review what was done.") { Turn = Turn.Requester };

    /// <summary>Invariant 31.</summary>
    public static readonly Problem OwnReview = new("break-glass-own-review", "You broke the glass yourself, so somebody else reviews it: a security reviewer or another administrator.") { Turn = Turn.SecurityReviewer };

    /// <summary>Reviewed once.</summary>
    public static readonly Problem Reviewed = new("break-glass-reviewed", "Somebody reviewed this already. Open it to see who, and what they found.") { Turn = Turn.Requester };

    /// <summary>Only people answer for it.</summary>
    public static readonly Problem NotAPerson = new("break-glass-not-a-person", "Only a person signed in breaks the glass, for their name goes into the record. Sign in and try again.") { Turn = Turn.Requester };

    /// <summary>What the alert says while it lasts.</summary>
    public static Problem Active(string who, DateTimeOffset endsAt) => new("break-glass-is-active",
        $"{who} decides their own requests until {endsAt.UtcDateTime:d MMM yyyy HH:mm} UTC, without a second person. Anybody who may decide, or a security reviewer, can end it before; a security reviewer looks at what was done.")
    { Turn = Turn.SecurityReviewer };

    /// <summary>What the alert says afterwards.</summary>
    public static Problem WaitsForReview(string who, int decisions) => new("break-glass-waits",
        $"{who} decided without a second person for a while; {(decisions == 0 ? "nothing was decided so" : decisions == 1 ? "one request was decided so" : $"{decisions:N0} requests were decided so")}. A security reviewer or another administrator looks and writes down what they found.")
    { Turn = Turn.SecurityReviewer };
}
