using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Whose token it is, and whether Apple would take it. Caller holds the world's gate.</summary>
internal static class TokenCheck
{
    /// <summary>Seconds. Longer is taken only for resources none of which is TestFlight's, so here never, with a scope or without.</summary>
    private const long LongestLife = 1200;

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
            || Text(header, "kid") is not { } keyId || world.Keys.Find(keyId) is not { } key
            || !SignatureHolds(token, key.PublicKey)
            || !IsOfItsIssuer(world, key, claims) || !IsForAppStoreConnect(claims) || !IsInTime(world, claims)
            || (world.Switches.BundleClaimRefused && claims.TryGetProperty("bid", out _)))
        {
            throw new AppleException(AppleError.NotAuthorized);
        }
        if (key.Revoked is not null)
        {
            throw new AppleException(world.Switches.RevokedKeyForbidden ? AppleError.Forbidden : AppleError.NotAuthorized);
        }
        CheckScope(world.Switches, key, claims, method, path, query);
        key.LastUsed = world.Now;
        return key;
    }

    private static bool SignatureHolds(string token, ECDsa key)
    {
        var dot = token.LastIndexOf('.');
        return Decode(token[(dot + 1)..]) is { Length: 64 } signature
            && key.VerifyData(Encoding.ASCII.GetBytes(token[..dot]), signature, HashAlgorithmName.SHA256);
    }

    /// <summary>A team key's token names the issuer; an individual key's names "user" as subject, and no issuer.</summary>
    private static bool IsOfItsIssuer(World world, TeamKey key, JsonElement claims) => key.IsIndividual
        ? !claims.TryGetProperty("iss", out _) && Text(claims, "sub") == "user"
        : Text(claims, "iss") == world.IssuerId;

    private static bool IsForAppStoreConnect(JsonElement claims) => claims.TryGetProperty("aud", out var audience) && audience.ValueKind switch
    {
        JsonValueKind.String => audience.GetString() == "appstoreconnect-v1",
        JsonValueKind.Array => audience.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.GetString() == "appstoreconnect-v1"),
        _ => false,
    };

    private static bool IsInTime(World world, JsonElement claims)
    {
        var switches = world.Switches;
        var now = world.Now.ToUnixTimeSeconds();
        if (Seconds(claims, "exp") is not { } expires || expires + switches.ExpiredTokenSeconds <= now)
        {
            return false;
        }
        if (!claims.TryGetProperty("iat", out _))
        {
            return !switches.IssueTimeRequired && expires - now <= LongestLife;
        }
        return Seconds(claims, "iat") is { } issued && issued <= now + switches.FutureTokenSeconds && expires - issued <= LongestLife;
    }

    private static void CheckScope(Switches switches, TeamKey key, JsonElement claims, string method, string path, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        if (!claims.TryGetProperty("scope", out var scope))
        {
            if (key.IsIndividual && switches.IndividualKeyNeedsScope)
            {
                throw new AppleException(AppleError.NotAuthorized);
            }
            return;
        }
        if (scope.ValueKind != JsonValueKind.Array || scope.GetArrayLength() == 0)
        {
            throw new AppleException(AppleError.BadJson);
        }
        var asked = Comparable(query);
        if (method != "GET" || !scope.EnumerateArray().Any(entry => entry.ValueKind == JsonValueKind.String && Allows(entry.GetString()!, path, asked, switches.ScopeAllowsMore)))
        {
            throw new AppleException(switches.ScopeMismatchForbidden ? AppleError.Forbidden : AppleError.NotAuthorized);
        }
    }

    private static bool Allows(string entry, string path, List<string> asked, bool more)
    {
        if (!entry.StartsWith("GET ", StringComparison.Ordinal))
        {
            return false;
        }
        var parts = entry[4..].Split('?', 2);
        var granted = Comparable(parts.Length > 1 ? Query.Split(parts[1]) : []);
        return parts[0] == path && (more ? granted.TrueForAll(asked.Contains) : granted.SequenceEqual(asked));
    }

    private static List<string> Comparable(IEnumerable<KeyValuePair<string, string>> query) =>
        [.. query.Where(p => !IgnoredByScope.Contains(p.Key)).Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal)];

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
