using Portal.Domain.Sync;

namespace Portal.Domain.Credentials;

/// <summary>A credential as a list shows it: everything but the secret.</summary>
public sealed record CredentialSummary
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>What people call it.</summary>
    public required string Label { get; init; }
    /// <summary>What it opens.</summary>
    public required CredentialKind Kind { get; init; }
    /// <summary>Apple's Key ID; empty for Centercode.</summary>
    public required string KeyId { get; init; }
    /// <summary>Apple's Issuer ID; empty for Centercode.</summary>
    public required string IssuerId { get; init; }
    /// <summary>The community's address; empty for Apple.</summary>
    public required string CommunityAddress { get; init; }
    /// <summary>Of the public key, or a keyed hash of the API key; hex in groups of four.</summary>
    public required string Fingerprint { get; init; }
    /// <summary>Where it stands now. *Locked* is found out at every read and never stored.</summary>
    public required CredentialStatus Status { get; init; }
    /// <summary>Why it does not work; null when it does or nobody knows yet.</summary>
    public Problem? Problem { get; init; }
    /// <summary>Provider's subject of the owner.</summary>
    public required string OwnerId { get; init; }
    /// <summary>Who answers for it.</summary>
    public required string OwnerName { get; init; }
    /// <summary>When it was stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When the active version was stored: the age of the secret.</summary>
    public required DateTimeOffset KeyStoredAt { get; init; }
    /// <summary>When it was last seen to work by a verification.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }
    /// <summary>When a request was last made with it.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
    /// <summary>When it was retired.</summary>
    public DateTimeOffset? RetiredAt { get; init; }
    /// <summary>The version in use.</summary>
    public required int ActiveVersion { get; init; }
    /// <summary>How many links use it that are not retired.</summary>
    public required int LinkCount { get; init; }
}

/// <summary>One credential with its versions, what uses it and what its uses have shown.</summary>
public sealed record CredentialDetails
{
    /// <summary>What the list shows.</summary>
    public required CredentialSummary Summary { get; init; }
    /// <summary>Newest first.</summary>
    public required IReadOnlyList<CredentialVersion> Versions { get; init; }
    /// <summary>Links that are not retired.</summary>
    public required IReadOnlyList<CredentialUser> UsedBy { get; init; }
    /// <summary>What the key was seen to do (invariant 26).</summary>
    public required Capability Capability { get; init; }
    /// <summary>How the key is used, and what its uses have met.</summary>
    public required KeyUsage Usage { get; init; }
}

/// <summary>How an Apple key is used.</summary>
/// <param name="ScopedReads">Whether fixed reads are signed with tokens that can do nothing else.</param>
/// <param name="ParallelRequests">Requests in flight at a time: 4, or 8 by choice.</param>
/// <param name="PassingRefusals">401s that a fresh token cured (F2).</param>
/// <param name="PassingRefusalAt">The last of them.</param>
/// <param name="ForeignCalls">Calls Apple counted beyond ours in an hour, when that was last seen (invariant 40).</param>
/// <param name="ForeignCallsAt">When.</param>
public sealed record KeyUsage(bool ScopedReads, int ParallelRequests, int PassingRefusals, DateTimeOffset? PassingRefusalAt, int ForeignCalls, DateTimeOffset? ForeignCallsAt)
{
    /// <summary>When Apple refused, as such, to send one tester an invitation again; asked again a day later.</summary>
    public DateTimeOffset? InvitationRefusedAt { get; init; }
}

