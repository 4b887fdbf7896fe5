namespace Portal.Domain.Credentials;

// What stands in the way of storing, changing and depositing.
public static partial class CredentialProblems
{
    /// <summary>Longest label and note.</summary>
    public const int LongestLabel = 80, LongestNote = 500;

    /// <summary>No such credential.</summary>
    public static readonly Problem NotFound = Requester("credential-not-found", "There is no such credential. Go back to the list of credentials.");

    /// <summary>It is retired already.</summary>
    public static readonly Problem Retired = Requester("credential-is-retired", "This credential is retired. Add the key as a new credential if it is still needed.");

    /// <summary>No label.</summary>
    public static readonly Problem LabelMissing = Requester("label-missing", "The label is missing. Say whose key it is and what for, such as \"Acme team key for beta syncs\".");

    /// <summary>Label over <see cref="LongestLabel"/>.</summary>
    public static readonly Problem LabelTooLong = Requester("label-too-long", "A label has at most 80 characters. Shorten it.");

    /// <summary>Note over <see cref="LongestNote"/>.</summary>
    public static readonly Problem NoteTooLong = Requester("note-too-long", "A note has at most 500 characters. Shorten it.");

    /// <summary>A piece of a key where words belong: it would be shown to everybody who sees the label or the note.</summary>
    public static readonly Problem KeyInWords = Requester("key-in-words",
        "This text holds a piece of a private key, so nothing of it was stored. Write whose key it is and what for; the key itself goes into the field for the file.");

    /// <summary>No file was chosen.</summary>
    public static readonly Problem KeyFileMissing = Requester("key-file-missing", "No file was chosen. Choose the .p8 file Apple gave when the key was made.");

    /// <summary>The version is the one in use already.</summary>
    public static readonly Problem SameKey = Requester("key-is-the-same", "This is the key the credential has already. Make a new one at Apple and choose its file.");

    /// <summary>A key for another team, or a community's key for another community.</summary>
    public static readonly Problem OtherKind = Requester("credential-other-kind", "This credential is of another kind. Choose the credential the key belongs to.");

    /// <summary>Another number of requests in flight than there is to choose.</summary>
    public static readonly Problem RequestsInFlight = Requester("requests-in-flight", "A key has 4 requests on their way at a time, or 8. Choose one of them.");

    /// <summary>Held elsewhere, said to somebody who may not see credentials.</summary>
    public static readonly Problem KeyHeldSomewhere = Requester("key-held", "This key is stored in the portal already. Tell whoever sent you the link; nothing else is needed from you.");

    /// <summary>A link nobody gave, or cut short in a mail.</summary>
    public static readonly Problem DepositUnknown = Requester("deposit-unknown", "This link is not known. It may have been cut short in a mail: copy it whole, or ask for a new one.");

    /// <summary>A deposit link works until a key was seen to work.</summary>
    public static readonly Problem DepositFulfilled = Requester("deposit-fulfilled", "A key that works was deposited through this link already, so it is used up. If it was not you, tell whoever sent it.");

    /// <summary>Taken back.</summary>
    public static readonly Problem DepositWithdrawn = Requester("deposit-withdrawn", "This request was withdrawn. Nothing is needed from you.");

    /// <summary>Older than a week.</summary>
    public static readonly Problem DepositExpired = Requester("deposit-expired", "This link has expired: it worked for seven days. Ask whoever sent it for a new one.");

    /// <summary>Only somebody signed in may deposit.</summary>
    public static readonly Problem SignInToDeposit = Requester("deposit-sign-in", "Sign in first: the record says who deposited a key.");

    /// <summary>Not an address a mail can go to.</summary>
    public static readonly Problem MailAddressWrong = Requester("mail-address-wrong", "This is no e-mail address. Correct it, or copy the link and send it yourself.");

    /// <summary>Mail is not set up or did not go.</summary>
    public static readonly Problem MailNotSent = new("mail-not-sent",
        "The mail could not be sent. Copy the link and send it yourself; an operator looks at the section Mail of the settings.")
    { Turn = Turn.Operator };

    /// <summary>The Key ID or the key itself stands in another credential.</summary>
    public static Problem KeyHeld(string label, string owner) => Requester("key-held",
        $"This key is stored already, as \"{label}\", which {owner} answers for. Use that credential, or retire it first.");

    /// <summary>Links that are not retired use it.</summary>
    public static Problem StillUsed(IReadOnlyList<string> links) => new("credential-still-used",
        $"{(links.Count == 1 ? "One link uses" : $"{links.Count} links use")} this credential: {string.Join(", ", links)}. A program manager retires {(links.Count == 1 ? "it" : "them")} or moves {(links.Count == 1 ? "it" : "them")} to another credential first.")
    { Turn = Turn.ProgramManager };
}
