namespace Portal.Domain.TestFlight;

/// <summary>What stands in the way of giving builds to groups.</summary>
public static class TestFlightProblems
{
    /// <summary>Apple answers 422: <c>hasAccessToAllBuilds</c>.</summary>
    public static readonly Problem GroupGetsAllBuilds = new("group-gets-all-builds",
        "Apple sends every new build to this group by itself, so none can be assigned by hand. Nobody needs to do anything.");

    /// <summary>F19.</summary>
    public static Problem BuildExpired(string version, string number) => new("build-expired",
        $"{version} ({number}) has expired, so nobody could open it. Choose a newer build, or ask the app team to upload one.")
    { Turn = Turn.AppTeam };

    /// <summary>F18.</summary>
    public static Problem BuildNotReady(string version, string number, BuildState state) => new("build-not-ready",
        $"{version} ({number}) cannot be assigned yet: {state.Word.ToLowerInvariant()}. {state.Next ?? "Choose another build."}")
    { Turn = Turn.AppTeam };

    /// <summary>Only members of the Apple team may test it.</summary>
    public static Problem BuildInternalOnly(string version, string number) => new("build-internal-only",
        $"{version} ({number}) was uploaded for internal testing only, so external testers can never get it. Choose another build.")
    { Turn = Turn.Requester };

    /// <summary>422 for a build that looked ready.</summary>
    public static Problem BuildRefused(string version, string number) => new("build-not-ready",
        $"Apple does not let {version} ({number}) be assigned now: it is still being processed, its encryption answer is missing, or it has expired. The app team looks at the build at App Store Connect.")
    { Turn = Turn.AppTeam };

    /// <summary>Invariant 37.</summary>
    public static readonly Problem AssignUnconfirmed = new("assign-unconfirmed",
        "Apple did not say whether it assigned the build. Refresh the group in a minute; assigning it again does no harm.")
    { Turn = Turn.Requester };
}
