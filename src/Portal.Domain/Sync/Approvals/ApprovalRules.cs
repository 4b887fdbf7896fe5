using Portal.Domain.SignIn;

namespace Portal.Domain.Sync.Approvals;

/// <summary>What the rules need of a request.</summary>
/// <param name="RequestedById">Who may never allow it alone; null: nobody in person asked.</param>
/// <param name="Count">People or values it is about: what has to be typed where one person confirms alone.</param>
public sealed record ApprovalFacts(ApprovalKind Kind, ApprovalState State, string? RequestedById, DateTimeOffset ExpiresAt, int Count);

/// <summary>What a person says to a request.</summary>
/// <param name="Reason">In their own words.</param>
/// <param name="TypedCount">The number they typed, where one person confirms alone.</param>
public sealed record ApprovalAnswer(string Reason, int? TypedCount = null);

/// <summary>What an answer that is let through comes to.</summary>
public enum AnswerEffect
{
    /// <summary>A second person: at once.</summary>
    AtOnce,
    /// <summary>The requester alone: after the delay, marked "not four eyes".</summary>
    AfterDelay,
    /// <summary>The requester alone while they have the glass broken: at once, marked "not four eyes".</summary>
    BreakingGlass,
}

/// <summary>Who may decide what, and when (invariant 31).</summary>
public static class ApprovalRules
{
    /// <summary>How long a request waits for a person.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(72);

    /// <summary>How long what one person confirmed alone waits before it takes effect.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromHours(1);

    private const int LongestReason = 1000;

    /// <summary>Any of these permissions decides a request of this kind: a key's scope concerns custodians too.</summary>
    public static IReadOnlyList<Permission> DecidedBy(ApprovalKind kind) => kind is ApprovalKind.ScopedReadsOff ? [Permission.ApproveRun, Permission.ManageCredentials] : [Permission.ApproveRun];

    /// <summary>Whether it still holds anything up.</summary>
    public static bool IsOpen(this ApprovalState state) => state is ApprovalState.Open or ApprovalState.Delayed;

    /// <summary>Why the request cannot be answered any more; null when it can.</summary>
    public static Problem? Over(ApprovalFacts request, DateTimeOffset now) =>
        !request.State.IsOpen() ? ApprovalProblems.Over(request.State) : request.State is ApprovalState.Open && now >= request.ExpiresAt ? ApprovalProblems.Expired : null;

    /// <summary>Weighs a yes. With four eyes the requester's own is refused; without, it takes the typed number and the delay; with the glass broken the number alone.</summary>
    public static (AnswerEffect Effect, Problem? Refused) Allow(ApprovalFacts request, Actor actor, ApprovalAnswer answer, bool fourEyes, DateTimeOffset now, bool glassBroken = false)
    {
        if ((Over(request, now) ?? Reasoned(answer)) is { } problem) return (AnswerEffect.AtOnce, problem);
        if (request.RequestedById is null || !actor.Is(request.RequestedById)) return (AnswerEffect.AtOnce, null);
        var miscounted = answer.TypedCount == request.Count ? null : ApprovalProblems.CountDiffers(request.Count);
        if (glassBroken) return (AnswerEffect.BreakingGlass, miscounted);
        if (fourEyes) return (AnswerEffect.AtOnce, ApprovalProblems.OwnRequest);
        if (request.State is ApprovalState.Delayed) return (AnswerEffect.AfterDelay, ApprovalProblems.DelayRuns);
        return (AnswerEffect.AfterDelay, miscounted);
    }

    /// <summary>Weighs a no: anybody who may decide, the requester too, for a no protects.</summary>
    public static Problem? Reject(ApprovalFacts request, ApprovalAnswer answer, DateTimeOffset now) => Over(request, now) ?? Reasoned(answer);

    private static Problem? Reasoned(ApprovalAnswer answer) => string.IsNullOrWhiteSpace(answer.Reason) || answer.Reason.Length > LongestReason ? ApprovalProblems.ReasonMissing : null;
}
