namespace Portal.Domain.Sync;

/// <summary>One thing to do on Centercode's side before a team can be synced.</summary>
/// <param name="What">What is to be so.</param>
/// <param name="IsDone">Whether it is; null: the portal cannot see it.</param>
/// <param name="Turn">Who does it.</param>
/// <param name="How">How, in words that need no other page.</param>
/// <param name="Seen">What the portal sees of it; null: nothing.</param>
public sealed record CentercodeStep(string What, bool? IsDone, Turn Turn, string How, string? Seen = null);

/// <summary>What the portal knows of Centercode's side so far.</summary>
public sealed record CentercodeSide
{
    /// <summary>A Data Package, or a file.</summary>
    public required SourceKind Source { get; init; }
    /// <summary>Whether a working connection was chosen; null: not known yet.</summary>
    public bool? HasConnection { get; init; }
    /// <summary>Whether the team was read from its source; null: not tried yet.</summary>
    public bool? Reads { get; init; }
    /// <summary>Members read; null: not read yet.</summary>
    public int? Members { get; init; }
    /// <summary>Those without an Apple e-mail; null: not known yet.</summary>
    public int? WithoutAppleEmail { get; init; }
    /// <summary>Whether a person confirmed that Centercode's own sync is off.</summary>
    public bool OwnSyncIsOff { get; init; }
}

/// <summary>What is to be done on Centercode's side, in its order, so that no other page has to be open.</summary>
public static class CentercodeChecklist
{
    /// <summary>The steps as they stand.</summary>
    public static IReadOnlyList<CentercodeStep> Of(CentercodeSide side)
    {
        var isFile = side.Source is SourceKind.Csv;
        var account = new CentercodeStep("Apple account e-mails are collected", side.WithoutAppleEmail switch { null => null, 0 => true, _ => false }, Turn.CommunityManager,
            "The Apple account e-mail is a field of each user's account. Make it optional or required there, or ask for it in the project through a notice. Whoever has none yet waits here and is listed, nobody fails.",
            side.WithoutAppleEmail switch { null => null, 0 => "everybody read has one", 1 => "1 member has none yet", var some => $"{some:N0} members have none yet" });
        var team = new CentercodeStep("The testers are in one team", side.Members is null ? null : side.Members > 0, Turn.CommunityManager,
            "Put them into the project's team by hand, by import or by a macro. Who joins the team is invited, who leaves it goes; a macro that moves many is held here before the first change.",
            side.Members is { } members ? $"{members:N0} read" : null);
        var key = new CentercodeStep("The portal has an API key", side.HasConnection, Turn.KeyCustodian,
            "Integrations have to be enabled for the community. A community manager makes the key in its Integration center and, if its list of allowed addresses is used, adds this portal's; a key custodian stores it under Credentials. One key of the portal's own: disabling a key breaks every integration on it.");
        var package = new CentercodeStep("A Data Package lists the team", side.Reads, Turn.CommunityManager,
            "Save a report over users, filtered by the team, as a Data Package, JSON or CSV. Its columns: a user id that stays, the Apple account e-mail, and if you like first and last name, log-in e-mail and the team. All rows in one answer. Copy its address; without any key in it.");
        var file = new CentercodeStep("A file lists the team", side.Reads, Turn.CommunityManager,
            "Export the team's users as CSV with a user id that stays and the Apple account e-mail. A program manager uploads it here whenever the team changed.");
        var off = new CentercodeStep("Centercode's own TestFlight sync is off for this group", side.OwnSyncIsOff ? true : null, Turn.CommunityManager,
            "In the release type's TestFlight settings take the mapping of team and group away. Two syncs on one group undo each other: one adds whom the other removes.",
            side.OwnSyncIsOff ? "confirmed by a person" : null);
        return isFile ? [account, team, file, off] : [account, team, key, package, off];
    }
}