/// <summary>What uses of a key have shown. Reads tell an Admin's key from the rest; only a write shows App Manager (invariant 26).</summary>
/// <param name="ReadSeenAt">First read that succeeded.</param>
/// <param name="WriteSeenAt">First write that succeeded.</param>
/// <param name="IsAdmin">Whether it answers for an Admin; null: not known.</param>
public sealed record Capability(DateTimeOffset? ReadSeenAt, DateTimeOffset? WriteSeenAt, bool? IsAdmin)
{
    /// <summary>The capability as one line.</summary>
    public string InWords(CredentialKind kind) => (kind, ReadSeenAt, WriteSeenAt) switch
    {
        (CredentialKind.CentercodeApiKey, null, _) => "Not yet used: may read: not yet seen. The first Data Package read with it shows that.",
        (CredentialKind.CentercodeApiKey, _, _) => "Reads Data Packages.",
        (_, null, null) => "Not seen to work yet.",
        (_, _, null) => $"Authenticates and reads; may write: not yet seen.{Admin}",
        _ => $"Authenticates, reads and writes.{Admin}",
    };

    private string Admin => IsAdmin switch
    {
        true => " It is an Admin's key: the role App Manager would do.",
        _ => "",
    };
}

/// <summary>Where one version of a credential stands.</summary>
public enum VersionState
{
    /// <summary>Stored and not yet seen to work; the one before it is still in use.</summary>
    Pending,
    /// <summary>In use.</summary>
    Active,
    /// <summary>Replaced, refused or retired with its credential.</summary>
    Retired,
}

/// <summary>One version of a credential.</summary>
/// <param name="Number">1, 2, ….</param>
/// <param name="State">Pending, active or retired.</param>
/// <param name="KeyId">Its Key ID; empty for Centercode.</param>
/// <param name="Fingerprint">Of the public key, or a keyed hash.</param>
/// <param name="CreatedAt">When it was stored.</param>
/// <param name="CreatedBy">Who stored it.</param>
/// <param name="RetiredAt">When it went out of use.</param>
public sealed record CredentialVersion(int Number, VersionState State, string KeyId, string Fingerprint, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? RetiredAt);

/// <summary>A link that uses a credential.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Name">Release type and group, as people know it.</param>
/// <param name="State">Where it stands.</param>
public sealed record CredentialUser(Guid LinkId, string Name, LinkState State);

/// <summary>A request that somebody deposit a key.</summary>
public sealed record DepositRequest
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>What is asked for.</summary>
    public required CredentialKind Kind { get; init; }
    /// <summary>What the credential will be called.</summary>
    public required string Label { get; init; }
    /// <summary>Words to whoever deposits it.</summary>
    public required string Note { get; init; }
    /// <summary>Who asked.</summary>
    public required string RequestedByName { get; init; }
    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When the link stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
    /// <summary>Where it stands.</summary>
    public required DepositState State { get; init; }
    /// <summary>Who deposited it.</summary>
    public string? FulfilledByName { get; init; }
    /// <summary>What came of it.</summary>
    public Guid? CredentialId { get; init; }
}

/// <summary>Where a request for a key stands.</summary>
public enum DepositState
{
    /// <summary>The link works.</summary>
    Open,
    /// <summary>Somebody deposited the key.</summary>
    Fulfilled,
    /// <summary>Taken back.</summary>
    Withdrawn,
    /// <summary>Nobody came in time.</summary>
    Expired,
}

/// <summary>All that whoever holds a deposit link is shown, and all they learn after using it.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Label">What it will be called.</param>
/// <param name="Note">Words of whoever asked.</param>
/// <param name="RequestedByName">Who asked.</param>
/// <param name="ExpiresAt">Until when the link works.</param>
public sealed record DepositInvitation(CredentialKind Kind, string Label, string Note, string RequestedByName, DateTimeOffset ExpiresAt)
{
    /// <summary>A key was deposited through this link and not seen to work yet.</summary>
    public bool WasTried { get; init; }
}

/// <summary>What a deposit came to.</summary>
/// <param name="Works">Whether the key was seen to work.</param>
/// <param name="Problem">Why not, where it was not.</param>
public sealed record DepositReceipt(bool Works, Problem? Problem);

