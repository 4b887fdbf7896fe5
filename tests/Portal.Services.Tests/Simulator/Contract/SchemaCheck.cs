using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Services.Tests.Simulator;

/// <summary>
/// Validates answers by the part of OpenAPI 3.0 that Apple's document uses, more strictly than it asks: a property it does not name
/// is a fault. Null is taken where it was recorded and the document is silent: attributes, and what a to-one relationship leads to.
/// </summary>
internal sealed class SchemaCheck(AppleDocument document)
{
    public List<string> Faults { get; } = [];

    public void Check(JsonElement schema, JsonNode? value, string at)
    {
        schema = document.Follow(schema);
        if (value is null)
        {
            var tolerated = schema.TryGetProperty("nullable", out _) || at.Contains("/attributes/", StringComparison.Ordinal) || (at.EndsWith("/data", StringComparison.Ordinal) && TypeOf(schema) == "object");
            Demand(tolerated, at, "is null");
            return;
        }
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            OneOf(schema, choices, value, at);
            return;
        }
        if (schema.TryGetProperty("enum", out var words))
        {
            Demand(words.EnumerateArray().Any(w => w.GetString() == Text(value)), at, $"is {value.ToJsonString()}");
        }
        switch (TypeOf(schema))
        {
            case "object": Object(schema, value, at); break;
            case "array": Array(schema, value, at); break;
            case "string": String(schema, value, at); break;
            case "boolean": Demand(value.GetValueKind() is JsonValueKind.True or JsonValueKind.False, at, "is no boolean"); break;
            case "integer": Demand(value.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out _), at, "is no integer"); break;
        }
    }

    private void OneOf(JsonElement schema, JsonElement choices, JsonNode value, string at)
    {
        if (schema.TryGetProperty("discriminator", out var discriminator))
        {
            var type = Text(value[discriminator.GetProperty("propertyName").GetString()!]) ?? "";
            var known = discriminator.GetProperty("mapping").TryGetProperty(type, out var reference);
            Demand(known, at, $"may not hold a '{type}'");
            if (known)
            {
                Check(choices.EnumerateArray().First(c => c.GetProperty("$ref").GetString() == reference.GetString()), value, at);
            }
            return;
        }
        var fits = choices.EnumerateArray().Any(choice =>
        {
            var trial = new SchemaCheck(document);
            trial.Check(choice, value, at);
            return trial.Faults.Count == 0;
        });
        Demand(fits, at, "is none of what it may be");
    }

    private void Object(JsonElement schema, JsonNode value, string at)
    {
        if (value is not JsonObject given)
        {
            Faults.Add($"{at} is no object");
            return;
        }
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return;
        }
        foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(r => r.GetString()!) : [])
        {
            Demand(given.ContainsKey(name), at, $"lacks '{name}'");
        }
        foreach (var (name, inner) in given)
        {
            if (properties.TryGetProperty(name, out var property))
            {
                Check(property, inner, $"{at}/{name}");
            }
            else
            {
                Demand(schema.TryGetProperty("additionalProperties", out _), at, $"holds '{name}', which the document does not name");
            }
        }
    }

    private void Array(JsonElement schema, JsonNode value, string at)
    {
        if (value is not JsonArray list)
        {
            Faults.Add($"{at} is no array");
            return;
        }
        for (var i = 0; i < list.Count; i++)
        {
            Check(schema.GetProperty("items"), list[i], $"{at}/{i}");
        }
    }

    private void String(JsonElement schema, JsonNode value, string at)
    {
        if (Text(value) is not { } text)
        {
            Faults.Add($"{at} is no string");
            return;
        }
        var format = schema.TryGetProperty("format", out var named) ? named.GetString() : null;
        Demand(format switch
        {
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && text.Contains('T'),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            "uri-reference" => Uri.IsWellFormedUriString(text, UriKind.RelativeOrAbsolute),
            "email" => text.Contains('@'),
            _ => true,
        }, at, $"is no {format}: {text}");
    }

    private static string? TypeOf(JsonElement schema) => schema.TryGetProperty("type", out var type) ? type.GetString() : null;

    private static string? Text(JsonNode? value) => value is JsonValue node && node.TryGetValue<string>(out var text) ? text : null;

    private void Demand(bool holds, string at, string what)
    {
        if (!holds)
        {
            Faults.Add($"{at} {what}");
        }
    }
}
