using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portal.Cli;

/// <summary><c>portal people find</c>.</summary>
internal static class PeopleCommands
{
    public static Command People(Cli cli)
    {
        var query = new Argument<string>("query") { Description = "An address, a name or a part of one" };
        return new Command("people", "Testers and members")
        {
            cli.Acts(new Command("find", "Where somebody stands, and the one next step") { query }, async call =>
            {
                using var portal = call.Connect();
                // In the body: addresses do not belong into URLs, which proxies keep.
                var found = await portal.PostAsync<JsonNode>("/api/v1/people/find", new { query = call.Get(query) }, call.Cancel);
                var people = Rows.Of(found);
                call.Output.WriteTable(found, "Nobody like that in any linked team or group.", ["person", "link", "state", "next step"],
                    people.Select(p => new[] { Rows.Text(p, "email", "address", "name"), Rows.Text(p, "linkTitle", "link"), Rows.Text(p, "state", "status", "inviteState"), Rows.Text(p, "nextStep", "next") }));
                return ExitCodes.Ok;
            }),
        };
    }
}

/// <summary>Reads answers whose shape is the portal's own business.</summary>
internal static class Rows
{
    /// <summary>The answer itself when it is a list, else its first member that is one.</summary>
    public static IEnumerable<JsonNode> Of(JsonNode answer) =>
        (answer as JsonArray ?? answer.AsObject().Select(member => member.Value).OfType<JsonArray>().FirstOrDefault() ?? []).OfType<JsonNode>();

    /// <summary>The first of these members that is there; of a nested object its sentence.</summary>
    public static string? Text(JsonNode row, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (row[name] is { } value) return value is JsonObject nested ? (string?)nested["sentence"] ?? nested.ToJsonString() : value.ToString();
        }
        return null;
    }
}
