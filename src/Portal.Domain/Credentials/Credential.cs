namespace Portal.Domain.Credentials;

/// <summary>What a credential opens.</summary>
public enum CredentialKind
{
    /// <summary>An App Store Connect team key: Key ID, Issuer ID and a <c>.p8</c> file.</summary>
    AppleTeamKey,
    /// <summary>A Centercode connection: community address and API key.</summary>
    CentercodeApiKey,
}

/// <summary>Where a credential stands.</summary>
public enum CredentialStatus
{
    /// <summary>Stored, not yet seen to work.</summary>
    Unverified,
    /// <summary>Authenticates and reads.</summary>
    Active,
    /// <summary>Refused several times in a row (invariant 23).</summary>
    Failing,
    /// <summary>Its sealed secret cannot be opened (F33).</summary>
    Locked,
    /// <summary>No longer used.</summary>
    Retired,
}
