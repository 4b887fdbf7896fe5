using Portal.Domain.Sync;

namespace Portal.Services.Data;

internal sealed class SyncLinkRow
{
    public Guid Id { get; set; }

    // Centercode's side
    public required string ProjectKey { get; set; }
    public required string ProjectName { get; set; }
    public required string ReleaseTypeKey { get; set; }
    public required string ReleaseTypeName { get; set; }
    public required string TeamName { get; set; }
    public SourceKind SourceKind { get; set; }
    public Guid? ConnectionId { get; set; }

    /// <summary>Data Package address without any <c>apiKey=</c>; empty for CSV.</summary>
    public string SourceUrl { get; set; } = "";
    public required ColumnMapping Mapping { get; set; }

    // Apple's side
    public Guid CredentialId { get; set; }
    public required string IssuerId { get; set; }
    public required string AppId { get; set; }
    public required string AppName { get; set; }

    /// <summary>Empty while a draft waits for its group to be made; <see cref="GroupName"/> is what it shall be called then.</summary>
    public required string GroupId { get; set; }
    public required string GroupName { get; set; }

    /// <summary>When Apple was last asked to make the group, committed before it is asked (invariant 37).</summary>
    public DateTimeOffset? GroupAskedAt { get; set; }

    /// <summary>The internal group Apple wants before the app's first external one: its name while it is to be made or still there, unique to this link.</summary>
    public string? SetupGroupName { get; set; }

    /// <summary>When Apple was last asked to make it, committed before it is asked (invariant 37).</summary>
    public DateTimeOffset? SetupGroupAskedAt { get; set; }

    /// <summary>Its id once known; nothing else is ever removed.</summary>
    public string? SetupGroupId { get; set; }

    /// <summary>Why it could not be removed.</summary>
    public string? SetupGroupProblemCode { get; set; }
    public string? SetupGroupProblemSentence { get; set; }

    public required SyncPolicy Policy { get; set; }
    public LinkState State { get; set; }
    public string? ProblemCode { get; set; }
    public string? ProblemSentence { get; set; }

    /// <summary>Since when the schedule only looks because a run was undone; null: it may write. A person resumes it.</summary>
    public DateTimeOffset? LooksOnlySince { get; set; }
    public string? LooksOnlyBecause { get; set; }
    public bool CentercodeSyncOffConfirmed { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedByName { get; set; }
    public required string LastEditorId { get; set; }
    public required string LastEditorName { get; set; }

    /// <summary>When link, policy, mapping or file were last changed; after <see cref="LastGoodRunAt"/>, the editor is the requester of what the schedule starts.</summary>
    public DateTimeOffset? LastEditedAt { get; set; }
    public DateTimeOffset? LastGoodRunAt { get; set; }
    public DateTimeOffset? FirstAppliedAt { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }

    // Schedule and lease (invariants 17, 39)
    public DateTimeOffset? NextDueAt { get; set; }
    public long LeaseNumber { get; set; }
    public string? LeaseHolder { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>A check of the schedule waits for Apple's limit until then.</summary>
    public DateTimeOffset? WaitingUntil { get; set; }
    /// <summary>Checks and runs that failed one after the other for a passing reason; a success or a person's "try now" sets it to 0.</summary>
    public int FailuresInARow { get; set; }

    // Fold of checks that found nothing to do
    public DateTimeOffset? UnchangedSince { get; set; }
    public DateTimeOffset? LastCheckAt { get; set; }
    public int ChecksSinceChange { get; set; }
    public DateTimeOffset? LastExactCheckAt { get; set; }

    // Last good snapshot sizes and drift as last seen
    public int? LastGoodTeamCount { get; set; }
    public int? TeamCount { get; set; }
    public int? GroupCount { get; set; }
    public int? DriftToAdd { get; set; }
    public int? DriftToRemove { get; set; }
    public int? Unmanaged { get; set; }
    public int? WaitingForEmail { get; set; }
    public Guid? LastRunId { get; set; }

    /// <summary>When the group's members were last compared with what the portal wrote; null: never.</summary>
    public DateTimeOffset? GroupSeenAt { get; set; }
}

internal sealed class CsvUploadRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public required string FileName { get; set; }
    public required byte[] Content { get; set; }
    public DateTimeOffset UploadedAt { get; set; }
    public required string UploadedById { get; set; }
    public required string UploadedByName { get; set; }
}

internal sealed class RunRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public SyncMode Mode { get; set; }
    public RunPurpose Purpose { get; set; }
    public RunTrigger Trigger { get; set; }
    public RunState State { get; set; }
    public required string StartedById { get; set; }
    public required string StartedByName { get; set; }

