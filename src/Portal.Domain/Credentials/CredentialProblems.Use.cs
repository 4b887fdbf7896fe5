using Portal.Domain.TestFlight;

namespace Portal.Domain.Credentials;

// What goes wrong with a credential after it was stored (F1, F5, F26).
public static partial class CredentialProblems
{
    /// <summary>Apple refuses a key that worked before (F1).</summary>
    public static readonly Problem KeyRevoked = new("key-revoked",
        "Apple refused the key several times in a row, and it worked before: it was revoked. An Apple admin makes a new team key with the role App Manager; a key custodian replaces the key here.")
    { Turn = Turn.AppleAdmin };

    /// <summary>Apple refuses a key that never worked (F1, F5).</summary>
    public static readonly Problem KeyNeverAccepted = new("key-never-accepted",
        "Apple refused the key at its first use. Either Key ID, Issuer ID and file do not belong together, or the key was revoked, or it is another kind: an individual key has no Issuer ID, an In-App Purchase key opens the App Store Server API, and keys for APNs, MusicKit and DeviceCheck are also named AuthKey_…. A key custodian compares the ids on Apple's page and adds a team key.")
    { Turn = Turn.KeyCustodian };

    /// <summary>The community refuses its API key (F26).</summary>
    public static readonly Problem ApiKeyRefused = new("api-key-refused",
        "The Centercode community refused the API key: it was disabled, or this portal's address is not on the key's allow-list. A community manager looks in Centercode's Integration center.")
    { Turn = Turn.CommunityManager };

    /// <summary>The problems that block a credential's links; a link blocked by one of them goes on by itself when the credential works again.</summary>
    public static readonly IReadOnlyList<string> CodesThatBlockLinks = [KeyRevoked.Code, KeyNeverAccepted.Code, ApiKeyRefused.Code, AppleProblems.KeyRefused.Code];

    /// <summary>Which of them a credential has that was refused several times in a row.</summary>
    public static Problem RefusedByItsServer(CredentialKind kind, bool workedBefore) =>
        kind is CredentialKind.CentercodeApiKey ? ApiKeyRefused : workedBefore ? KeyRevoked : KeyNeverAccepted;
}
