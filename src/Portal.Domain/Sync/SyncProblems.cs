namespace Portal.Domain.Sync;

/// <summary>Failures of links and runs, in the portal's words.</summary>
public static partial class SyncProblems
{
    /// <summary>The code of <see cref="Frozen"/>.</summary>
    public const string FrozenCode = "link-frozen";

    /// <summary>A freeze wins over everything but a person's reason.</summary>
    public static Problem Frozen(DateTimeOffset until) => new(FrozenCode,
        $"The link is frozen until {until.UtcDateTime:d MMM yyyy HH:mm} UTC, so nothing was changed. It goes on by itself then; a program manager who can't wait syncs now and says why.")
    { Turn = Turn.ProgramManager };

    /// <summary>Reasons are read by people.</summary>
    public static readonly Problem ReasonTooLong = new("reason-too-long", "The reason is longer than 500 characters. Shorten it and try again.") { Turn = Turn.Requester };

    /// <summary>F7, invariant 3.</summary>
    public static readonly Problem GroupIsInternal = new("group-internal",
        "Apple only lets external groups be synced. A program manager chooses or creates an external group.")
    { Turn = Turn.ProgramManager };

    /// <summary>F6, invariant 5.</summary>
    public static Problem GroupGone(string name) => new("group-gone",
        $"The group \"{name}\" no longer exists at Apple. A program manager links another group; one made again under the same name is another group.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 4.</summary>
    public static readonly Problem GroupOfOtherApp = new("group-of-other-app",
        "The group belongs to another app than the link says, so nothing was changed. A program manager checks the link.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 4.</summary>
    public static readonly Problem OtherAppleTeam = new("other-apple-team",
        "The credential belongs to another Apple team than the link. A key custodian adds a key of the link's own team.")
    { Turn = Turn.KeyCustodian };

    /// <summary>F9, invariant 1.</summary>
    public static Problem GroupTaken(string holder) => new("group-taken",
        $"The group is already linked: {holder}. A group belongs to one link at a time; choose another group or retire that link.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 2.</summary>
    public static Problem ReleaseTypeTaken(string holder) => new("release-type-taken",
        $"The release type is already linked: {holder}. A release type has one link at a time; choose another or retire that link.")
    { Turn = Turn.ProgramManager };

    /// <summary>The credential cannot be used.</summary>
    public static Problem CredentialNotActive(string label, string status) => new("credential-not-active",
        $"The key \"{label}\" is {status}, so nothing can be read or written with it. A key custodian mends it on the credentials page.")
    { Turn = Turn.KeyCustodian };

    /// <summary>The link cannot be synced in its state.</summary>
    public static Problem LinkRetired() => new("link-retired", "The link is retired; its group and release type are free for another link.") { Turn = Turn.ProgramManager };

    /// <summary>No such row.</summary>
    public static readonly Problem LinkNotFound = new("link-not-found", "There is no such link. It may have been part of another installation.") { Turn = Turn.Requester };

    /// <summary>No such row.</summary>
    public static readonly Problem RunNotFound = new("run-not-found", "There is no such run. It may have been part of another installation.") { Turn = Turn.Requester };

    /// <summary>Cancelled too late.</summary>
    public static readonly Problem RunIsOver = new("run-is-over", "The run is over already, so there is nothing to cancel.") { Turn = Turn.Requester };

    /// <summary>Invariant 34.</summary>
    public static readonly Problem LinkIsPaused = new("link-paused", "The link is paused: it reads and shows drift, and writes nothing. A program manager resumes it or starts a sync by hand.") { Turn = Turn.ProgramManager };

    /// <summary>Invariant 13.</summary>
    public static Problem ShortRead(string what) => new("short-read", $"{what} could not be read to its end, so nothing was changed. The portal tries again by itself.");

    /// <summary>F17: said before a sync, not by Apple.</summary>
    public static readonly Problem NoTestableBuild = new("no-testable-build",
        "The group has no build that can be tested, so people can be put in and Apple invites nobody yet. A program manager assigns a build to the group; the next check sends the invitations.")
    { Turn = Turn.ProgramManager };

    /// <summary>A step the person left out.</summary>
    public static Problem Incomplete(string what) => new("link-incomplete", $"{what} is missing. Fill it in and try again.") { Turn = Turn.Requester };

    /// <summary>The wizard's question about Centercode's own sync.</summary>
    public static readonly Problem CentercodeSyncNotOff = new("centercode-sync-not-off",
        "Two syncs on one group undo each other. Switch Centercode's own TestFlight sync off for this release type and confirm it here.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 22: the old address stays when the new one did not get in.</summary>
    public static readonly Problem NewAddressNotIn = new("new-address-not-in", "The new address is not in the group yet, so the old one stays.");

    /// <summary>Accepted by Apple but not seen by the read-back.</summary>
    public static readonly Problem NotYetVisible = new("pending-at-apple", "Apple took it but does not show it yet. The next check looks again.");

    /// <summary>In the group, without Apple's invitation although there is a build to test (invariant 20).</summary>
    public static readonly Problem NotInvitedYet = new("not-invited-yet", "Is in the group, but Apple has not invited them yet although there is a build to test. The next check sends the invitation.");

    /// <summary>The run ended first.</summary>
    public static readonly Problem NotTried = new("not-tried", "The run ended before it was this person's turn.");

    /// <summary>F22.</summary>
    public static readonly Problem Stopped = new("cancelled", "Somebody cancelled the run; what was done stays done.");

    /// <summary>An unforeseen failure of ours.</summary>
    public static readonly Problem Unforeseen = new("run-failed", "The portal hit a fault of its own and stopped the run. An operator finds it in the log under the run's id; the next check starts afresh.") { Turn = Turn.Operator };

    /// <summary>A new link's first plan is applied by a person.</summary>
    public static readonly Problem FirstPlanByPerson = new("first-plan-by-person", "Nothing was synced yet. A program manager looks at a preview and starts the first sync by hand; from then on it runs by itself.") { Turn = Turn.ProgramManager };

    /// <summary>Code of <see cref="PlanChanged"/>.</summary>
    public const string PlanChangedCode = "plan-changed";

    /// <summary>Invariant 16: the preview a person agreed to is not what would be done now.</summary>
    public static Problem PlanChanged(int adds, int removals) => new(PlanChangedCode,
        $"The team or the group changed since the preview, so nothing was changed. The plan is now to add {adds} and remove {removals}: look at it below and start the sync again.")
    { Turn = Turn.Requester };

    /// <summary>A plan is applied under the rules it was made by.</summary>
    public static readonly Problem LinkChanged = new("link-changed",
        "Somebody changed the link's policy, paused it or decided about a person while this run was reading, so nothing more was written. Look at a new preview and start the sync again.")
    { Turn = Turn.Requester };

    /// <summary>Invariant 17: a run of one person is not the run of the team.</summary>
    public static Problem OnePersonUnderWay(string who) => new("one-person-under-way",
        $"{who} is syncing one person of this link right now. Start the sync of the whole team again in a moment.")
    { Turn = Turn.Requester };

    /// <summary>A file for a link that reads a Data Package.</summary>
    public static readonly Problem NotACsvLink = new("not-a-csv-link", "This link reads its team from a Data Package, so it takes no file.") { Turn = Turn.Requester };

    /// <summary>F8.</summary>
    public static readonly Problem AppNotVisible = new("app-not-visible", "This key does not see the app. An Apple admin checks that the app is in the key's team.") { Turn = Turn.AppleAdmin };

    /// <summary>Invariant 2, while the holder is a draft.</summary>
    public static Problem ReleaseTypeBegun(string holder) => new("release-type-begun",
        $"A link of this release type was begun and waits for its group: {holder}. Open it under Links and finish it, or retire it and begin again.")
    { Turn = Turn.Requester };

    /// <summary>Invariant 5: a name that somebody has cannot be given to a new group.</summary>
    public static Problem GroupNameTaken(string name) => new("group-name-taken",
        $"The app has a group named \"{name}\" already. Choose another name, or choose that group itself.")
    { Turn = Turn.Requester };

    /// <summary>Invariant 37: making the group may have worked.</summary>
    public static Problem GroupUnconfirmed(string name) => new("group-unconfirmed",
        $"Apple did not say whether it made the group \"{name}\". Wait two minutes, then finish linking: the portal looks first and makes the group only if it is not there.")
    { Turn = Turn.ProgramManager };

    /// <summary>Nothing can be read or written for a link without its group.</summary>
    public static readonly Problem LinkIsDraft = new("link-is-draft",
        "The link's group is not made yet, so there is nothing to sync to. A program manager finishes linking on the link's page.")
    { Turn = Turn.ProgramManager };

    /// <summary>A name or a whole address where a key belongs.</summary>
    public static Problem KeyMalformed(string what) => new("key-malformed",
        $"{what} is one part of an address, without spaces or slashes. Copy only that part: of …/projects/aurora/releaseTypes/beta the keys are aurora and beta.")
    { Turn = Turn.Requester };
}