    /// <summary>Matching key of the one person a run is limited to; null for the whole team.</summary>
    public string? OnlyPersonKey { get; set; }

    /// <summary>The run this one undoes, or whose failures it tries again.</summary>
    public Guid? OfRunId { get; set; }

    /// <summary>Whether it is about the whole team: only then it says something about the link.</summary>
    public bool IsOfWholeTeam => OnlyPersonKey is null && OfRunId is null && Purpose is RunPurpose.Sync;
    public DateTimeOffset RequestedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? PlannedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Bumped at every committed change of the run, so that watchers see progress.</summary>
    public long Revision { get; set; }
    public string? PlanHash { get; set; }

    /// <summary>Hash of the preview a person saw and asked to apply; another plan is not applied (invariant 16).</summary>
    public string? WantedPlanHash { get; set; }

    /// <summary>Why it may write during a freeze; null: it may not.</summary>
    public string? FreezeOverride { get; set; }

    /// <summary>Hash of the plan a second person allowed: this one may go over the limits, no other.</summary>
    public string? ApprovedPlanHash { get; set; }

    /// <summary>The run whose plan somebody saw before this one: what changed since is shown (invariant 16).</summary>
    public Guid? ComparedRunId { get; set; }

    /// <summary>Why it was asked for, where that was asked.</summary>
    public string? RequestReason { get; set; }
    public Guid? ApprovalId { get; set; }

    /// <summary>One person allowed it alone, in an installation that chose so.</summary>
    public bool NotFourEyes { get; set; }

    /// <summary>When the first write was let through; a run taken over after that plans again without being asked again.</summary>
    public DateTimeOffset? BegunAt { get; set; }
    public string? ProblemCode { get; set; }
    public string? ProblemSentence { get; set; }
    public bool CancelRequested { get; set; }
    public string? CancelledByName { get; set; }
    public int Resumes { get; set; }
    public int TeamCount { get; set; }
    public int GroupCount { get; set; }
    public int ToAdd { get; set; }
    public int ToRemove { get; set; }
    public int Kept { get; set; }
    public int Skipped { get; set; }
    public int Waiting { get; set; }

    /// <summary>Items with an outcome, of <see cref="ToAdd"/> + <see cref="ToRemove"/>.</summary>
    public int Done { get; set; }
    public int Confirmed { get; set; }
    public int Pending { get; set; }
    public int Refused { get; set; }
    public int NotTried { get; set; }
    public int Calls { get; set; }
    public int? CallsLeftThisHour { get; set; }

    /// <summary>Until about when it waits for Apple's limit; null: it does not.</summary>
    public DateTimeOffset? WaitingUntil { get; set; }
}

internal sealed class RunItemRow
{
    public Guid Id { get; set; }
    public Guid RunId { get; set; }
    public int Ordinal { get; set; }
    public required string PersonKey { get; set; }
    public string? MemberId { get; set; }
    public string? Email { get; set; }
    public string? Name { get; set; }
    public string? TesterId { get; set; }
    public PlanAction Action { get; set; }
    public required string ReasonCode { get; set; }
    public required string Reason { get; set; }
    public ItemOutcome Outcome { get; set; }
    public string? OutcomeSentence { get; set; }
    public string? InviteState { get; set; }
    public int? AppleStatus { get; set; }
    public string? AppleCode { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? OutcomeAt { get; set; }
}

/// <summary>The membership ledger: person × link (invariant 10).</summary>
internal sealed class MembershipRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public required string PersonKey { get; set; }
    public string? MemberId { get; set; }
    public string? TesterId { get; set; }
    public MembershipOrigin Origin { get; set; }
    public string? OwnerName { get; set; }
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>When support last added this person by hand; counts for the day's adds.</summary>
    public DateTimeOffset? AddedByHandAt { get; set; }
    public DateTimeOffset FirstSeenAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When our add was confirmed; with <see cref="GoneSince"/> it tells "left at Apple" (invariant 21).</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }
    public DateTimeOffset? GoneSince { get; set; }
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>Who took this person out by hand; null: a sync did. Counts for the day's removals.</summary>
    public string? RemovedByName { get; set; }
    public string? InviteState { get; set; }
    public DateTimeOffset? InvitedAt { get; set; }
}

/// <summary>Person × link: never add, until, why.</summary>
internal sealed class SuppressionRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public required string PersonKey { get; set; }
    public DateTimeOffset? Until { get; set; }
    public required string Reason { get; set; }
    public required string CreatedByName { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
