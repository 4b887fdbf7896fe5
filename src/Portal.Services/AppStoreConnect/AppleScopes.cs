using System.Collections.Concurrent;

namespace Portal.Services.AppStoreConnect;

/// <summary>A read's scope: the line of the closed list it is an instance of, and the one entry its token carries.</summary>
internal sealed record AppleScope(string Line, string Entry);

/// <summary>
/// The reads whose tokens are scoped, so that a token that leaks reads one list and writes nothing. A closed list: anything
/// else, look-ups by address and every write among it, is signed without a scope.
/// </summary>
internal static class AppleScopes
{
    // Path and names of the parameters that count; Apple leaves limit, cursor and sort out of the comparison.
    private static readonly HashSet<string> Lines = new(StringComparer.Ordinal)
    {
        "/v1/apps",
        "/v1/apps?fields[apps]",
        "/v1/apps/{id}/webhooks?fields[webhooks]",
        "/v1/betaGroups?fields[betaTesters]&fields[builds]&filter[app]&include&limit[betaTesters]&limit[builds]",
        "/v1/betaGroups?filter[app]&include&limit[betaTesters]",
        "/v1/betaGroups?include&limit[betaTesters]",
        "/v1/betaGroups/{id}?include&limit[betaTesters]",
        "/v1/betaGroups/{id}/betaTesters?fields[betaTesters]",
        "/v1/betaGroups/{id}/relationships/builds",
        "/v1/betaTesters?fields[betaTesters]&filter[apps]",
        "/v1/betaTesters?fields[betaGroups]&fields[betaTesters]&filter[apps]&include&limit[betaGroups]",
        "/v1/builds?filter[app]&include&limit[betaGroups]&limit[individualTesters]",
        "/v1/builds?filter[expired]&include",
        "/v1/builds/{id}/betaBuildLocalizations?fields[betaBuildLocalizations]",
        "/v1/builds/{id}?include&limit[betaGroups]&limit[individualTesters]",
    };

    /// <summary>The scope of this request, or null where its token has none.</summary>
    public static AppleScope? Of(AppleRequest request)
    {
        if (!request.IsRead) return null;
        var query = request.Address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)
            .Where(part => NameOf(part) is not ("limit" or "cursor" or "sort")).Order(StringComparer.Ordinal).ToList();
        var line = FromVersion(request.PathTemplate) + Query(query.Select(NameOf));
        return Lines.Contains(line) ? new(line, $"GET {FromVersion(request.Address.AbsolutePath)}{Query(query)}") : null;
    }

    private static string NameOf(string part) => part.Split('=', 2)[0];

    private static string Query(IEnumerable<string> parts) => string.Join('&', parts) is { Length: > 0 } all ? $"?{all}" : "";

    private static string FromVersion(string path) => path[Math.Max(0, path.IndexOf("/v1/", StringComparison.Ordinal))..];
}

/// <summary>Which lines of the list Apple refuses though the key is good: after three in a row they are asked without a scope for an hour.</summary>
internal sealed class ScopeTrust(TimeProvider time)
{
    private const int RefusalsThatTell = 3;
    private static readonly TimeSpan Distrust = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(Guid Version, string Line), (int InARow, DateTimeOffset At)> _refused = new();

    /// <summary>The scope to sign this request with, or null.</summary>
    public AppleScope? For(Guid versionId, AppleRequest request) => AppleScopes.Of(request) is { } scope
        && !(_refused.TryGetValue((versionId, scope.Line), out var seen) && seen.InARow >= RefusalsThatTell && time.GetUtcNow() - seen.At < Distrust) ? scope : null;

    /// <summary>What became of a request that was first signed with a scope and succeeded.</summary>
    /// <param name="versionId">The key's version.</param>
    /// <param name="scope">Its scope.</param>
    /// <param name="held">Whether it succeeded with it.</param>
    public void Learn(Guid versionId, AppleScope scope, bool held)
    {
        if (held) _refused.TryRemove((versionId, scope.Line), out _);
        else _refused.AddOrUpdate((versionId, scope.Line), (1, time.GetUtcNow()), (_, seen) => (seen.InARow + 1, time.GetUtcNow()));
    }
}
