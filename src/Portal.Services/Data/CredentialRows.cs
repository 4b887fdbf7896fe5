using Portal.Domain.Credentials;

namespace Portal.Services.Data;

internal sealed class CredentialRow
{
    public Guid Id { get; set; }
    public CredentialKind Kind { get; set; }
    public required string Label { get; set; }

    /// <summary>Apple's Key ID; empty for Centercode.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>Apple's Issuer ID (the team's UUID, lower case); empty for Centercode.</summary>
    public string IssuerId { get; set; } = "";

    /// <summary>Centercode community base address, https, without query; empty for Apple.</summary>
    public string CommunityAddress { get; set; } = "";

    /// <summary>SHA-256 of the public key (Apple) or a keyed hash of the API key (Centercode), in groups of hex.</summary>
    public string Fingerprint { get; set; } = "";

    public required string OwnerId { get; set; }
    public required string OwnerName { get; set; }
    public CredentialStatus Status { get; set; }
    public string? ProblemCode { get; set; }
    public string? ProblemSentence { get; set; }
    public int ActiveVersion { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? VerifiedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>401s in a row with fresh tokens (invariant 23).</summary>
    public int RefusalsInARow { get; set; }

    /// <summary>What uses have shown: reads testers; has written; answers for an Admin.</summary>
    public DateTimeOffset? ReadSeenAt { get; set; }
    public DateTimeOffset? WriteSeenAt { get; set; }
    public bool? IsAdmin { get; set; }

    /// <summary>Reads of the closed list are signed with a token that can do nothing else.</summary>
    public bool ScopedReads { get; set; } = true;

    /// <summary>Requests in flight at a time; null: as the installation says.</summary>
    public int? ParallelRequests { get; set; }

    /// <summary>401s that a fresh token cured (F2).</summary>
    public int PassingRefusals { get; set; }
    public DateTimeOffset? PassingRefusalAt { get; set; }

    /// <summary>Calls Apple counted beyond ours when that was last seen (invariant 40).</summary>
    public int ForeignCalls { get; set; }
    public DateTimeOffset? ForeignCallsAt { get; set; }

    /// <summary>When Apple refused, as such, to send one tester an invitation again: it marks that as deprecated.</summary>
    public DateTimeOffset? InvitationRefusedAt { get; set; }
    public List<CredentialVersionRow> Versions { get; set; } = [];
}

internal sealed class CredentialVersionRow
{
    public Guid Id { get; set; }
    public Guid CredentialId { get; set; }
    public int Number { get; set; }

    /// <summary>Data Protection ciphertext; its purpose names credential and number, so it opens nowhere else.</summary>
    public required byte[] Sealed { get; set; }
    public string KeyId { get; set; } = "";
    public string Fingerprint { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }
}

internal sealed class DepositRequestRow
{
    public Guid Id { get; set; }

    /// <summary>SHA-256 of the link's token, in hex; the token itself is shown once and not stored.</summary>
    public required string TokenHash { get; set; }
    public CredentialKind Kind { get; set; }
    public required string Label { get; set; }
    public string Note { get; set; } = "";
    public required string RequestedById { get; set; }
    public required string RequestedByName { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? FulfilledAt { get; set; }
    public string? FulfilledByName { get; set; }
    public DateTimeOffset? WithdrawnAt { get; set; }
    public Guid? CredentialId { get; set; }
}

/// <summary>One request made with a key: the intent is committed before the signature, the outcome follows (invariant 27).</summary>
internal sealed class KeyUseRow
{
    public Guid Id { get; set; }
    public Guid CredentialId { get; set; }
    public int Version { get; set; }
    public required string ActorId { get; set; }
    public required string ActorName { get; set; }

    /// <summary>Why, in a few words: "sync: read group", "page: list apps".</summary>
    public required string Purpose { get; set; }
    public Guid? RunId { get; set; }
    public long? LeaseNumber { get; set; }
    public required string Method { get; set; }

    /// <summary>The path with ids replaced, <c>/v1/betaGroups/{id}/betaTesters</c>; never a query.</summary>
    public required string PathTemplate { get; set; }
    public string? AppId { get; set; }
    public string? GroupId { get; set; }

    /// <summary>SHA-256 of the compact token, lower-case hex; for Centercode empty.</summary>
    public string TokenHash { get; set; } = "";

    /// <summary>The one read the token was good for; empty: all the key may.</summary>
    public string TokenScope { get; set; } = "";
    public DateTimeOffset? TokenExpiresAt { get; set; }

    /// <summary>The key's first use on its app.</summary>
    public bool FirstOnApp { get; set; }

    /// <summary>By a person at hours that were odd by the rules of that moment.</summary>
    public bool OddHours { get; set; }

    /// <summary>The request's number of the same intent when it was tried again (1, 2, …).</summary>
    public int Attempt { get; set; } = 1;
    public DateTimeOffset IntentAt { get; set; }
    public DateTimeOffset? OutcomeAt { get; set; }

    /// <summary>HTTP status; 0 when no answer came.</summary>
    public int? Status { get; set; }
    public string? AppleCode { get; set; }
    public string? AppleErrorId { get; set; }
    public string? AppleDetail { get; set; }
    public int? RemainingThisHour { get; set; }

    /// <summary>Limits of the key, where Apple named them: what a restart begins with.</summary>
    public int? HourLimit { get; set; }
    public int? MinuteLimit { get; set; }
    public int? Items { get; set; }
}
