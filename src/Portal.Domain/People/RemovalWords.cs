using Portal.Domain.TestFlight;

namespace Portal.Domain.People;

/// <summary>What a removal from a group ends and what it does not. Apple's own texts disagree, so "access revoked" is never said (invariant 12).</summary>
public static class RemovalWords
{
    /// <summary>After the removal.</summary>
    /// <param name="builds">The group's builds; null: not read.</param>
    /// <param name="otherGroups">Other groups of the app the person is in (F31).</param>
    /// <param name="now">The time, UTC.</param>
    public static string Done(IReadOnlyList<Build>? builds, int otherGroups, DateTimeOffset now) => $"Removed from the group; {Keeps(builds, now)}.{Elsewhere(otherGroups)}";

    /// <summary>Before it, in the question.</summary>
    public static string Asked(string groupName, IReadOnlyList<Build>? builds, int otherGroups, DateTimeOffset now) =>
        $"Takes this person out of {groupName} and no other group. They {Keeps(builds, now)}.{Elsewhere(otherGroups)}";

    /// <summary>"may keep builds already there until they expire, at the latest on …".</summary>
    public static string Keeps(IReadOnlyList<Build>? builds, DateTimeOffset now)
    {
        if (builds is null) return "may keep builds already there until those expire";
        var last = builds.Where(build => !build.Expired && build.ExpirationDate > now).Max(build => build.ExpirationDate);
        return last is null ? "have no build of this group that is not expired" : $"may keep builds already there until they expire, at the latest on {last.Value.UtcDateTime:d MMM yyyy}";
    }

    private static string Elsewhere(int groups) => groups switch
    {
        0 => "",
        1 => " They are in 1 other group of this app and go on testing there.",
        _ => $" They are in {groups} other groups of this app and go on testing there.",
    };
}
