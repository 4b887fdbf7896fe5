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

    /// <summary>F19: the last build that can be tested expires soon.</summary>
    public static Problem GroupGoesDark(DateTimeOffset end) => new("group-goes-dark",
        $"The group goes dark on {end.UtcDateTime:yyyy-MM-dd}: its last build that can be tested expires then. The app team uploads another before, and a program manager assigns it.")
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

    /// <summary>Invariant 37.</summary>
    public static readonly Problem UnassignUnconfirmed = new("unassign-unconfirmed",
        "Apple did not say whether it took the build from the group. Refresh the group in a minute; taking it again does no harm.")
    { Turn = Turn.Requester };

    /// <summary>Invariant 37: testers may have been mailed.</summary>
    public static readonly Problem NotifyUnconfirmed = new("notify-unconfirmed",
        "Apple did not say whether it told the testers. They may have had a mail; ask one of them before you notify again.")
    { Turn = Turn.Requester };

    /// <summary>Nothing was chosen.</summary>
    public static readonly Problem NothingChosen = new("build-choice-missing", "Choose at least one build and one group.") { Turn = Turn.Requester };

    /// <summary>More than one act should do.</summary>
    public static Problem TooManyChosen(int most) => new("build-choice-many", $"At most {most} assignments are changed at once. Choose fewer.") { Turn = Turn.Requester };

    /// <summary>No text.</summary>
    public static readonly Problem TextEmpty = new("build-text-empty", "Say in a few words what testers shall look at.") { Turn = Turn.Requester };

    /// <summary>Apple's limit.</summary>
    public static Problem TextTooLong(int bytes) => new("build-text-long", $"Apple takes at most {bytes:N0} bytes. Shorten the text.") { Turn = Turn.Requester };

    /// <summary>Apple refuses these characters.</summary>
    public static readonly Problem TextNotTaken = new("build-text-characters", "Apple takes no emoji and no < in this text. Take them out.") { Turn = Turn.Requester };

    /// <summary>F18: nobody could install it.</summary>
    public static Problem NotifyTooEarly(string version, string number, BuildState state) => new("notify-too-early",
        $"Nobody can test {version} ({number}) yet: {state.Word.ToLowerInvariant()}. {state.Next ?? "Wait until it can be tested."}")
    { Turn = Turn.AppTeam };
}
