using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Reads request documents the way Apple does: wrong shapes become Apple's errors, never exceptions of ours.</summary>
internal static class RequestBody
{
    /// <summary>The <c>data</c> object, its type checked.</summary>
    public static JsonObject Data(AppleRequest request, string type)
    {
        if (request.Body?["data"] is not JsonObject data || Text(data["type"]) != type)
        {
            throw new AppleException(AppleError.BadJson);
        }
        return data;
    }

    public static JsonObject Attributes(JsonObject data) => data["attributes"] as JsonObject ?? [];

    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool? Flag(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    /// <summary>The id of a to-one relationship.</summary>
    public static string One(JsonObject data, string name, string type)
    {
        if (data["relationships"]?[name]?["data"] is not JsonObject linkage || Text(linkage["id"]) is not { } id)
        {
            throw new AppleException(AppleError.RelationshipRequired(name));
        }
        return Text(linkage["type"]) == type ? id : throw new AppleException(AppleError.RelationshipInvalid($"/data/relationships/{name}"));
    }

    /// <summary>The ids of a to-many relationship; empty when it is not there.</summary>
    public static IReadOnlyList<string> Many(JsonObject data, string name, string type) =>
        data["relationships"]?[name]?["data"] is JsonArray array ? Ids(array, type, $"/data/relationships/{name}/data") : [];

    /// <summary>The ids of a linkage document.</summary>
    public static IReadOnlyList<string> Linkages(World world, AppleRequest request, string type)
    {
        if (request.Body?["data"] is not JsonArray array || array.Count == 0)
        {
            throw new AppleException(AppleError.BadJson);
        }
        return world.Switches.MaxLinkages is var most and > 0 && array.Count > most
            ? throw new AppleException(AppleError.TooManyLinkages(world.Switches.TooManyLinkagesStatus))
            : Ids(array, type, "/data");
    }

    private static List<string> Ids(JsonArray array, string type, string pointer) =>
        [.. array.Select((item, at) => Text(item?["type"]) == type && Text(item?["id"]) is { } id ? id : throw new AppleException(AppleError.RelationshipInvalid($"{pointer}/{at}")))];
}
