using System.Globalization;
using System.Text.Json;

namespace Portal.Services.AppStoreConnect;

/// <summary>Tolerant reading: what is missing or of another kind is null, what is unknown is passed over (invariant 36).</summary>
internal static class AppleJson
{
    public static JsonElement? Property(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public static JsonElement? Attribute(this JsonElement resource, string name) => resource.Property("attributes")?.Property(name);

    public static JsonElement? Relationship(this JsonElement resource, string name) => resource.Property("relationships")?.Property(name);

    public static string? Text(this JsonElement element, string name) => element.Property(name).AsText();

    /// <summary>Text without NUL, which no database keeps; null also where it is no Unicode (half a surrogate pair).</summary>
    public static string? AsText(this JsonElement? value)
    {
        if (value is not { ValueKind: JsonValueKind.String } text) return null;
        try
        {
            return text.GetString()!.Replace("\0", "", StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static bool? AsBool(this JsonElement? value) => value?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    public static int? AsInt(this JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var whole) ? whole : null;

    public static DateTimeOffset? AsTime(this JsonElement? value) =>
        value.AsText() is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUniversalTime() : null;

    /// <summary>The id a to-one relationship points at.</summary>
    public static string? RelatedId(this JsonElement resource, string name) => resource.Relationship(name)?.Property("data")?.Text("id");

    /// <summary>The ids a to-many relationship lists.</summary>
    public static IReadOnlyList<string> RelatedIds(this JsonElement resource, string name) =>
        resource.Relationship(name)?.Property("data") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(one => one.Text("id")).OfType<string>()] : [];

    /// <summary><c>meta.paging.total</c> of a page or of a to-many relationship.</summary>
    public static int? Total(this JsonElement element) => (element.Property("meta")?.Property("paging")?.Property("total")).AsInt();
}
