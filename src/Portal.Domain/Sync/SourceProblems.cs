using System.Globalization;

namespace Portal.Domain.Sync;

/// <summary>Failures of a team's source: a Data Package of a Centercode connection or an uploaded CSV file (F10, F25, F26, F39).</summary>
public static class SourceProblems
{
    /// <summary>Not an address at all, or one with a name and password in it.</summary>
    public static readonly Problem AddressUnreadable = new("source-address-unreadable",
        "This is not the address of a Data Package. Open the Data Package in Centercode, copy its whole address and paste it here.")
    { Turn = Turn.Requester };

    /// <summary>Plain http.</summary>
    public static readonly Problem AddressNotHttps = new("source-address-not-https",
        "The Data Package's address starts with http. The API key may only travel over https; copy the https address from Centercode.")
    { Turn = Turn.Requester };

    /// <summary>The URL's host is not the connection's.</summary>
    public static Problem ForeignHost(string host, string community) => new("source-foreign-host",
        $"The Data Package's address is on {host}, the connection is for {community}. The key is only ever sent to its own community; use an address of that community, or choose the other connection.")
    { Turn = Turn.Requester };

    /// <summary>The name leads to a private, loopback or link-local address.</summary>
    public static readonly Problem PrivateAddress = new("source-private-address",
        "The community's address leads into a private network. The portal sends keys to public addresses only; a key custodian checks the connection's address.")
    { Turn = Turn.KeyCustodian };

    /// <summary>A 3xx answer; not followed.</summary>
    public static readonly Problem Redirected = new("source-redirected",
        "Centercode sent the portal to another address, which it does not follow with a key. Copy the Data Package's address again; it may have moved.")
    { Turn = Turn.CommunityManager };

    /// <summary>F26, 401.</summary>
    public static readonly Problem KeyRefused = new("source-key-refused",
        "Centercode refused the API key: it was disabled or replaced. A community manager looks at the key in Centercode's Integration center; a key custodian stores the new one here. The last good team list is kept.")
    { Turn = Turn.CommunityManager };

    /// <summary>F26, 403.</summary>
    public static readonly Problem Forbidden = new("source-forbidden",
        "Centercode answered, but does not let this key in from here. A community manager checks the key's IP allow-list and whether it may read this Data Package. The last good team list is kept.")
    { Turn = Turn.CommunityManager };

    /// <summary>F26, 404 or 410.</summary>
    public static readonly Problem PackageGone = new("source-package-gone",
        "The Data Package is no longer at its address. A community manager looks whether it was deleted or renamed; a program manager then pastes the new address. The last good team list is kept.")
    { Turn = Turn.CommunityManager };

    /// <summary>429, 5xx.</summary>
    public static Problem Unavailable(int status) => new("source-unavailable",
        $"Centercode is busy or out of order just now (status {status.ToString(CultureInfo.InvariantCulture)}). The portal tries again at the next check; nothing was changed.");

    /// <summary>Any other status.</summary>
    public static Problem UnexpectedStatus(int status) => new("source-unexpected-answer",
        $"Centercode answered with status {status.ToString(CultureInfo.InvariantCulture)}, which the portal does not know. A community manager opens the Data Package's address and looks.")
    { Turn = Turn.CommunityManager };

    /// <summary>No connection, name not found, certificate refused.</summary>
    public static readonly Problem Unreachable = new("source-unreachable",
        "The community could not be reached: the name was not found, the connection was refused or its certificate is not valid. The portal tries again at the next check; if it stays, an operator checks the way out of this network.");

    /// <summary>Longer than the time-out.</summary>
    public static readonly Problem TimedOut = new("source-timed-out",
        "Centercode took too long to answer. The portal tries again at the next check; if it stays, a community manager makes the Data Package smaller.");

    /// <summary>The connection ended before the answer did.</summary>
    public static readonly Problem CutShort = new("source-cut-short",
        "The team list ended in the middle. Nothing is planned from half a list; the portal reads it again at the next check.");

    /// <summary>Above the cap.</summary>
    public static Problem TooLarge(int mebibytes) => new("source-too-large",
        $"The team list is larger than {mebibytes.ToString(CultureInfo.InvariantCulture)} MiB. Leave out columns or rows that are not needed.")
    { Turn = Turn.CommunityManager };

