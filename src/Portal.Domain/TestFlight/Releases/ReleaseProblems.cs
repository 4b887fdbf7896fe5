namespace Portal.Domain.TestFlight.Releases;

/// <summary>What stands in the way of a release in Centercode.</summary>
public static class ReleaseProblems
{
    /// <summary>Centercode offers create only: sent again, there could be two.</summary>
    public static readonly Problem Unconfirmed = new("release-unconfirmed",
        "Centercode did not say whether it created the release, and it cannot be asked. A program manager looks at the project's releases in Centercode and says here: it is there, or create it again.")
    { Turn = Turn.ProgramManager };

    /// <summary>The portal stopped between sending and the answer.</summary>
    public static readonly Problem Interrupted = Unconfirmed with
    {
        Sentence = "The portal stopped while Centercode was asked for this release, so nobody knows whether it is there. A program manager looks at the project's releases in Centercode and says here: it is there, or create it again.",
    };

    /// <summary>One release per build and link, unless a person says otherwise.</summary>
    public static readonly Problem ThereAlready = new("release-there",
        "This build has a release, or one is on its way. Nothing was asked of Centercode.")
    { Turn = Turn.Requester };

    /// <summary>Only an unconfirmed release can be settled.</summary>
    public static readonly Problem NothingToSettle = new("release-settled",
        "Somebody has settled this release already. Look at the page again.")
    { Turn = Turn.Requester };

    /// <summary>There is no such release.</summary>
    public static readonly Problem NotFound = new("release-not-found", "There is no such release in the portal. Look at the link's page.") { Turn = Turn.Requester };

    /// <summary>Releases need a connection.</summary>
    public static readonly Problem NoConnection = new("release-no-connection",
        "Releases are made over a Centercode connection, and this link has none. A program manager chooses one in the link's build monitoring; if there is none yet, a key custodian adds it.")
    { Turn = Turn.ProgramManager };

    /// <summary>400, 404, 422: the project, the release type or the text.</summary>
    public static Problem Refused(int status) => new("release-refused",
        $"Centercode did not create the release ({status}): it knows no such project or release type, or refuses the text. A community manager checks the two keys of this link; then a program manager tries again.")
    { Turn = Turn.CommunityManager };

    /// <summary>A release needs Draft or Published.</summary>
    public static readonly Problem ModeMissing = new("release-mode-missing", "Say whether the release shall be Draft or Published.") { Turn = Turn.Requester };

    /// <summary>The build is not of the link's app.</summary>
    public static readonly Problem BuildOfOtherApp = new("release-build-not-found", "This build is not one of the app of this link. Choose one of its builds.") { Turn = Turn.Requester };

    /// <summary>An address cannot be read. Which one, not what it says.</summary>
    public static Problem AddressUnreadable(int number) => new("release-mail-unreadable", $"Address number {number} is no e-mail address. Mend it and save again.") { Turn = Turn.Requester };

    /// <summary>More addresses than a mail should have.</summary>
    public static Problem TooManyAddresses(int most) => new("release-mail-many", $"A link mails at most {most} addresses. Name a mailing list instead.") { Turn = Turn.Requester };
}
