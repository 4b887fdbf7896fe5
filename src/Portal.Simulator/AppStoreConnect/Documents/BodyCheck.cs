using System.Net.Mail;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>A write's document against what Apple's document says it takes; everything wrong with it comes in one answer.</summary>
internal static class BodyCheck
{
    /// <exception cref="AppleException">400 when it is no such document at all, 409 with every entity error otherwise.</exception>
    public static void Demand(AppleRequest request, ApiSchema.RequestShape shape, string? id, Switches switches)
    {
        if (request.Body is null)
        {
            throw new AppleException(switches.MissingBodyConflicts ? AppleError.EntityInvalid("The request has no body.", "/data") : AppleError.BadJson);
        }
        if (shape.Many)
        {
            return;
        }
        if (request.Body["data"] is not JsonObject data)
        {
            throw new AppleException(AppleError.BadJson);
        }
        List<AppleError> errors = [];
        if (RequestBody.Text(data["type"]) != shape.Type)
        {
            errors.Add(AppleError.EntityInvalid($"The type of the entity must be '{shape.Type}'", "/data/type"));
        }
        if (shape.Id && RequestBody.Text(data["id"]) != id)
        {
            errors.Add(AppleError.EntityInvalid("The id of the entity must be the one in the URL", "/data/id"));
        }
        errors.AddRange(Attributes(shape, RequestBody.Attributes(data), shape.Id ? "UPDATE" : "CREATE"));
        errors.AddRange(Relationships(shape, data["relationships"] as JsonObject ?? []));
        if (errors.Count > 0)
        {
            throw new AppleException([.. errors]);
        }
    }

    private static IEnumerable<AppleError> Attributes(ApiSchema.RequestShape shape, JsonObject given, string operation)
    {
        var known = shape.Attributes ?? new Dictionary<string, ApiSchema.BodyAttribute>();
        foreach (var name in given.Select(a => a.Key).Where(n => !known.ContainsKey(n)))
        {
            yield return ApiSchema.Instance.Type(shape.Type)?.Attributes.ContainsKey(name) == true
                ? AppleError.AttributeNotAllowed(name, operation) : AppleError.AttributeUnknown(name, shape.Type);
        }
        foreach (var (name, attribute) in known)
        {
            if (given[name] is not { } value)
            {
                if (attribute.Required || (given.ContainsKey(name) && !attribute.Nullable))
                {
                    yield return AppleError.AttributeRequired(name);
                }
            }
            else if (!Is(value, attribute.Is))
            {
                yield return AppleError.AttributeInvalid(name, $"'{value.ToJsonString().Trim('"')}' is not a valid value for the attribute '{name}'.");
            }
        }
    }

    private static IEnumerable<AppleError> Relationships(ApiSchema.RequestShape shape, JsonObject given)
    {
        var known = shape.Relationships ?? new Dictionary<string, ApiSchema.BodyRelationship>();
        foreach (var name in given.Select(r => r.Key).Where(n => !known.ContainsKey(n)))
        {
            yield return AppleError.RelationshipUnknown(name, shape.Type);
        }
        foreach (var (name, relationship) in known)
        {
            if (given[name]?["data"] is not { } data)
            {
                if (relationship.Required)
                {
                    yield return AppleError.RelationshipRequired(name);
                }
                continue;
            }
            var linkages = relationship.Many ? data as JsonArray : [data.DeepClone()];
            if (linkages is null || linkages.Any(l => l is not JsonObject link || RequestBody.Text(link["type"]) != relationship.Target || RequestBody.Text(link["id"]) is null))
            {
                yield return AppleError.RelationshipInvalid($"/data/relationships/{name}");
            }
        }
    }

    private static bool Is(JsonNode value, JsonElement kind) => kind.ValueKind switch
    {
        JsonValueKind.Array => kind.EnumerateArray().Any(word => word.GetString() == RequestBody.Text(value)),
        JsonValueKind.Object => value is JsonArray list && list.All(item => item is not null && Is(item, kind.GetProperty("each"))),
        _ => kind.GetString()!.Split(' ') switch
        {
            ["boolean"] => RequestBody.Flag(value) is not null,
            ["integer"] => RequestBody.Number(value) is not null,
            ["string", "email"] => RequestBody.Text(value) is { } text && MailAddress.TryCreate(text, out var mail) && mail.Address == text,
            ["string", "uri"] => Uri.TryCreate(RequestBody.Text(value), UriKind.Absolute, out _),
            ["string", ..] => RequestBody.Text(value) is not null,
            _ => true,
        },
    };
}
