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
