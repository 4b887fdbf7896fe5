namespace Portal.Domain.Sync;

/// <summary>The ways to learn what a plan needs. All of them are complete; they differ in calls.</summary>
public enum ReadWay
{
    /// <summary>The mirror alone: the probe of the app agrees with it.</summary>
    Mirror,
    /// <summary>Every tester of each group that needs it.</summary>
    Groups,
    /// <summary>Every tester of the app with their groups: all groups of the app at once, and who is known to it.</summary>
    App,
    /// <summary>The people concerned by their addresses.</summary>
    Addresses,
}

/// <summary>What has to be known, in counts.</summary>
/// <param name="Groups">Testers of each group whose membership has to be read exactly; null where Apple does not count.</param>
/// <param name="LookUps">Calls a look-up of the addresses would take of which it is not known whether the app knows them.</param>
/// <param name="AppTesters">Testers of the app, as far as known; null: not known, so the app is not read.</param>
public sealed record ReadNeeds(IReadOnlyList<int?> Groups, int LookUps, int? AppTesters);

/// <summary>The cheapest complete way and what it costs.</summary>
/// <param name="Calls">Requests at Apple, beside the probe.</param>
public sealed record ReadChoice(ReadWay Way, int Calls)
{
    /// <summary>Rows of a page.</summary>
    public const int PageSize = 200;

    /// <summary>Testers whose number is not known are taken for one page: the group itself is the only way to them.</summary>
    public static int Pages(int? rows) => Math.Max(1, ((rows ?? 0) + PageSize - 1) / PageSize);

    /// <summary>Chooses how to read memberships and look people up. On a tie the narrower read wins.</summary>
    public static ReadChoice Of(ReadNeeds needs)
    {
        var groups = needs.Groups.Sum(Pages) + needs.LookUps;
        if (needs.Groups.Count == 0 && needs.LookUps == 0) return new(ReadWay.Mirror, 0);
        if (needs.AppTesters is { } testers && Pages(testers) < groups) return new(ReadWay.App, Pages(testers));
        return new(needs.Groups.Count == 0 ? ReadWay.Addresses : ReadWay.Groups, groups);
    }

    /// <summary>Chooses how to see who of some people is in a group: by their addresses or the whole group.</summary>
    /// <param name="lookUps">Calls to look them up.</param>
    /// <param name="members">Testers the group is thought to have.</param>
    public static ReadChoice OfReadBack(int lookUps, int? members) =>
        members is { } count && Pages(count) < lookUps ? new(ReadWay.Groups, Pages(count)) : new(ReadWay.Addresses, lookUps);
}
