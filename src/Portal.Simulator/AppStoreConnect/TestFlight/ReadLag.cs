namespace Portal.Simulator.AppStoreConnect;

/// <summary>What reads show while Apple has not caught up with its own writes. Without lag it is the truth itself.</summary>
internal static class ReadLag
{
    public static IReadOnlyList<BetaTester> Testers(World world, BetaGroup group)
    {
        if (world.Switches.ReadLagSeconds <= 0)
        {
            return group.Testers.Values;
        }
        var horizon = Horizon(world);
        return [.. group.Left.Where(l => l.At > horizon && !group.Testers.ContainsKey(l.Tester.Id)).Select(l => l.Tester).Distinct(),
            .. group.Testers.Values.Where(t => group.Joined[t.Id] <= horizon)];
    }

    public static IReadOnlyList<BetaTester> Testers(World world, App app) => world.Switches.ReadLagSeconds <= 0
        ? app.Testers.Values
        : [.. app.Testers.Values.Where(t => t.Created <= Horizon(world))];

    public static IReadOnlyList<BetaGroup> Groups(World world, BetaTester tester)
    {
        if (world.Switches.ReadLagSeconds <= 0)
        {
            return tester.Groups.Values;
        }
        var horizon = Horizon(world);
        return [.. tester.App.Groups.Values.Where(g => g.Joined.TryGetValue(tester.Id, out var joined)
            ? joined <= horizon
            : g.Left.Exists(l => l.Tester == tester && l.At > horizon))];
    }

    private static DateTimeOffset Horizon(World world) => world.Now.AddSeconds(-world.Switches.ReadLagSeconds);
}
