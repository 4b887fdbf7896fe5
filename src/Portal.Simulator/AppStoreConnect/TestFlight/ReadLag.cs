namespace Portal.Simulator.AppStoreConnect;

/// <summary>What reads show while Apple has not caught up with its own writes. Without lag it is the truth itself.</summary>
internal static class ReadLag
{
    public static IReadOnlyList<BetaTester> Testers(World world, BetaGroup group)
    {
        if (IsOff(world))
        {
            return group.Testers.Values;
        }
        var horizon = Horizon(world);
        return [.. group.Left.Where(t => !group.Testers.ContainsKey(t.Id) && t.WasIn(group, horizon)), .. group.Testers.Where(t => t.WasIn(group, horizon) && IsListed(world, t))];
    }

    public static IReadOnlyList<BetaTester> Testers(World world, App app) => IsOff(world) ? app.Testers.Values : [.. app.Testers.Where(t => IsListed(world, t))];

    public static IReadOnlyList<BetaGroup> Groups(World world, BetaTester tester)
    {
        if (IsOff(world))
        {
            return tester.Groups.Values;
        }
        var horizon = Horizon(world);
        return [.. tester.Groups.Values.Concat(tester.Stays.Select(s => s.Group)).Distinct().Where(g => tester.WasIn(g, horizon))];
    }

    /// <summary>What meta.paging.total says about these rows.</summary>
    public static int Total(World world, IReadOnlyList<object> rows) => world.Switches.TotalLagSeconds is var lag and > 0 && rows is Roster<BetaTester> { CountAt: { } countAt }
        ? countAt(world.Now.AddSeconds(-lag)) : rows.Count;

    /// <summary>Whether lists show this tester already.</summary>
    public static bool IsListed(World world, BetaTester tester) =>
        tester.Created <= Horizon(world) && tester.Created <= world.Now.AddMilliseconds(-world.Switches.NewTesterLagMilliseconds);

    public static IReadOnlyList<Build> Builds(World world, IReadOnlyList<Build> builds) =>
        world.Switches.NewBuildLagSeconds <= 0 ? builds : [.. builds.Where(b => IsThere(world, b))];

    public static Build? Build(World world, string id) => world.Builds.GetValueOrDefault(id) is { } build && IsThere(world, build) ? build : null;

    /// <summary>Whether this build answers already; a build on its way up is a 404.</summary>
    public static bool IsThere(World world, Build build) => world.Switches.NewBuildLagSeconds <= 0 || build.Uploaded <= world.Now.AddSeconds(-world.Switches.NewBuildLagSeconds);

    private static bool IsOff(World world) => world.Switches is { ReadLagSeconds: <= 0, NewTesterLagMilliseconds: <= 0 };

    private static DateTimeOffset Horizon(World world) => world.Now.AddSeconds(-world.Switches.ReadLagSeconds);
}
