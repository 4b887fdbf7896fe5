using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect;

/// <summary>Who uses which key for what; every request made with it is recorded under this (invariant 27).</summary>
internal sealed record KeyUse(Guid CredentialId, Actor Actor, string Purpose)
{
    public Guid? RunId { get; init; }
    public string? AppId { get; init; }
    public string? GroupId { get; init; }
    public long? LeaseNumber { get; init; }

    /// <summary>The link it is for: links take turns with a key.</summary>
    public Guid? LinkId { get; init; }

    /// <summary>For one person, whom somebody waits for: it may use what is kept for people, though a run makes it.</summary>
    public bool ForOnePerson { get; init; }

    /// <summary>Whether a person waits for the answer.</summary>
    public bool IsAtScreen => Actor.Kind is not ActorKind.Job && RunId is null;

    /// <summary>Whether it may use the calls kept for people.</summary>
    public bool MayUseReserve => IsAtScreen || ForOnePerson;

    /// <summary>Whose turn it uses.</summary>
    public string Queue => MayUseReserve ? Actor.Id : LinkId?.ToString() ?? GroupId ?? Actor.Id;

    /// <summary>The credential's version to sign with; null: the active one. A run finishes on the version it began with (invariant 29).</summary>
    public int? Version { get; init; }

    /// <summary>Runs inside the transaction that commits the intent and throws when the caller's lease is gone (invariant 39).</summary>
    public Func<PortalDbContext, CancellationToken, Task>? Fence { get; init; }

    /// <summary>Runs inside the transaction that commits the intent: what the caller says of the request before it goes out.</summary>
    public Func<PortalDbContext, CancellationToken, Task>? Intended { get; init; }

    /// <summary>Runs right before the request goes out; throws where something since its intent speaks against it (invariant 19).</summary>
    public Action? BeforeItLeaves { get; init; }

    /// <summary>Runs inside the transaction that records that the request was not sent after all: takes <see cref="Intended"/> back.</summary>
    public Func<PortalDbContext, Task>? Withdrawn { get; init; }

    /// <summary>Runs inside the transaction that commits a good answer's outcome: what the caller says of it.</summary>
    public Func<PortalDbContext, AppleAnswer, Task>? Answered { get; init; }

    /// <summary>Told of a write's failure that is not tried again the moment it is known, before its outcome is committed.</summary>
    public Action<AppleException>? Failed { get; init; }

    /// <summary>
    /// Runs inside the transaction that commits a failure's outcome and takes the lock that <see cref="Fence"/> takes: an intent is
    /// committed before that outcome, or its fence has seen what <see cref="Failed"/> was told.
    /// </summary>
    public Func<PortalDbContext, Task>? Hold { get; init; }
}

/// <summary>A list read to its end, or not: nothing may be planned from one that is not <see cref="Complete"/> (invariant 13).</summary>
internal sealed record Reading<T>(IReadOnlyList<T> Items, bool Complete, Problem? Because);

/// <summary>How far a failure of Apple's reaches.</summary>
internal enum FailureReach
{
    /// <summary>This one request or person.</summary>
    Request,
    /// <summary>Everything with this credential (invariant 19).</summary>
    Credential,
    /// <summary>Nobody's fault and passing: rate limit, 5xx, time-out.</summary>
    Passing,
}

/// <summary>Apple refused or did not answer, as one of the domain's problems with Apple's own words kept for support.</summary>
internal sealed class AppleException(Problem problem, FailureReach reach) : Exception(problem.ToString())
{
    public Problem Problem { get; } = problem;
    public FailureReach Reach { get; } = reach;

    /// <summary>HTTP status, 0 when no answer came.</summary>
    public int Status { get; init; }
    public string? AppleCode { get; init; }
    public string? AppleDetail { get; init; }
    public string? AppleErrorId { get; init; }

    /// <summary>A write that may have been carried out all the same: never repeated blindly (invariant 37).</summary>
    public bool MayHaveCommitted { get; init; }

    /// <summary>What Apple said of the key's limits.</summary>
    public RateReport Rate { get; set; } = RateReport.None;

    /// <summary>Not sent, because the key's limit lasts until then and somebody waits at the screen.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Worth one more try, signed with another token.</summary>
    public bool WithAnotherToken { get; set; }

    /// <summary>How long Apple asks to wait, where it says so.</summary>
    public TimeSpan? RetryAfter { get; set; }
}

/// <summary>What two harmless reads tell about a key: it authenticates and reads; whether it is an Admin's. Only a write shows App Manager (invariant 26).</summary>
/// <param name="IsAdmin">Null when Apple did not answer the second read.</param>
/// <param name="AppCount">How many apps it sees, where Apple counted them.</param>
internal sealed record KeyProbe(bool? IsAdmin, int? AppCount);
