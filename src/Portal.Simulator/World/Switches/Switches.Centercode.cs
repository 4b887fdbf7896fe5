namespace Portal.Simulator;

/// <summary>What the community's manager, or a broken answer, can do to a portal.</summary>
public sealed partial record Switches
{
    /// <summary>Centercode's API key is disabled: 401.</summary>
    public bool CentercodeKeyDisabled { get; init; }

    /// <summary>Centercode refuses our address: 403.</summary>
    public bool CentercodeRefusesAddress { get; init; }

    /// <summary>Data packages the community manager removed: 404.</summary>
    public IReadOnlyList<string> CentercodeRemovedPackages { get; init; } = [];

    /// <summary>Columns that vanished from every data package.</summary>
    public IReadOnlyList<string> CentercodeRemovedColumns { get; init; } = [];

    /// <summary>Data packages end after this many rows, cut at a row's end as if complete; 0 sends all.</summary>
    public int CentercodeCutsAfterRows { get; init; }
}
