namespace Portal.Domain.TestFlight;

/// <summary>An app as App Store Connect lists it. Ids are opaque.</summary>
public sealed record AppleApp(string Id, string Name, string BundleId);

/// <summary>A beta group. Null: Apple did not report it.</summary>
/// <param name="Id">Opaque; a group deleted and made again under the same name is another group (invariant 5).</param>
/// <param name="AppId">The app it belongs to.</param>
/// <param name="Name">A label, never an identity.</param>
/// <param name="IsInternal"><c>isInternalGroup</c>.</param>
/// <param name="HasAccessToAllBuilds">Automatic distribution; internal groups only, null on external ones.</param>
/// <param name="TesterCount"><c>meta.paging.total</c> of its testers.</param>
public sealed record BetaGroup(string Id, string AppId, string Name, bool IsInternal, bool? HasAccessToAllBuilds, int? TesterCount)
{
    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset? CreatedDate { get; init; }
    /// <summary>Whether anyone with the link may join.</summary>
    public bool? PublicLinkEnabled { get; init; }
    /// <summary>The link.</summary>
    public string? PublicLink { get; init; }
    /// <summary>How many may join through it, where limited.</summary>
    public int? PublicLinkLimit { get; init; }
    /// <summary>Whether testers may send feedback.</summary>
    public bool? FeedbackEnabled { get; init; }
}

/// <summary>A build with the parts the portal shows. States are Apple's words; unknown ones are kept as they came (invariant 36).</summary>
public sealed record Build(string Id, string AppId, string Version, string Number, string Platform)
{
    /// <summary>PROCESSING, FAILED, INVALID, VALID or a word of later.</summary>
    public string? ProcessingState { get; init; }
    /// <summary><c>buildBetaDetails.internalBuildState</c>.</summary>
    public string? InternalState { get; init; }
    /// <summary><c>buildBetaDetails.externalBuildState</c>.</summary>
    public string? ExternalState { get; init; }
    /// <summary><c>buildBetaDetails.autoNotifyEnabled</c>.</summary>
    public bool? AutoNotifyEnabled { get; init; }
    /// <summary>Id of its <c>buildBetaDetails</c>; null where Apple did not name it.</summary>
    public string? DetailId { get; init; }
    /// <summary>Uploaded, UTC.</summary>
    public DateTimeOffset? UploadedDate { get; init; }
    /// <summary>Goes dark, UTC.</summary>
    public DateTimeOffset? ExpirationDate { get; init; }
    /// <summary>Whether it has.</summary>
    public bool Expired { get; init; }
    /// <summary>INTERNAL_ONLY or APP_STORE_ELIGIBLE.</summary>
    public string? AudienceType { get; init; }
    /// <summary>Ids of groups it is assigned to, as <c>include=betaGroups</c> reports.</summary>
    public IReadOnlyList<string> GroupIds { get; init; } = [];
    /// <summary>Testers assigned without a group.</summary>
    public int? IndividualTesterCount { get; init; }
    /// <summary>WAITING_FOR_REVIEW, IN_REVIEW, REJECTED, APPROVED.</summary>
    public string? ReviewState { get; init; }
}

/// <summary>A beta tester of one app: ids are per app (invariant 5), so the same address has another id elsewhere.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Email">Null for anonymous testers who came by a public link (invariant 8).</param>
/// <param name="InviteType">EMAIL, PUBLIC_LINK or a word of later.</param>
/// <param name="State">NOT_INVITED, INVITED, ACCEPTED, INSTALLED, REVOKED or a word of later; null without an app context.</param>
public sealed record BetaTester(string Id, string? Email, string? FirstName, string? LastName, string? InviteType, string? State)
{
    /// <summary>Groups of the app it is in, where they were asked for.</summary>
    public IReadOnlyList<string> GroupIds { get; init; } = [];
    /// <summary>How many groups it is in, where Apple counted them.</summary>
    public int? GroupCount { get; init; }
}

/// <summary>What testers are asked to test, in one language.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Locale">Such as <c>en-US</c>.</param>
/// <param name="Text">Null where Apple made the language and nobody wrote anything.</param>
public sealed record BuildText(string Id, string Locale, string? Text);

/// <summary>Where Apple tells of an app's events; its secret is never read.</summary>
public sealed record AppleWebhook(string Id, string Url, bool? Enabled);
