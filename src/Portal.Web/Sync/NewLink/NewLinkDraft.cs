using System.Text.Json.Serialization;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.Centercode;
using Portal.Services.Sync;

namespace Portal.Web.Sync.NewLink;

/// <summary>What the wizard has been told so far. It lives with the page and is kept when the circuit is paused; a file is asked for again then.</summary>
public sealed class NewLinkDraft
{
    /// <summary>The steps as the address names them, in order.</summary>
    public static readonly IReadOnlyList<(string Key, string Title)> Steps = [("project", "Project"), ("source", "Team"), ("group", "TestFlight group"), ("review", "Review")];

    public string ProjectKey { get; set; } = "";
    public string ProjectName { get; set; } = "";
    public string ReleaseTypeKey { get; set; } = "";
    public string ReleaseTypeName { get; set; } = "";

    public SourceKind SourceKind { get; set; }
    public Guid? ConnectionId { get; set; }
    public string Address { get; set; } = "";
    [JsonIgnore] public CsvFile? Csv { get; set; }
    public ColumnMapping? Mapping { get; set; }
    public string TeamName { get; set; } = "";

    /// <summary>Read and without a problem under the mapping chosen.</summary>
    public bool SourceReads { get; set; }
    public int Members { get; set; }

    public Guid? CredentialId { get; set; }
    public string AppId { get; set; } = "";
    public string AppName { get; set; } = "";
    public bool NewGroup { get; set; } = true;
    public string NewGroupName { get; set; } = "";

    /// <summary>The app has no internal group, as Apple's list or Apple's refusal says.</summary>
    public bool NoInternalGroup { get; set; }
    /// <summary>Apple refused the group for want of one: asked again where it was refused.</summary>
    public bool InternalWanted { get; set; }
    /// <summary>The portal may make one first and remove it afterwards.</summary>
    public bool SetupGroup { get; set; } = true;
    public string? GroupId { get; set; }
    public string GroupName { get; set; } = "";
    public int? GroupTesters { get; set; }

    /// <summary>The answer to "manage them?"; null: not asked or not answered.</summary>
    public bool? Adopt { get; set; }
    public bool CentercodeSyncIsOff { get; set; }
    public SyncPolicy Policy { get; set; } = new();

    /// <summary>What the wizard knows of Centercode's side so far.</summary>
    [JsonIgnore]
    public CentercodeSide Centercode => new()
    {
        Source = SourceKind, HasConnection = SourceReads || ConnectionId is not null ? true : null, Reads = SourceReads ? true : null, Members = SourceReads ? Members : null, OwnSyncIsOff = CentercodeSyncIsOff,
    };

    /// <summary>Where the source is read.</summary>
    public TeamSource? Source => SourceKind is SourceKind.Csv
        ? Csv is { } file ? TeamSource.CsvFile(file.Content) : null
        : ConnectionId is { } connection && Address.Trim().Length > 0 ? TeamSource.DataPackage(connection, Address.Trim()) : null;

    /// <summary>The first thing a step still needs, in words; null when it is done.</summary>
    public string? Missing(string step) => step switch
    {
        "project" when Blank(ProjectKey) => "Name the Centercode project by its key.",
        "project" when NewLinkRules.KeyProblem("The project key", ProjectKey) is { } bad => bad.Sentence,
        "project" when NewLinkRules.KeyProblem("The release type key", ReleaseTypeKey) is { } bad => bad.Sentence,
        "project" when Blank(ReleaseTypeKey) => "Name the release type by its key.",
        "source" when SourceKind is SourceKind.Csv && Csv is null => "Choose the team's CSV file.",
        "source" when !SourceReads || Mapping is null => "Read the source and confirm which column holds what.",
        "source" when Blank(TeamName) => "Choose the team.",
        "group" when CredentialId is null || AppId.Length == 0 => "Choose the app.",
        "group" when NewGroup && Blank(NewGroupName) => "Name the new group.",
        "group" when !NewGroup && GroupId is null => "Choose a group.",
        "group" when AsksToAdopt && Adopt is null => "Say what becomes of the people who are in the group already.",
        "review" when !CentercodeSyncIsOff => "Switch Centercode's own TestFlight sync off for this release type, and confirm it.",
        _ => null,
    };

    /// <summary>Whether the chosen group holds people already.</summary>
    public bool AsksToAdopt => !NewGroup && GroupTesters is > 0;

    /// <summary>Whether there is something to say about an internal group first.</summary>
    public bool AsksForInternal => NewGroup && NoInternalGroup;

    /// <summary>The first step that is not done before <paramref name="wanted"/>; otherwise <paramref name="wanted"/>.</summary>
    public string Reachable(string? wanted)
    {
        foreach (var (key, _) in Steps)
        {
            if (key == wanted || Missing(key) is not null) return key;
        }
        return Steps[^1].Key;
    }

    /// <summary>What the service is asked for.</summary>
    public Portal.Services.Sync.NewLink ToNewLink() => new()
    {
        ProjectKey = ProjectKey, ProjectName = ProjectName, ReleaseTypeKey = ReleaseTypeKey, ReleaseTypeName = ReleaseTypeName, TeamName = TeamName,
        SourceKind = SourceKind, ConnectionId = SourceKind is SourceKind.DataPackage ? ConnectionId : null, SourceUrl = SourceKind is SourceKind.DataPackage ? Address : "",
        Csv = SourceKind is SourceKind.Csv ? Csv : null, Mapping = Mapping!, CredentialId = CredentialId!.Value, AppId = AppId,
        GroupId = NewGroup ? null : GroupId, NewGroupName = NewGroup ? NewGroupName : null, SetupGroup = AsksForInternal && SetupGroup,
        Policy = Policy with { AdoptMatching = AsksToAdopt && Adopt is true }, CentercodeSyncIsOff = CentercodeSyncIsOff,
    };

    private static bool Blank(string text) => string.IsNullOrWhiteSpace(text);
}