    /// <summary>A page instead of data, mostly the sign-in page.</summary>
    public static readonly Problem Html = new("source-html",
        "A web page came instead of data, most likely a sign-in page. Copy the address of the Data Package itself, not of the page that shows it; for a file, export it as CSV.")
    { Turn = Turn.CommunityManager };

    /// <summary>Nothing in it, not even a header.</summary>
    public static readonly Problem NothingInIt = new("source-nothing-in-it",
        "There is nothing in it, not even column names. A team without members still has its header line; export it again.")
    { Turn = Turn.CommunityManager };

    /// <summary>Neither UTF-8 nor UTF-16.</summary>
    public static readonly Problem Encoding = new("source-encoding",
        "The text is not in UTF-8, so letters such as é would be lost. Save it as \"CSV UTF-8\" and try again.")
    { Turn = Turn.Requester };

    /// <summary>JSON that is no list of flat objects.</summary>
    public static readonly Problem NotRows = new("source-not-rows",
        "The answer is JSON, but no list of rows. Set the Data Package to give one row for each user.")
    { Turn = Turn.CommunityManager };

    /// <summary>The source itself says there is more.</summary>
    public static readonly Problem MorePages = new("source-more-pages",
        "Centercode sent only a part of the team list and says that there is more. Set the Data Package to give all rows at once; nothing is planned from a part.")
    { Turn = Turn.CommunityManager };

    /// <summary>A row with fewer or more cells than the header.</summary>
    public static Problem RowMisshapen(int row) => new("source-row-misshapen",
        $"Row {row.ToString(CultureInfo.InvariantCulture)} does not have the same number of columns as the header, so the list may be cut or shifted. Export it again; if it stays, look at that row.")
    { Turn = Turn.CommunityManager };

    /// <summary>A quote that never ends, a stray quote, a key twice in one object.</summary>
    public static Problem RowUnreadable(int row) => new("source-row-unreadable",
        $"Row {row.ToString(CultureInfo.InvariantCulture)} cannot be read: its quotes or names do not match up. Export the list again; if it stays, look at that row.")
    { Turn = Turn.CommunityManager };

    /// <summary>Invariant 13: a vanished column is never "all blank".</summary>
    public static Problem ColumnGone(string column) => new("source-column-gone",
        $"The column \"{column}\" is no longer in the team list. Nothing is changed until a community manager puts it back or a program manager maps another one.")
    { Turn = Turn.ProgramManager };

    /// <summary>Which of the two is meant cannot be told.</summary>
    public static Problem ColumnTwice(string column) => new("source-column-twice",
        $"The team list has the column \"{column}\" twice, so the portal cannot tell which one is meant. A community manager renames one of them.")
    { Turn = Turn.CommunityManager };

    /// <summary>Without its id a member cannot be told from another.</summary>
    public static Problem IdMissing(int row) => new("source-id-missing",
        $"Row {row.ToString(CultureInfo.InvariantCulture)} has no user id. Nothing is planned, for a person without an id could be taken for one who left; fill it in or map another id column.")
    { Turn = Turn.CommunityManager };

    /// <summary>F39.</summary>
    public static Problem CountDisagrees(int rows) => new("source-count-disagrees",
        $"The team list holds {rows.ToString(CultureInfo.InvariantCulture)} rows, its own count says another number: it was cut short in Centercode. Nothing is changed; a community manager looks at the Data Package's row limit.")
    { Turn = Turn.CommunityManager };

    /// <summary>More columns or rows than any team has.</summary>
    public static readonly Problem TooManyCells = new("source-too-many-cells",
        "The list has more rows or columns than any team (200,000 rows, 500 columns). Leave out what is not needed.")
    { Turn = Turn.CommunityManager };

    /// <summary>A CSV link to which nothing was uploaded yet.</summary>
    public static readonly Problem NoUpload = new("source-no-upload",
        "No CSV file was uploaded for this link yet. A program manager uploads one; the link syncs on upload.")
    { Turn = Turn.ProgramManager };

    /// <summary>The connection of a link is missing, retired or of another kind.</summary>
    public static readonly Problem NoConnection = new("source-no-connection",
        "The Centercode connection of this link is not in use any more. A program manager chooses another, or a key custodian stores a new one.")
    { Turn = Turn.ProgramManager };
}
