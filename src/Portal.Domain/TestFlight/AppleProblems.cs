namespace Portal.Domain.TestFlight;

/// <summary>What can go wrong between the portal and Apple, in the portal's words.</summary>
public static class AppleProblems
{
    /// <summary>F1, F5: 401 with a fresh token too.</summary>
    public static readonly Problem KeyRefused = new("apple-key-refused",
        "Apple refused the key: it was revoked, or it is not a team key, or its Key ID and Issuer ID do not belong together. An Apple admin looks under Users and Access, Integrations, and makes a new App Manager team key if it is gone; a key custodian adds it here.")
    { Turn = Turn.AppleAdmin };

    /// <summary>The credential was retired while something still counted on it.</summary>
    public static readonly Problem CredentialGone = new("credential-retired",
        "This credential is retired, so nothing is signed with it any more. A key custodian adds another key of the same Apple team.")
    { Turn = Turn.KeyCustodian };

    /// <summary>F3.</summary>
    public static readonly Problem RoleTooSmall = new("apple-role-too-small",
        "Apple does not let this key do that: it needs the role App Manager. A key's role cannot be raised, so an Apple admin makes a new App Manager key and a key custodian adds it here.")
    { Turn = Turn.AppleAdmin };

    /// <summary>F4.</summary>
    public static readonly Problem AgreementMissing = new("apple-agreement-missing",
        "Apple answers nothing until an agreement is accepted. The Account Holder of the Apple team signs in to App Store Connect and accepts it; a few minutes later everything goes on.")
    { Turn = Turn.AccountHolder };

    /// <summary>The yearly membership of the developer programme ran out.</summary>
    public static readonly Problem MembershipLapsed = new("apple-membership-lapsed",
        "Apple says that the team's developer membership is not active. The Account Holder of the Apple team renews it.")
    { Turn = Turn.AccountHolder };

    /// <summary>F8.</summary>
    public static readonly Problem NotVisible = new("apple-not-visible",
        "Apple does not show this to the key: the app was transferred to another team, or the key's role does not reach it. An Apple admin checks the app and the key's role.")
    { Turn = Turn.AppleAdmin };

    /// <summary>F6, F8: 404.</summary>
    public static readonly Problem NotFound = new("apple-not-found",
        "Apple knows nothing under this id any more: it was deleted, or belongs to another team. A program manager checks at App Store Connect; something new with the same name is something else.")
    { Turn = Turn.ProgramManager };

    /// <summary>F11.</summary>
    public static readonly Problem AddressRefused = new("apple-address-refused",
        "Apple does not accept this as an e-mail address. Support asks the tester for the address of their Apple account.")
    { Turn = Turn.Support };

    /// <summary>F21.</summary>
    public static readonly Problem AppFull = new("apple-app-full",
        "The app has as many external testers as Apple allows. A program manager makes room by removing testers who are inactive.")
    { Turn = Turn.ProgramManager };

    /// <summary>The invitation was accepted before.</summary>
    public static readonly Problem InvitationAccepted = new("apple-invitation-accepted",
        "Apple sent no invitation: this tester has accepted one already.");

    /// <summary>Apple marks sending an invitation to one tester as deprecated: what is said once it is gone. Nothing else is asked of Apple instead: with the app alone nobody knows whom it would reach.</summary>
    public static readonly Problem InvitationNotOffered = new("apple-invitation-not-offered",
        "Apple no longer lets the portal send an invitation again to one tester. Support asks the tester to search their mail, junk too, for \"TestFlight\" and open the first invitation. If it is gone, a program manager sends it at App Store Connect: TestFlight, the group, the tester, Resend Invite.")
    { Turn = Turn.Support };

    /// <summary>F17.</summary>
    public static readonly Problem NoTestableBuild = new("apple-no-testable-build",
        "Apple sent no invitation: no group of this tester has a build that can be tested. A program manager assigns one.")
    { Turn = Turn.ProgramManager };

    /// <summary>F22.</summary>
    public static readonly Problem RateLimited = new("apple-rate-limit",
        "Apple asks the portal to slow down: this key has used up its requests for now. Nobody needs to do anything; it goes on within the hour.");

    /// <summary>F22: told to whoever waits at the screen, with the end of it.</summary>
    /// <param name="until">When the key has calls again.</param>
    /// <param name="now">The time.</param>
    public static Problem RateLimitedUntil(DateTimeOffset until, DateTimeOffset now) => RateLimited with
    {
        Sentence = $"This key has used up the requests Apple allows for now. Nobody needs to do anything; there are more in about {Minutes(until - now)}, at {until.UtcDateTime:HH:mm} UTC.",
    };

    private static string Minutes(TimeSpan wait) => wait < TimeSpan.FromMinutes(1) ? $"{Math.Max(1, Math.Ceiling(wait.TotalSeconds))} seconds"
        : Math.Ceiling(wait.TotalMinutes) is var minutes && minutes == 1 ? "a minute" : $"{minutes} minutes";

    /// <summary>F23: no answer.</summary>
    public static readonly Problem NoAnswer = new("apple-no-answer",
        "Apple did not answer. Nobody needs to do anything; the portal tries again. If it lasts, an operator checks that this machine reaches Apple.");

