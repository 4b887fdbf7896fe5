using System.Text.Json;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>The simulator's own tables against Apple's document: every operation, parameter, word and type, both ways round.</summary>
public sealed class TableContractTests
{
    [Fact]
    public void Tables_BesideApplesDocument_SayTheSame()
    {
        var apple = AppleDocument.Demand();
        using var stream = typeof(SimulatorApp).Assembly.GetManifestResourceStream("operations.json")!;
        var tables = JsonDocument.Parse(stream).RootElement;
        Assert.Equal(
            apple.Operations.Select(o => $"{o.Method} {o.Path}").Order(),
            tables.GetProperty("operations").EnumerateObject().Select(o => o.Name).Order());
        foreach (var (method, path, operation) in apple.Operations)
        {
            var named = $"{method} {path}";
            var expected = apple.Parameters(path, operation).SelectMany(p => Lines(apple, p)).Order();
            Assert.Equal([named, .. expected], [named, .. Lines(tables.GetProperty("operations").GetProperty(named), tables.GetProperty("fields")).Order()]);
        }
        foreach (var type in tables.GetProperty("types").EnumerateObject())
        {
            Compare(apple, type);
        }
    }

    [Fact]
    public void Bodies_BesideApplesDocument_TakeTheSame()
    {
        var apple = AppleDocument.Demand();
        using var stream = typeof(SimulatorApp).Assembly.GetManifestResourceStream("operations.json")!;
        var tables = JsonDocument.Parse(stream).RootElement.GetProperty("operations");
        foreach (var (method, path, operation) in apple.Operations.Where(o => o.Operation.TryGetProperty("requestBody", out _)))
        {
            var schema = apple.Follow(operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"));
            var named = $"{method} {path}";
            Assert.Equal((named, Taken(apple, schema)), (named, Taken(tables.GetProperty(named).GetProperty("body"))));
        }
    }

    private static void Compare(AppleDocument apple, JsonProperty type)
    {
        var schema = apple.Root.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => s.Value).Single(s =>
            s.TryGetProperty("properties", out var p) && p.TryGetProperty("id", out _) && p.TryGetProperty("type", out var t)
            && t.TryGetProperty("enum", out var words) && words.GetArrayLength() == 1 && words[0].GetString() == type.Name
            && s.GetProperty("title").GetString()?.EndsWith("InlineCreate", StringComparison.Ordinal) == false);
        var properties = schema.GetProperty("properties");
        foreach (var part in new[] { "attributes", "relationships" })
        {
            Assert.Equal([type.Name, .. Names(apple, properties, part)], [type.Name, .. type.Value.GetProperty(part).EnumerateObject().Select(a => a.Name)]);
        }
        foreach (var attribute in type.Value.GetProperty("attributes").EnumerateObject().Where(a => a.Value.ValueKind == JsonValueKind.Array))
        {
            var words = apple.Follow(apple.Follow(properties.GetProperty("attributes")).GetProperty("properties").GetProperty(attribute.Name)).GetProperty("enum");
            Assert.Equal(words.EnumerateArray().Select(w => w.GetString()), attribute.Value.EnumerateArray().Select(w => w.GetString()));
        }
    }

    private static List<string> Names(AppleDocument apple, JsonElement properties, string part) =>
        properties.TryGetProperty(part, out var inner) ? [.. apple.Follow(inner).GetProperty("properties").EnumerateObject().Select(p => p.Name)] : [];

    private static IEnumerable<string> Lines(AppleDocument apple, JsonElement parameter)
    {
        var name = parameter.GetProperty("name").GetString()!;
        if (parameter.TryGetProperty("required", out var required) && required.GetBoolean())
        {
            yield return $"required {name}";
        }
        yield return parameter.GetProperty("schema").TryGetProperty("maximum", out var maximum) ? $"{name} up to {maximum}" : $"{name} of {string.Join(',', apple.Words(parameter))}";
    }

