using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Services.Tests.Simulator;

/// <summary>
/// Apple's OpenAPI document, which is not part of the repository: in the folder PORTAL_APPLE_REFERENCE names, or in
/// <c>shared/reference</c> beside the repository. Without it the tests of it are skipped, and fail where CI is set.
/// </summary>
internal sealed class AppleDocument
{
    public const string NotHere = "Apple's OpenAPI document is not here; PORTAL_APPLE_REFERENCE names its folder";
    private const string FileName = "asc-openapi-testflight.json";
    private static readonly string[] Methods = ["get", "post", "patch", "delete"];

    private AppleDocument(string path) => Root = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    public JsonElement Root { get; }

    /// <summary>Every operation as "GET /v1/apps".</summary>
    public IEnumerable<(string Method, string Path, JsonElement Operation)> Operations =>
        from path in Root.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        where Methods.Contains(method.Name)
        select (method.Name.ToUpperInvariant(), path.Name, method.Value);

    public static AppleDocument Demand()
    {
        var repository = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(repository, "Portal.sln")))
        {
            repository = Path.GetDirectoryName(repository)!;
        }
        var path = Path.Combine(Environment.GetEnvironmentVariable("PORTAL_APPLE_REFERENCE") ?? Path.Combine(repository, "..", "shared", "reference"), FileName);
        if (!File.Exists(path))
        {
            Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), NotHere);
            Assert.Skip(NotHere);
        }
        return new(path);
    }

    public JsonElement Follow(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = Root.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }
        return schema;
    }

    /// <summary>The parameters of a query, those of the path included.</summary>
    public IEnumerable<JsonElement> Parameters(string path, JsonElement operation)
    {
        var shared = Root.GetProperty("paths").GetProperty(path);
        foreach (var holder in new[] { shared, operation })
        {
            foreach (var parameter in holder.TryGetProperty("parameters", out var list) ? list.EnumerateArray() : default)
            {
                if (parameter.GetProperty("in").GetString() == "query")
                {
                    yield return parameter;
                }
            }
        }
    }

    /// <summary>The words a parameter takes; empty when any will do.</summary>
    public string[] Words(JsonElement parameter)
    {
        var schema = Follow(parameter.GetProperty("schema"));
        schema = schema.TryGetProperty("items", out var items) ? Follow(items) : schema;
        return schema.TryGetProperty("enum", out var words) ? [.. words.EnumerateArray().Select(w => w.GetString()!)] : [];
    }

    /// <summary>What is wrong with an answer: its status is not declared, or its body is not as declared. Empty when all is well.</summary>
    public IReadOnlyList<string> Faults(string method, string path, int status, JsonNode? body)
    {
        var responses = Root.GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant()).GetProperty("responses");
        if (!responses.TryGetProperty(status.ToString(), out var response))
        {
            return [$"status {status} is not declared"];
        }
        if (!response.TryGetProperty("content", out var content))
        {
            return body is null ? [] : ["a body came where none is declared"];
        }
        var check = new SchemaCheck(this);
        check.Check(content.EnumerateObject().First().Value.GetProperty("schema"), body, "");
        return check.Faults;
    }
}
