using Portal.Simulator.Centercode;

namespace Portal.Simulator;

/// <summary>
/// The world as a file holds it. A relationship stands on one side only: memberships and builds with the group, individuals with
/// the build. Left out: private keys nobody downloaded (Apple keeps them no better), faults, switches and the call ledger, which
/// belong to one sitting.
/// </summary>
internal sealed record WorldSnapshot
{
    /// <summary>Raised whenever an older file can no longer be read.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;
    public required TimeSpan ClockOffset { get; init; }
    public required string IssuerId { get; init; }
    public required IReadOnlyList<SavedKey> Keys { get; init; }
    public required IReadOnlyList<SavedApp> Apps { get; init; }
    public required IReadOnlyList<SavedUser> Users { get; init; }
    public required SavedCommunity Community { get; init; }
    public required IReadOnlyList<OutboxMail> Outbox { get; init; }
}

/// <summary>The public half of a key, base64 of its SubjectPublicKeyInfo, and when it was called within its hour.</summary>
internal sealed record SavedKey(
    string KeyId, string Name, string Role, DateTimeOffset Created, DateTimeOffset? LastUsed, DateTimeOffset? Revoked, string PublicKey, IReadOnlyList<DateTimeOffset> Calls, bool Individual = false);

internal sealed record SavedApp(
    string Id, string Name, string BundleId, IReadOnlyList<SavedVersion> Versions, IReadOnlyList<SavedTester> Testers, IReadOnlyList<SavedBuild> Builds, IReadOnlyList<SavedGroup> Groups);

internal sealed record SavedVersion(string Id, string Version, string Platform);

internal sealed record SavedTester(
    string Id, string? Email, string? FirstName, string? LastName, DateTimeOffset Created, string InviteType, string State, bool TeamMember);

internal sealed record SavedBuild(string Id, string VersionId, string Number, DateTimeOffset Uploaded)
{
    public bool ExpiredByHand { get; init; }
    public required string ProcessingState { get; init; }
    public required string Audience { get; init; }
    public bool? UsesNonExemptEncryption { get; init; }
    public bool AutoNotify { get; init; }
    public required string InternalState { get; init; }
    public required string ExternalState { get; init; }
    public string? ReviewState { get; init; }
    public DateTimeOffset? Submitted { get; init; }
    public string? ReviewOutcome { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    public string? NextState { get; init; }
    public IReadOnlyList<string> Individuals { get; init; } = [];
}

internal sealed record SavedGroup(string Id, string Name, bool IsInternal, bool HasAccessToAllBuilds, DateTimeOffset Created)
{
    public bool PublicLinkEnabled { get; init; }
    public string? PublicLinkId { get; init; }
    public bool PublicLinkLimitEnabled { get; init; }
    public int? PublicLinkLimit { get; init; }
    public bool FeedbackEnabled { get; init; }
    public bool? SiliconMac { get; init; }
    public bool? Vision { get; init; }
    public IReadOnlyList<string> Builds { get; init; } = [];
    public IReadOnlyList<SavedMembership> Members { get; init; } = [];
}

internal sealed record SavedMembership(string Tester, DateTimeOffset Joined);

internal sealed record SavedUser(string Id, string Username, string FirstName, string LastName, IReadOnlyList<string> Roles);

internal sealed record SavedCommunity(
    string ApiKey, int NextUserId, IReadOnlyList<SavedTeam> Teams, IReadOnlyList<Project> Projects, IReadOnlyList<DataPackage> Packages, IReadOnlyList<RecordedRelease> Releases);

internal sealed record SavedTeam(string Key, string Name, IReadOnlyList<Member> Members);