    private static IEnumerable<string> Lines(JsonElement table, JsonElement fields)
    {
        foreach (var part in table.EnumerateObject().Where(p => p.Name is not ("body" or "ownFields")))
        {
            var lines = part.Name switch
            {
                "sort" or "include" => [$"{part.Name} of {Joined(part.Value)}"],
                "limit" => part.Value.EnumerateObject().Select(l => $"{(l.Name.Length > 0 ? $"limit[{l.Name}]" : "limit")} up to {l.Value}"),
                "fields" => part.Value.EnumerateArray().Select(f => $"fields[{f.GetString()}] of {Joined(OwnFields(table, f.GetString()!) ?? fields.GetProperty(f.GetString()!))}"),
                "filter" => part.Value.EnumerateObject().Select(f => $"filter[{f.Name}] of {Joined(f.Value)}"),
                "exists" => part.Value.EnumerateArray().Select(e => $"exists[{e.GetString()}] of "),
                "required" => part.Value.EnumerateArray().Select(r => $"required {r.GetString()}"),
                _ => part.Value.EnumerateObject().Select(o => $"{o.Name} of {Joined(o.Value)}"),
            };
            foreach (var line in lines)
            {
                yield return line;
            }
        }
    }

    /// <summary>A type's fields where this operation knows others than the rest.</summary>
    private static JsonElement? OwnFields(JsonElement table, string type) =>
        table.TryGetProperty("ownFields", out var own) && own.TryGetProperty(type, out var words) ? words : null;

    private static string Joined(JsonElement words) => string.Join(',', words.EnumerateArray().Select(w => w.GetString()));

    private static string Taken(AppleDocument apple, JsonElement schema)
    {
        var data = apple.Follow(schema.GetProperty("properties").GetProperty("data"));
        if (data.GetProperty("type").GetString() == "array")
        {
            return "many " + Only(apple.Follow(data.GetProperty("items")));
        }
        var properties = data.GetProperty("properties");
        IEnumerable<string> Part(string part, Func<string, JsonElement, bool, string> line)
        {
            if (!properties.TryGetProperty(part, out var inner))
            {
                return [];
            }
            inner = apple.Follow(inner);
            var required = inner.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(r => r.GetString()).ToHashSet() : [];
            return inner.GetProperty("properties").EnumerateObject().Select(p => line(p.Name, p.Value, required.Contains(p.Name)));
        }
        var attributes = Part("attributes", (name, s, required) => $"{name} {(required ? "required" : "")} {(s.TryGetProperty("nullable", out _) || apple.Follow(s).TryGetProperty("nullable", out _) ? "nullable" : "")}");
        var relationships = Part("relationships", (name, s, required) =>
        {
            var to = apple.Follow(apple.Follow(s).GetProperty("properties").GetProperty("data"));
            var many = to.GetProperty("type").GetString() == "array";
            return $"{name} {(many ? "many" : "one")} {Only(many ? apple.Follow(to.GetProperty("items")) : to)} {(required ? "required" : "")}";
        });
        return string.Join('\n', [Only(data) + (properties.TryGetProperty("id", out _) ? " by id" : ""), .. attributes, .. relationships]);
    }

    private static string Only(JsonElement schema) => schema.GetProperty("properties").GetProperty("type").GetProperty("enum")[0].GetString()!;

    private static string Taken(JsonElement body)
    {
        if (body.GetProperty("many").GetBoolean())
        {
            return $"many {body.GetProperty("type").GetString()}";
        }
        var attributes = body.GetProperty("attributes").EnumerateObject().Select(a =>
            $"{a.Name} {(a.Value.GetProperty("required").GetBoolean() ? "required" : "")} {(a.Value.GetProperty("nullable").GetBoolean() ? "nullable" : "")}");
        var relationships = body.GetProperty("relationships").EnumerateObject().Select(r =>
            $"{r.Name} {(r.Value.GetProperty("many").GetBoolean() ? "many" : "one")} {r.Value.GetProperty("target").GetString()} {(r.Value.GetProperty("required").GetBoolean() ? "required" : "")}");
        return string.Join('\n', [body.GetProperty("type").GetString() + (body.GetProperty("id").GetBoolean() ? " by id" : ""), .. attributes, .. relationships]);
    }
}
