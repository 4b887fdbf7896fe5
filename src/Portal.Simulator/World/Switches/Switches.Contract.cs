namespace Portal.Simulator;

/// <summary>Tokens, scopes, roles, parameters and documents. "Section" is of the reference of Apple's API.</summary>
public sealed partial record Switches
{
    /// <summary>Links in documents begin with this in place of the address the simulator was called at, as "https://api.appstoreconnect.apple.com"; empty keeps the address.</summary>
    public string Origin { get; init; } = "";

    /// <summary>A token without iat is refused. Off: published clients send none, and the life counts from now (section 3).</summary>
    public bool IssueTimeRequired { get; init; }

    /// <summary>Seconds an expired token is still taken: seen, "sometimes for minutes" (section 3).</summary>
    public int ExpiredTokenSeconds { get; init; }

    /// <summary>A token with the claim bid is refused: one project's word, unverified (section 3).</summary>
    public bool BundleClaimRefused { get; init; }

    /// <summary>A revoked key answers 403 FORBIDDEN_ERROR in place of 401: Apple's table and what was seen conflict (section 3).</summary>
    public bool RevokedKeyForbidden { get; init; }

    /// <summary>A token of an individual key works only with a scope: one user's report, unverified (section 3).</summary>
    public bool IndividualKeyNeedsScope { get; init; }

    /// <summary>A request that no entry of the token's scope matches answers 403 in place of 401: open (section 10, point 5).</summary>
    public bool ScopeMismatchForbidden { get; init; }

    /// <summary>A request may add filters to those of the scope's entry: unverified (section 3). Off: all but limit, cursor and sort must be equal.</summary>
    public bool ScopeAllowsMore { get; init; }

    /// <summary>A Marketing key may read builds, groups and testers: open (section 10, point 10).</summary>
    public bool MarketingReads { get; init; } = true;

    /// <summary>A Customer Support key may read testers; builds and groups it reads always: open (section 10, point 10).</summary>
    public bool SupportReadsTesters { get; init; }

    /// <summary>A Marketing key may write test information (localizations, review details): unverified (section 3).</summary>
    public bool MarketingWritesTestInformation { get; init; } = true;

    /// <summary>The team's membership has lapsed: every call answers 403 (section 3).</summary>
    public bool MembershipLapsed { get; init; }

    /// <summary>A method a path does not have answers 405 in place of 403 "does not allow": Apple's status table names both (section 5).</summary>
    public bool WrongMethodIs405 { get; init; }

    /// <summary>A write without the body it needs answers 409 in place of 400: unverified (section 11, P0-7).</summary>
    public bool MissingBodyConflicts { get; init; }

    /// <summary>meta.paging holds no total, which Apple's document leaves optional (section 5).</summary>
    public bool NoTotals { get; init; }

    /// <summary>meta.paging holds nextCursor, which Apple's document allows and nobody recorded (section 5).</summary>
    public bool NextCursors { get; init; }

    /// <summary>A tester's state is null where no app, group or build is named in the request: section 6.</summary>
    public bool StateNeedsApp { get; init; }
}