/// <summary>One request made with a key (invariant 27).</summary>
public sealed record KeyUseEntry
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>When its intent was committed.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Time until the outcome; null while there is none.</summary>
    public TimeSpan? Took { get; init; }
    /// <summary>The credential.</summary>
    public required Guid CredentialId { get; init; }
    /// <summary>Its label.</summary>
    public required string CredentialLabel { get; init; }
    /// <summary>The version signed with.</summary>
    public required int Version { get; init; }
    /// <summary>Provider's subject, or the job.</summary>
    public required string ActorId { get; init; }
    /// <summary>Who used it.</summary>
    public required string ActorName { get; init; }
    /// <summary>Why.</summary>
    public required string Purpose { get; init; }
    /// <summary>The run it was for.</summary>
    public Guid? RunId { get; init; }
    /// <summary>HTTP method.</summary>
    public required string Method { get; init; }
    /// <summary>Path with ids replaced.</summary>
    public required string PathTemplate { get; init; }
    /// <summary>SHA-256 of the token, hex; empty for Centercode.</summary>
    public required string TokenHash { get; init; }
    /// <summary>The one read its token was good for; empty: all the key may.</summary>
    public string Scope { get; init; } = "";
    /// <summary>HTTP status; 0: no answer came; null: no outcome is recorded.</summary>
    public int? Status { get; init; }
    /// <summary>Whether a refusal was the answer that was asked for: 403 says that the key is no Admin's (invariant 26).</summary>
    public bool IsAnswered => AdminQuestion.IsAnswer(Method, PathTemplate, Status);
    /// <summary>The other side's error code.</summary>
    public string? ErrorCode { get; init; }
    /// <summary>Which try it was.</summary>
    public required int Attempt { get; init; }
    /// <summary>Calls the key had left in the hour.</summary>
    public int? RemainingThisHour { get; init; }
}

/// <summary>The harmless question whether a key is an Admin's: only an Admin may list a team's users (invariant 26).</summary>
public static class AdminQuestion
{
    /// <summary>What is asked for, as key uses record it.</summary>
    public const string Path = "/v1/users";

    /// <summary>What a key that is no Admin's is answered with.</summary>
    public const int No = 403;

    /// <summary>Whether a request and its status are the question and its no: an answer, not a failure.</summary>
    public static bool IsAnswer(string method, string pathTemplate, int? status) => status == No && method == "GET" && pathTemplate == Path;
}

/// <summary>How a request with a key ended.</summary>
public enum KeyUseResult
{
    /// <summary>2xx and 3xx, and refusals that were the answer asked for.</summary>
    Succeeded,
    /// <summary>Other 4xx and 5xx.</summary>
    Refused,
    /// <summary>Sent, nothing came back; or no outcome is recorded.</summary>
    NoAnswer,
}

/// <summary>What to show of the key uses; everything that is null does not narrow.</summary>
/// <param name="CredentialId">Of this credential.</param>
/// <param name="Person">Of people whose name holds this text.</param>
/// <param name="Result">With this outcome.</param>
/// <param name="RunId">Of this run.</param>
public sealed record KeyUseFilter(Guid? CredentialId = null, string? Person = null, KeyUseResult? Result = null, Guid? RunId = null);

/// <summary>One page of the key uses, newest first.</summary>
/// <param name="Entries">The page.</param>
/// <param name="Shown">How many match the filter.</param>
/// <param name="Total">How many the actor may see at all.</param>
public sealed record KeyUsePage(IReadOnlyList<KeyUseEntry> Entries, int Shown, int Total)
{
    /// <summary>Keys somebody else used too, as last seen within a day, of those the actor answers for or may see whole (invariant 40).</summary>
    public IReadOnlyList<ForeignUse> Foreign { get; init; } = [];
}

/// <summary>Calls with a key that Apple counted and that were not ours.</summary>
/// <param name="CredentialId">The key's credential.</param>
/// <param name="Label">Its label.</param>
/// <param name="Calls">About how many.</param>
/// <param name="From">Begin of the hour they were counted in, UTC.</param>
/// <param name="To">Its end.</param>
public sealed record ForeignUse(Guid CredentialId, string Label, int Calls, DateTimeOffset From, DateTimeOffset To);