    /// <summary>F24.</summary>
    public static readonly Problem AnswerBroken = new("apple-answer-broken",
        "Apple's answer was cut short or is not what its API promises. Nobody needs to do anything; the portal reads again.");

    /// <summary>More bytes than a page of Apple's can have.</summary>
    public static readonly Problem AnswerTooLarge = new("apple-answer-too-large",
        "The answer was larger than any of Apple's can be, so the portal stopped reading. An operator checks what stands between this machine and Apple.")
    { Turn = Turn.Operator };

    /// <summary>F24: pages that lead in a circle.</summary>
    public static readonly Problem PagesLoop = new("apple-pages-loop",
        "Apple's list leads back to a page that was read before, so nobody can tell whether it is whole. Nobody needs to do anything; the portal reads again.");

    /// <summary>F24: a next page at another host. The key is never sent there.</summary>
    public static readonly Problem ForeignPage = new("apple-foreign-page",
        "A list of Apple's named its next page at another address. The portal did not go there. An operator checks what stands between this machine and Apple.")
    { Turn = Turn.Operator };

    /// <summary>F24: one id on two pages.</summary>
    public static readonly Problem Repeated = new("apple-list-repeats",
        "Apple's list changed while it was read: an entry came twice, so another may be missing. Nobody needs to do anything; the portal reads again.");

    /// <summary>F34.</summary>
    /// <param name="seconds">How far apart the clocks are; negative: ours is behind.</param>
    public static Problem ClockSkew(int seconds) => new("clock-skew",
        $"This machine's clock is {Math.Abs(seconds)} seconds {(seconds > 0 ? "ahead of" : "behind")} Apple's, so the portal signs nothing. An operator sets the clock.")
    { Turn = Turn.Operator };

    /// <summary>F23: 5xx.</summary>
    public static Problem ServerFailed(int status) => new("apple-server-failed",
        $"Apple answered with a failure of its own ({status}). Nobody needs to do anything; the portal tries again.");

    /// <summary>F24: <c>meta.paging.total</c> says otherwise.</summary>
    public static Problem CountDiffers(int read, int total) => new("apple-count-differs",
        $"Apple counts {total} but listed {read}, so the list is not taken for whole. Nobody needs to do anything; the portal reads again.");

    /// <summary>F14: any other 409.</summary>
    public static Problem Conflict(string code) => new("apple-conflict",
        $"Apple refused this because of the state of something else ({code}). Support looks at the tester and the group at App Store Connect.")
    { Turn = Turn.Support };

    /// <summary>422.</summary>
    public static Problem Unprocessable(string code) => new("apple-unprocessable",
        $"Apple understood this and does not allow it now ({code}). A program manager looks at the group and its builds.")
    { Turn = Turn.ProgramManager };

    /// <summary>A relationship named something Apple does not know, or of another kind or app.</summary>
    public static readonly Problem LinkageInvalid = new("apple-linkage-invalid",
        "Apple does not know one of the entries named in this request any more. Nobody needs to do anything; the portal reads again and goes on with the others.");

    /// <summary>A group of this name exists.</summary>
    public static readonly Problem NameTaken = new("apple-name-taken",
        "The app has a group of this name already. Choose another name, or use that group.")
    { Turn = Turn.Requester };

    /// <summary>F18: processing, missing compliance, expired.</summary>
    public static readonly Problem BuildNotTestable = new("apple-build-not-testable",
        "Apple does not give this build to testers now: it is being processed, lacks its export compliance, or has expired. The app team looks at the build at App Store Connect.")
    { Turn = Turn.AppTeam };

    /// <summary>A group with access to all builds takes none by hand.</summary>
    public static readonly Problem GroupTakesAllBuilds = new("apple-group-takes-all-builds",
        "This internal group receives every build by itself, so none is assigned to it by hand. Nobody needs to do anything.");

    /// <summary>F18.</summary>
    public static readonly Problem AnotherBuildInReview = new("apple-another-build-in-review",
        "Another build of the same version is in Apple's beta review. Nobody needs to do anything until it is through; or the app team expires that build.");

    /// <summary>F18: submitted before, or not ready.</summary>
    public static readonly Problem NotReviewable = new("apple-build-not-reviewable",
        "Apple does not take this build for beta review now: it was submitted before, or is not ready. The app team looks at the build at App Store Connect.")
    { Turn = Turn.AppTeam };

    /// <summary>Six submissions in 24 hours.</summary>
    public static readonly Problem SubmissionLimit = new("apple-submission-limit",
        "Apple takes no more builds of this app for beta review today. Nobody needs to do anything; there is room again within 24 hours.");

    /// <summary>Made with tools Apple does not accept for external testers.</summary>
    public static readonly Problem SdkNotAllowed = new("apple-sdk-not-allowed",
        "Apple does not let external testers have this build, because of the tools it was made with. The app team makes one with a released version of Xcode.")
    { Turn = Turn.AppTeam };

    /// <summary>400, 405 and the like: the portal asked wrongly.</summary>
    public static Problem RequestRefused(int status, string code) => new("apple-request-refused",
        $"Apple did not understand the portal's request ({status} {code}). This is a fault of the portal; an operator reports it with this code.")
    { Turn = Turn.Operator };
}
