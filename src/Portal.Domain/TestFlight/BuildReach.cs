namespace Portal.Domain.TestFlight;

/// <summary>How a build comes to somebody.</summary>
public enum ReachWay
{
    /// <summary>The group was given this build.</summary>
    GroupAssignment,
    /// <summary>The group has access to all builds.</summary>
    AllBuilds,
    /// <summary>Testers were given it without a group.</summary>
    Individuals,
}

/// <summary>One way a build reaches testers.</summary>
/// <param name="Way">How.</param>
/// <param name="Group">The group; null for individuals.</param>
/// <param name="Testers">How many it reaches this way, where Apple counted them.</param>
/// <param name="Now">Whether they can install it at this moment.</param>
/// <param name="Sure">False where Apple's documents disagree: a build older than the group with access to all builds.</param>
public sealed record ReachLine(ReachWay Way, BetaGroup? Group, int? Testers, bool Now, bool Sure = true)
{
    /// <summary>The way in words.</summary>
    public string InWords => (Way, Sure) switch
    {
        (ReachWay.GroupAssignment, _) => "Assigned to the group",
        (ReachWay.AllBuilds, true) => "The group gets every build",
        (ReachWay.AllBuilds, false) => "The group gets every build; this one is older than the group, so perhaps not",
        _ => "Given to them without a group",
    };
}

/// <summary>Who gets which build and how.</summary>
public static class BuildReach
{
    /// <summary>Every way this build reaches testers: groups by assignment, groups with access to all builds, individuals; in this order.</summary>
    /// <param name="build">The build, with the groups Apple lists on it. Apple leaves groups with access to all builds out at times.</param>
    /// <param name="groups">All groups of its app.</param>
    public static IReadOnlyList<ReachLine> Of(Build build, IReadOnlyList<BetaGroup> groups, DateTimeOffset now)
    {
        var lines = new List<ReachLine>();
        foreach (var group in groups.Where(group => group.AppId == build.AppId))
        {
            if (!IsForBoth(build) && !group.IsInternal) continue;
            var listed = build.GroupIds.Contains(group.Id);
            var testable = build.IsTestable(group.IsInternal, now);
            if (group.HasAccessToAllBuilds is true)
            {
                lines.Add(new(ReachWay.AllBuilds, group, group.TesterCount, testable, listed || !(build.UploadedDate < group.CreatedDate)));
            }
            else if (listed)
            {
                lines.Add(new(ReachWay.GroupAssignment, group, group.TesterCount, testable));
            }
        }
        if (build.IndividualTesterCount is > 0) lines.Add(new(ReachWay.Individuals, null, build.IndividualTesterCount, build.IsTestable(false, now) || build.IsTestable(true, now)));
        return [.. lines.OrderBy(line => line.Way).ThenBy(line => line.Group?.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The builds that reach a group, in the order given.</summary>
    public static IReadOnlyList<(Build Build, ReachLine Line)> OfGroup(BetaGroup group, IReadOnlyList<Build> builds, DateTimeOffset now) =>
        [.. builds.SelectMany(build => Of(build, [group], now).Where(line => line.Group is not null).Select(line => (build, line)))];

    // INTERNAL_ONLY builds never reach external groups.
    private static bool IsForBoth(Build build) => build.AudienceType is not "INTERNAL_ONLY";
}
