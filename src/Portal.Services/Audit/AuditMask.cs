using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portal.Domain;
using Portal.Domain.Audit;

namespace Portal.Services.Audit;

/// <summary>What of an event's words those may read who do not see testers' addresses.</summary>
internal static partial class AuditMask
{
    /// <summary>An event that speaks of people keeps only its code's sentence, for it may name them; elsewhere a stray address is masked.</summary>
    public static string Sentence(string sentence, string code, bool speaksOfPeople) => speaksOfPeople && AuditCodes.All.TryGetValue(code, out var known)
        ? known.Sentence
        : Addresses(sentence);

    /// <summary>Particulars: every text of an event that speaks of people but the reason; stray addresses elsewhere.</summary>
    public static string Details(string details, bool speaksOfPeople)
    {
        if (details.Length == 0) return details;
        try
        {
            var node = JsonNode.Parse(details);
            return Masked(node, speaksOfPeople, key: null)?.ToJsonString() ?? "";
        }
        catch (JsonException)
        {
            return Addresses(details);
        }
    }

    private static JsonNode? Masked(JsonNode? node, bool all, string? key) => node switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Masked(m.Value, all, m.Key)))),
        JsonArray items => new JsonArray([.. items.Select(item => Masked(item, all, key))]),
        JsonValue value when value.TryGetValue<string>(out var text) => all && key is not "reason" ? EmailAddress.Mask(text) : Addresses(text),
        _ => node?.DeepClone(),
    };

    private static string Addresses(string text) => Address().Replace(text, match => EmailAddress.Mask(match.Value));

    [GeneratedRegex("""[^\s<>"',;:()\[\]]+@[^\s<>"',;:()\[\]]+""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
