using System.Text.Json;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Which parameters, attributes and relationships there are: read from Apple's own OpenAPI document, not written by hand.</summary>
internal sealed class ApiSchema
{
    public sealed record Relationship(bool Many, string? Target, bool Self, bool Related);

    public sealed record ResourceType(IReadOnlyList<string> Attributes, IReadOnlyDictionary<string, Relationship> Relationships);

    public sealed record Operation(
        IReadOnlyDictionary<string, IReadOnlyList<string>>? Filter,
        IReadOnlyList<string>? Required,
        IReadOnlyList<string>? Exists,
        IReadOnlyList<string>? Sort,
        IReadOnlyList<string>? Include,
        IReadOnlyDictionary<string, int?>? Limit,
        IReadOnlyList<string>? Fields);

    private sealed record Document(
        IReadOnlyDictionary<string, ResourceType> Types,
        IReadOnlyDictionary<string, IReadOnlyList<string>> Fields,
        IReadOnlyDictionary<string, Operation> Operations);

    private readonly Document document;

    private ApiSchema()
    {
        using var stream = typeof(ApiSchema).Assembly.GetManifestResourceStream("operations.json")!;
        document = JsonSerializer.Deserialize<Document>(stream, JsonSerializerOptions.Web)!;
    }

    public static ApiSchema Instance { get; } = new();

    public Operation? Find(string method, string template) => document.Operations.GetValueOrDefault($"{method} {template}");

    public ResourceType? Type(string name) => document.Types.GetValueOrDefault(name);

    /// <summary>Names allowed in fields[type]; null where Apple's list is not part of the TestFlight cut.</summary>
    public IReadOnlyList<string>? Fields(string type) => document.Fields.GetValueOrDefault(type);

    /// <summary>What may be done at a path, in Apple's words.</summary>
    public IEnumerable<string> Allowed(string template)
    {
        var relationship = template.Contains("/relationships/", StringComparison.Ordinal);
        foreach (var (method, word) in new[] { ("POST", "CREATE"), ("GET", relationship ? "GET_RELATIONSHIP" : "GET"), ("PATCH", relationship ? "REPLACE" : "UPDATE"), ("DELETE", "DELETE") })
        {
            if (Find(method, template) is not null)
            {
                yield return word;
            }
        }
    }
}
