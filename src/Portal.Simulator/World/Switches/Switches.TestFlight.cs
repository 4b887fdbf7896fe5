using System.Text.Json.Serialization;

namespace Portal.Simulator;

/// <summary>What POST betaTesterInvitations with an app and no tester does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InvitationWithoutTester>))]
public enum InvitationWithoutTester
{
    /// <summary>409: the relationship is required.</summary>
    Refused,

    /// <summary>Everybody of the app who has not accepted gets a mail again.</summary>
    ReachesEverybody,
}

/// <summary>How builds, review and testers go on by themselves. Times pass on the simulator's clock; 0 means only when moved by hand.</summary>
public sealed partial record Switches
{
    /// <summary>A new group with access to all builds also receives the builds that are there already. Both were seen.</summary>
    public bool AllBuildsBackfill { get; init; } = true;

    /// <summary>Seconds a new build is processed; 0 makes it ready at once.</summary>
    public int ProcessingSeconds { get; init; }

    /// <summary>New builds come without the answer about encryption: MISSING_EXPORT_COMPLIANCE until it is given.</summary>
    public bool UploadsMissCompliance { get; init; }

    /// <summary>Seconds from "uses encryption" to the end of Apple's look at it.</summary>
    public int ComplianceReviewSeconds { get; init; }

    /// <summary>Seconds a submission waits for review.</summary>
    public int ReviewWaitSeconds { get; init; }

    /// <summary>Seconds a review lasts.</summary>
    public int ReviewSeconds { get; init; }

    /// <summary>The outcome of reviews that no script decides is a rejection.</summary>
    public bool ReviewRejects { get; init; }

    /// <summary>Once a build of a version was approved, the next one is approved on submission.</summary>
    public bool LaterBuildsSkipReview { get; init; }

    /// <summary>Submissions an app may make in 24 hours; 0 is no limit. Over it: 422.</summary>
    public int SubmissionsPerDay { get; init; } = 6;

    /// <summary>Seconds an approved build shows BETA_APPROVED before auto-notify turns it into IN_BETA_TESTING, or else READY_FOR_BETA_TESTING. The order is unverified.</summary>
    public int ApprovedSeconds { get; init; }

    /// <summary>Seconds until an invited tester accepts.</summary>
    public int AcceptSeconds { get; init; }

    /// <summary>Seconds until a tester who accepted installs.</summary>
    public int InstallSeconds { get; init; }

    /// <summary>A tester who stopped testing stays in lists, but deleting them answers 404.</summary>
    public bool RevokedCannotBeDeleted { get; init; } = true;

    /// <summary>An external group needs an internal one first, as at Apple's page. The code is invented.</summary>
    public bool ExternalGroupNeedsInternal { get; init; }

    /// <summary>Re-sending an invitation to one tester is refused: the relationship is marked deprecated in 4.4.1. The code is unverified.</summary>
    public bool InvitationToTesterRefused { get; init; }

    /// <summary>What an invitation with an app alone does; nobody knows.</summary>
    public InvitationWithoutTester InvitationWithoutTester { get; init; }
}
