using Portal.Domain;
using Portal.Domain.Sync;

namespace Portal.Services.Sync;

/// <summary>A link as lists and its page show it. Times are UTC.</summary>
public sealed record LinkView
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>Centercode project.</summary>
    public required string ProjectName { get; init; }
    /// <summary>Centercode project key.</summary>
    public required string ProjectKey { get; init; }
    /// <summary>Release type.</summary>
    public required string ReleaseTypeName { get; init; }
    /// <summary>Release type key.</summary>
    public required string ReleaseTypeKey { get; init; }
    /// <summary>Team in Centercode.</summary>
    public required string TeamName { get; init; }
    /// <summary>Data Package or CSV.</summary>
    public required SourceKind SourceKind { get; init; }
    /// <summary>Data Package address without a key; empty for CSV.</summary>
    public required string SourceUrl { get; init; }
    /// <summary>Which column holds what.</summary>
    public required ColumnMapping Mapping { get; init; }
    /// <summary>Apple credential.</summary>
    public required Guid CredentialId { get; init; }
    /// <summary>Centercode connection, where the source is a Data Package.</summary>
    public Guid? ConnectionId { get; init; }
    /// <summary>App id at Apple.</summary>
    public required string AppId { get; init; }
    /// <summary>App's name when last read.</summary>
    public required string AppName { get; init; }
    /// <summary>Group id at Apple; empty in a draft whose group is not made yet.</summary>
    public required string GroupId { get; init; }
    /// <summary>Group's name when last read.</summary>
    public required string GroupName { get; init; }
    /// <summary>The internal group made only to set this link up, while it is still at Apple.</summary>
    public string? SetupGroupName { get; init; }
    /// <summary>Why it was not removed; null while nobody tried.</summary>
    public Problem? SetupGroupProblem { get; init; }
    /// <summary>What a sync may do.</summary>
    public required SyncPolicy Policy { get; init; }
    /// <summary>Where it stands.</summary>
    public required LinkState State { get; init; }
    /// <summary>Why it is blocked, or why the last check failed.</summary>
    public Problem? Problem { get; init; }
    /// <summary>Whether the first plan has been applied by a person.</summary>
    public required bool FirstApplied { get; init; }
    /// <summary>Next check; null when none is due.</summary>
    public DateTimeOffset? NextDueAt { get; init; }
    /// <summary>Until when the check under way waits for Apple's limit; null: none waits.</summary>
    public DateTimeOffset? WaitingUntil { get; init; }

    /// <summary>Checks and runs that failed one after the other; the rest between them grows.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>In quarantine: it failed so often in a row that its next try is further away than usual.</summary>
    public bool IsQuarantined => State is LinkState.Active && FailuresInARow >= BackOff.QuarantineFrom;

    /// <summary>Since when the schedule only looks, though the link is active; null: it may write.</summary>
    public DateTimeOffset? LooksOnlySince { get; init; }
    /// <summary>Why, and what ends it.</summary>
    public string? LooksOnlyBecause { get; init; }
    /// <summary>People Apple refused who are not tried now; told of one link, 0 in a list.</summary>
    public int Resting { get; init; }
    /// <summary>The run of the last of these refusals.</summary>
    public Guid? RestingRunId { get; init; }

    /// <summary>The end of the freeze the link is in; null: not frozen.</summary>
    public DateTimeOffset? FrozenUntil { get; init; }
    /// <summary>Since when checks have found nothing to do.</summary>
    public DateTimeOffset? UnchangedSince { get; init; }
    /// <summary>When both sides were last compared: the team read to its end, the group too or counted.</summary>
    public DateTimeOffset? LastCheckAt { get; init; }
    /// <summary>When every tester of the group was last read for that.</summary>
    public DateTimeOffset? LastExactCheckAt { get; init; }
    /// <summary>Checks since anything changed: the folded line "unchanged 14:00–17:35, 43 checks".</summary>
    public int ChecksSinceChange { get; init; }
    /// <summary>Team, group and drift as last read; null before the first read.</summary>
    public int? TeamCount { get; init; }
    /// <summary>Testers in the group.</summary>
    public int? GroupCount { get; init; }
    /// <summary>People a sync would add.</summary>
    public int? DriftToAdd { get; init; }
    /// <summary>People a sync would remove.</summary>
    public int? DriftToRemove { get; init; }
    /// <summary>Testers in the group that no sync put there.</summary>
    public int? Unmanaged { get; init; }
    /// <summary>Members without an Apple e-mail.</summary>
    public int? WaitingForEmail { get; init; }
    /// <summary>The run that is under way, if any.</summary>
    public Guid? UnfinishedRunId { get; init; }
    /// <summary>The run that waits for a second person, if any.</summary>
    public Guid? HeldRunId { get; init; }
    /// <summary>The last run.</summary>
    public Guid? LastRunId { get; init; }
    /// <summary>Who made the link and when.</summary>
    public required string CreatedByName { get; init; }
    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>"Aurora / Beta → Aurora iOS / Team", for titles.</summary>
    public string Title => $"{TeamName} → {GroupName}";
}

/// <summary>What the wizard hands over.</summary>
public sealed record NewLink
{
    /// <summary>Centercode project key.</summary>
    public required string ProjectKey { get; init; }
    /// <summary>Its name; the key where left blank.</summary>
    public string ProjectName { get; init; } = "";
    /// <summary>Release type key.</summary>
    public required string ReleaseTypeKey { get; init; }
    /// <summary>Its name; the key where left blank.</summary>
    public string ReleaseTypeName { get; init; } = "";
    /// <summary>Team; with a mapped team column only rows of it count.</summary>
    public required string TeamName { get; init; }
    /// <summary>Data Package or CSV.</summary>
    public required SourceKind SourceKind { get; init; }
    /// <summary>Connection, for a Data Package.</summary>
    public Guid? ConnectionId { get; init; }
    /// <summary>Address of the Data Package.</summary>
    public string SourceUrl { get; init; } = "";
    /// <summary>The uploaded file, for CSV.</summary>
    public CsvFile? Csv { get; init; }
    /// <summary>Confirmed by a person.</summary>
    public required ColumnMapping Mapping { get; init; }
    /// <summary>Apple credential.</summary>
    public required Guid CredentialId { get; init; }
    /// <summary>App id.</summary>
    public required string AppId { get; init; }
    /// <summary>An existing external group; null with <see cref="NewGroupName"/>.</summary>
    public string? GroupId { get; init; }
    /// <summary>Name of a new, dedicated external group to create.</summary>
    public string? NewGroupName { get; init; }
    /// <summary>Where the app has no internal group, make one first and remove it once the new group is there.</summary>
    public bool SetupGroup { get; init; }
    /// <summary>Policy; defaults where the person folded it away.</summary>
    public SyncPolicy Policy { get; init; } = new();
    /// <summary>"I switched Centercode's own sync off for this group."</summary>
    public bool CentercodeSyncIsOff { get; init; }
}

/// <summary>An uploaded file.</summary>
public sealed record CsvFile(string Name, byte[] Content);

/// <summary>A group the wizard offers, or greys out with a reason.</summary>
/// <param name="MayChoose">False: internal or taken; <paramref name="Because"/> says why and by whom.</param>
public sealed record GroupChoice(string GroupId, string Name, bool IsInternal, int? TesterCount, bool MayChoose, Problem? Because, Guid? HolderLinkId);
