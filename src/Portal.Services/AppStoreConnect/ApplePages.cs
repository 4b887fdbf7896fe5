using System.Text.Json;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>One page's resources and what came included with them.</summary>
internal sealed record ApplePage(IReadOnlyList<JsonElement> Resources, IReadOnlyDictionary<(string Type, string Id), JsonElement> Included);

/// <summary>
/// Reads lists to their end (invariant 13): every page as <c>links.next</c> names it, never at another host, no page twice,
/// the count as <c>meta.paging.total</c> says, no id twice. What fails this is handed over as not complete.
/// </summary>
internal sealed class ApplePages(AppleTransport transport, IOptions<AppStoreConnectOptions> options)
{
    private const int MostPages = 2_000;
    private readonly Uri _base = new(options.Value.BaseUrl.TrimEnd('/') + '/');

    /// <summary>An address below the API's own.</summary>
    public Uri At(string pathAndQuery) => new(_base, pathAndQuery);

    /// <summary>The whole list. <paramref name="read"/> turns a resource into a record.</summary>
    /// <exception cref="AppleException">A page could not be had at all.</exception>
    public async Task<Reading<T>> ReadAsync<T>(KeyUse use, string pathAndQuery, Func<JsonElement, ApplePage, T> read, CancellationToken cancel)
    {
        var items = new List<T>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var address = At(pathAndQuery);
        while (visited.Add(Uri.UnescapeDataString(address.AbsoluteUri)))
        {
            if (visited.Count > MostPages) return new(items, false, AppleProblems.PagesLoop);
            var answer = await transport.SendAsync(use, new AppleRequest(HttpMethod.Get, address), RowsOf, cancel);
            var document = answer.Document!.Value;
            var page = PageOf(document, answer.Status);
            foreach (var resource in page.Resources)
            {
                if (!ids.Add(IdOf(resource, answer.Status))) return new(items, false, AppleProblems.Repeated);
                items.Add(read(resource, page));
            }
            if (NextOf(document, answer.Status) is not { } next)
            {
                return document.Total() is { } total && total != items.Count ? new(items, false, AppleProblems.CountDiffers(items.Count, total)) : new(items, true, null);
            }
            if (!Uri.TryCreate(address, next, out var following) || !IsApple(following)) return new(items, false, AppleProblems.ForeignPage);
            address = following;
        }
        return new(items, false, AppleProblems.PagesLoop);
    }

    /// <summary><c>meta.paging.total</c> of a list, or null where it is left out.</summary>
    public async Task<int?> CountAsync(KeyUse use, string pathAndQuery, CancellationToken cancel)
    {
        var answer = await transport.SendAsync(use, new AppleRequest(HttpMethod.Get, At(pathAndQuery)), RowsOf, cancel);
        return answer.Document!.Value.Total();
    }

    /// <summary>One resource with what came included.</summary>
    public async Task<(JsonElement Resource, ApplePage Page)> ReadOneAsync(KeyUse use, string pathAndQuery, CancellationToken cancel)
    {
        var answer = await transport.SendAsync(use, new AppleRequest(HttpMethod.Get, At(pathAndQuery)), _ => 1, cancel);
        var resource = One(answer) ?? throw Broken(answer.Status);
        return (resource, new ApplePage([resource], IncludedOf(answer.Document!.Value)));
    }

    /// <summary>The single resource of an answer, or null when there is none with an id.</summary>
    public static JsonElement? One(AppleAnswer answer) =>
        answer.Document?.Property("data") is { ValueKind: JsonValueKind.Object } resource && resource.Text("id") is { Length: > 0 } ? resource : null;

    internal static ApplePage PageOf(JsonElement document, int status) => document.Property("data") is { ValueKind: JsonValueKind.Array } rows
        ? new ApplePage([.. rows.EnumerateArray()], IncludedOf(document)) : throw Broken(status);

    private static Dictionary<(string, string), JsonElement> IncludedOf(JsonElement document)
    {
        var included = new Dictionary<(string, string), JsonElement>();
        if (document.Property("included") is not { ValueKind: JsonValueKind.Array } rows) return included;
        foreach (var row in rows.EnumerateArray())
        {
            if (row.Text("type") is { } type && row.Text("id") is { } id) included[(type, id)] = row;
        }
        return included;
    }

    private static int? RowsOf(AppleAnswer answer) => answer.Document?.Property("data") is { ValueKind: JsonValueKind.Array } rows ? rows.GetArrayLength() : null;

    internal static string IdOf(JsonElement resource, int status) => resource.Text("id") is { Length: > 0 } id ? id : throw Broken(status);

    // The specification allows a bare address; other JSON:API servers send an object with href. A next that cannot be read is not the end.
    internal static string? NextOf(JsonElement document, int status) => document.Property("links")?.Property("next") switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => ((JsonElement?)text).AsText() ?? throw Broken(status),
        { ValueKind: JsonValueKind.Object } link => link.Text("href") ?? throw Broken(status),
        _ => throw Broken(status),
    };

    private bool IsApple(Uri address) =>
        address.Scheme == _base.Scheme && address.Host.Equals(_base.Host, StringComparison.OrdinalIgnoreCase) && address.Port == _base.Port && address.UserInfo.Length == 0;

    private static AppleException Broken(int status) => new(AppleProblems.AnswerBroken, FailureReach.Passing) { Status = status };
}
