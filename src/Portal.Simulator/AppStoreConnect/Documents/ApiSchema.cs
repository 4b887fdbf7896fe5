using System.Text.Json;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>
/// Which operations, parameters, attributes and relationships there are: from Apple's own OpenAPI document, not written by hand
/// (<c>tests/apple-tables/make.mjs</c>).
/// </summary>
internal sealed class ApiSchema
{
    public sealed record Relationship(bool Many, string? Target, bool Self, bool Related);

    /// <summary>An attribute's kind is a list of words, a type with its format ("string date-time"), or <c>{"each": kind}</c>.</summary>
    public sealed record ResourceType(IReadOnlyDictionary<string, JsonElement> Attributes, IReadOnlyDictionary<string, Relationship> Relationships);

    public sealed record BodyAttribute(JsonElement Is, bool Required, bool Nullable);

    public sealed record BodyRelationship(bool Many, string? Target, bool Required);

    /// <summary>What a write takes: one resource, or with <paramref name="Many"/> a list of linkages.</summary>
    public sealed record RequestShape(
        string Type, bool Many, bool Id, IReadOnlyDictionary<string, BodyAttribute>? Attributes, IReadOnlyDictionary<string, BodyRelationship>? Relationships);

    public sealed record Operation(
        IReadOnlyDictionary<string, IReadOnlyList<string>>? Filter,
        IReadOnlyList<string>? Required,
        IReadOnlyList<string>? Exists,
        IReadOnlyList<string>? Sort,
        IReadOnlyList<string>? Include,
        IReadOnlyDictionary<string, int?>? Limit,
        IReadOnlyList<string>? Fields,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? OwnFields,
        RequestShape? Body);

    private sealed record Document(
        IReadOnlyDictionary<string, ResourceType> Types,
        IReadOnlyDictionary<string, IReadOnlyList<string>> Fields,
        IReadOnlyDictionary<string, Operation> Operations);

    private static readonly Dictionary<string, string> Words = new()
    {
        ["POST"] = "CREATE", ["GET"] = "GET", ["PATCH"] = "UPDATE", ["DELETE"] = "DELETE",
    };

    private readonly Document document;
    private readonly HashSet<string> filters;

    private ApiSchema()
    {
        using var stream = typeof(ApiSchema).Assembly.GetManifestResourceStream("operations.json")!;
        document = JsonSerializer.Deserialize<Document>(stream, JsonSerializerOptions.Web)!;
        filters = [.. document.Operations.Values.SelectMany(o => o.Filter?.Keys ?? [])];
    }

    public static ApiSchema Instance { get; } = new();

    public static bool IsMethod(string method) => Words.ContainsKey(method);

    public Operation? Find(string method, string template) =>
        NotSimulated(method, template) ? null : document.Operations.GetValueOrDefault($"{method} {template}");

    public ResourceType? Type(string name) => document.Types.GetValueOrDefault(name);

    /// <summary>Names allowed in fields[type]; null where Apple has no such type.</summary>
    public IReadOnlyList<string>? Fields(string type) => document.Fields.GetValueOrDefault(type);

    /// <summary>Whether some operation, not necessarily the one asked, filters by this.</summary>
    public bool IsFilter(string name) => filters.Contains(name);

    /// <summary>What may be done with a relationship, in Apple's words.</summary>
    public IEnumerable<string> AllowedOf(string type, string relationship)
    {
        var linkages = $"/v1/{type}/{{id}}/relationships/{relationship}";
        return Named((("POST", linkages), "CREATE"), (("GET", $"/v1/{type}/{{id}}/{relationship}"), "GET_RELATED"), (("GET", linkages), "GET_RELATIONSHIP"), (("PATCH", linkages), "REPLACE"), (("DELETE", linkages), "DELETE"));
    }

    /// <summary>What may be done with a type of resource, in Apple's words.</summary>
    public IEnumerable<string> AllowedOf(string type) => Named(
        (("POST", $"/v1/{type}"), "CREATE"), (("GET", $"/v1/{type}"), "GET_COLLECTION"), (("GET", $"/v1/{type}/{{id}}"), "GET_INSTANCE"),
        (("PATCH", $"/v1/{type}/{{id}}"), "UPDATE"), (("DELETE", $"/v1/{type}/{{id}}"), "DELETE"));

    private IEnumerable<string> Named(params ((string Method, string Template) Operation, string Word)[] operations) =>
        operations.Where(o => Find(o.Operation.Method, o.Operation.Template) is not null).Select(o => o.Word);

    /// <summary>In Apple's document and not here: metrics, power reports, and writes that are not TestFlight's.</summary>
    private static bool NotSimulated(string method, string template) =>
        template.Contains("/metrics/", StringComparison.Ordinal) || template.EndsWith("/perfPowerMetrics", StringComparison.Ordinal)
        || (method == "PATCH" && template is "/v1/apps/{id}" or "/v1/builds/{id}/relationships/appEncryptionDeclaration");
}
