using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Whose token it is, and whether Apple would take it. Caller holds the world's gate.</summary>
internal static class TokenCheck
{
    private static readonly HashSet<string> IgnoredByScope = ["limit", "cursor", "sort"];

    /// <summary>The compact token of the Authorization header, or null.</summary>
    public static string? Bearer(string? header) =>
        header is not null && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The key the token names, before anything about it is checked.</summary>
    public static string? KeyId(string token) => Part(token, 0) is { } header ? Text(header, "kid") : null;

    /// <exception cref="AppleException">Apple would answer 401, or 400 for an empty scope.</exception>
    public static TeamKey Verify(World world, string? token, string method, string path, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        if (token is null || Part(token, 0) is not { } header || Part(token, 1) is not { } claims
            || Text(header, "alg") != "ES256" || Text(header, "typ") != "JWT"
            || Text(header, "kid") is not { } keyId || world.Keys.Find(keyId) is not { Revoked: null } key
            || !SignatureHolds(token, key.PublicKey)
            || Text(claims, "iss") != world.IssuerId || !IsForAppStoreConnect(claims) || !IsInTime(world, claims))
        {
            throw new AppleException(AppleError.NotAuthorized);
        }
        CheckScope(claims, method, path, query);
        key.LastUsed = world.Now;
        return key;
    }

    private static bool SignatureHolds(string token, ECDsa key)
    {
        var dot = token.LastIndexOf('.');
        return Decode(token[(dot + 1)..]) is { Length: 64 } signature
            && key.VerifyData(Encoding.ASCII.GetBytes(token[..dot]), signature, HashAlgorithmName.SHA256);
    }

    private static bool IsForAppStoreConnect(JsonElement claims) => claims.TryGetProperty("aud", out var audience) && audience.ValueKind switch
    {
        JsonValueKind.String => audience.GetString() == "appstoreconnect-v1",
        JsonValueKind.Array => audience.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.GetString() == "appstoreconnect-v1"),
        _ => false,
    };

    private static bool IsInTime(World world, JsonElement claims)
    {
        var now = world.Now.ToUnixTimeSeconds();
        return Seconds(claims, "exp") is { } expires && Seconds(claims, "iat") is { } issued
            && now < expires && issued <= now + world.Switches.FutureTokenSeconds && expires - issued <= 1200;
    }

    private static void CheckScope(JsonElement claims, string method, string path, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        if (!claims.TryGetProperty("scope", out var scope))
        {
            return;
        }
        if (scope.ValueKind != JsonValueKind.Array || scope.GetArrayLength() == 0)
        {
            throw new AppleException(AppleError.BadJson);
        }
        var asked = Comparable(query);
        if (method != "GET" || !scope.EnumerateArray().Any(entry => Allows(entry.GetString() ?? "", path, asked)))
        {
            throw new AppleException(AppleError.NotAuthorized);
        }
    }

    private static bool Allows(string entry, string path, string asked)
    {
        if (!entry.StartsWith("GET ", StringComparison.Ordinal))
        {
            return false;
        }
        var parts = entry[4..].Split('?', 2);
        return parts[0] == path && Comparable(parts.Length > 1 ? Query.Split(parts[1]) : []) == asked;
    }

    private static string Comparable(IEnumerable<KeyValuePair<string, string>> query) =>
        string.Join('&', query.Where(p => !IgnoredByScope.Contains(p.Key)).Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal));

    private static JsonElement? Part(string token, int index)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || Decode(parts[index]) is not { } bytes)
        {
            return null;
        }
        try
        {
            var element = JsonDocument.Parse(bytes).RootElement;
            return element.ValueKind == JsonValueKind.Object ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Seconds(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) ? seconds : null;
}
