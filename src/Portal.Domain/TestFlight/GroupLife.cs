namespace Portal.Domain.TestFlight;

/// <summary>How long a group has something to test (F19).</summary>
public static class GroupLife
{
    /// <summary>When the last of the builds expires; a build still prepared or ended early does not count.</summary>
    /// <param name="builds">The group's builds as listed.</param>
    /// <param name="all">Whether that is every one of them.</param>
    /// <param name="before">What was found last time.</param>
    /// <param name="now">The time of the look.</param>
    /// <returns>Null: there is no build, or some may have been left out.</returns>
    public static DateTimeOffset? Until(IReadOnlyList<Build> builds, bool all, DateTimeOffset? before, DateTimeOffset now)
    {
        if (!all || builds.Count == 0) return null;
        var open = builds.Where(build => !build.Expired && build.ProcessingState is null or "VALID").ToList();
        if (open.Any(build => build.ExpirationDate is null)) return null;
        if (open.Max(build => build.ExpirationDate) is { } end) return end;
        // All were ended early: dark since the first look that saw it, or since the day it was known for.
        return builds.All(build => build.Expired) ? before <= now ? before : now : null;
    }
}
