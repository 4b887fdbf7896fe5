namespace Portal.Services.Data;

/// <summary>A tester as last seen at Apple. Never what a removal is decided by: the people concerned are read again first.</summary>
internal sealed class MirrorTesterRow
{
    // Ids are per app (invariant 5), and an app is one of an Apple team's.
    public required string IssuerId { get; set; }
    public required string AppId { get; set; }
    public required string TesterId { get; set; }

    /// <summary>Matching key (invariant 6); null for those who came by a public link without an address.</summary>
    public string? EmailKey { get; set; }
    public string? Email { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? InviteType { get; set; }
    public string? State { get; set; }

    /// <summary>Ids of the groups it is in, each between spaces: " a b ".</summary>
    public string Groups { get; set; } = " ";
    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>A group as last read to its end.</summary>
internal sealed class MirrorGroupRow
{
    public required string IssuerId { get; set; }
    public required string AppId { get; set; }
    public required string GroupId { get; set; }

    /// <summary>When every tester of it was last read to the end; null: never, so the mirror's part of it says nothing.</summary>
    public DateTimeOffset? ExactAt { get; set; }

    /// <summary>What the probe showed of its builds when they were last looked at closely, and whether one could be tested then.</summary>
    public string? BuildsMark { get; set; }
    public bool HasTestableBuild { get; set; }
    public DateTimeOffset? BuildsAt { get; set; }
}
