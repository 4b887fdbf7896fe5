namespace Portal.Domain.Credentials;

/// <summary>What the name of a key file tells about it.</summary>
public enum AppleKeyFileKind
{
    /// <summary>The name tells nothing: renamed, or not from Apple.</summary>
    Unknown,
    /// <summary><c>AuthKey_….p8</c>: an App Store Connect API key, but APNs, MusicKit and DeviceCheck keys have the same name.</summary>
    ApiOrServiceKey,
    /// <summary><c>SubscriptionKey_….p8</c>: an In-App Purchase key; it opens the App Store Server API, never App Store Connect.</summary>
    InAppPurchase,
}

/// <summary>A key file's name as Apple gives it, and the Key ID in it.</summary>
/// <param name="Kind">What kind of key the name belongs to.</param>
/// <param name="KeyId">The ten characters after the underscore; null when there are none.</param>
public sealed record AppleKeyName(AppleKeyFileKind Kind, string? KeyId)
{
    private const string Api = "AuthKey_";
    private const string InAppPurchase = "SubscriptionKey_";

    /// <summary>Reads a file name, with or without a folder and with the "(1)" a browser adds to a second download.</summary>
    public static AppleKeyName Parse(string? fileName)
    {
        var name = (fileName ?? "").Trim();
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        if (name.StartsWith(InAppPurchase, StringComparison.OrdinalIgnoreCase)) return new(AppleKeyFileKind.InAppPurchase, IdAfter(name, InAppPurchase));
        return name.StartsWith(Api, StringComparison.OrdinalIgnoreCase)
            ? new(AppleKeyFileKind.ApiOrServiceKey, IdAfter(name, Api))
            : new(AppleKeyFileKind.Unknown, null);
    }

    private static string? IdAfter(string name, string prefix)
    {
        var id = new string([.. name[prefix.Length..].TakeWhile(char.IsAsciiLetterOrDigit)]);
        return id.Length == Credentials.KeyId.Length ? id.ToUpperInvariant() : null;
    }
}
