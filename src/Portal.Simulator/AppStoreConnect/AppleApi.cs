using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>One request to the API after the token was accepted.</summary>
internal sealed record AppleRequest(TeamKey Key, string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Query, JsonObject? Body, string Origin);

/// <summary>Finds what a path means and answers it. Caller holds the world's gate.</summary>
internal sealed class AppleApi(World world)
{
    private static readonly Dictionary<string, string> Operations = new() { ["POST"] = "CREATE", ["PATCH"] = "UPDATE", ["DELETE"] = "DELETE", ["GET"] = "GET" };

    private readonly GroupWrites groups = new(world);
    private readonly TesterWrites testers = new(world);
    private readonly BuildWrites builds = new(world);

    /// <summary>The path with its id replaced, as the ledger and the operations table name it.</summary>
    public static string Template(string path)
    {
        var parts = path.Split('/');
        if (parts.Length > 3)
        {
            parts[3] = "{id}";
        }
        return string.Join('/', parts);
    }

    /// <exception cref="AppleException">Apple would refuse.</exception>
    public AppleAnswer Answer(AppleRequest request)
    {
        var template = Template(request.Path);
        var parts = request.Path.TrimEnd('/').Split('/').Skip(2).ToArray();
        if (parts.Length == 0)
        {
            throw new AppleException(AppleError.NoPath(request.Path));
        }
        if (ApiSchema.Instance.Find(request.Method, template) is not { } operation)
        {
            throw new AppleException(Refusal(request, template, parts));
        }
        var query = Query.Read(request.Path, request.Query, operation);
        if (request.Method != "GET")
        {
            return Write(request, template, parts, query);
        }
        if (parts[0] == "users" && request.Key.Role != "ADMIN")
        {
            throw new AppleException(AppleError.Forbidden);
        }
        var kind = Catalogue.Find(parts[0]) ?? throw new AppleException(AppleError.NoPath(request.Path));
        return Read(kind, parts, query, new Documents(world, request.Origin));
    }

    private AppleAnswer Read(Kind kind, string[] parts, Query query, Documents documents)
    {
        if (parts.Length == 1)
        {
            return documents.Many(kind, Selection.Select(world, kind, query), query);
        }
        var row = kind.Find(world, parts[1]) ?? throw new AppleException(AppleError.NoResource(kind.Type, parts[1]));
        if (parts.Length == 2)
        {
            return documents.One(kind, row, query);
        }
        var name = parts[^1];
        var shape = kind.Schema.Relationships[name];
        var rows = kind.Related(world, row, name);
        var target = Catalogue.Find(shape.Target ?? "");
        if (parts.Length == 4)
        {
            return documents.Linkages(target ?? kind, target is null ? [] : rows, shape.Many, $"/v1/{kind.Type}/{kind.Id(row)}/{name}", query);
        }
        return shape.Many ? documents.Many(target ?? kind, target is null ? [] : rows, query)
            : target is not null && rows.Count > 0 ? documents.One(target, rows[0], query)
            : new(200, new JsonObject { ["data"] = null, ["links"] = new JsonObject { ["self"] = query.ToLink(null) } });
    }

    private AppleAnswer Write(AppleRequest request, string template, string[] parts, Query query)
    {
        var documents = new Documents(world, request.Origin);
        return (request.Method, template) switch
        {
            ("POST", "/v1/betaGroups") => documents.One(Catalogue.Find("betaGroups")!, groups.Create(request), query, 201),
            ("PATCH", "/v1/betaGroups/{id}") => documents.One(Catalogue.Find("betaGroups")!, groups.Update(request, parts[1]), query),
            ("DELETE", "/v1/betaGroups/{id}") => groups.Delete(request, parts[1]),
            (_, "/v1/betaGroups/{id}/relationships/betaTesters") => groups.ChangeTesters(request, parts[1]),
            (_, "/v1/betaGroups/{id}/relationships/builds") => groups.ChangeBuilds(request, parts[1]),
            ("POST", "/v1/betaTesters") => documents.One(Catalogue.Find("betaTesters")!, testers.Create(request), query, 201),
            ("DELETE", "/v1/betaTesters/{id}") => testers.Delete(request, parts[1]),
            ("POST", "/v1/betaTesterInvitations") => testers.Invite(request),
            (_, "/v1/betaTesters/{id}/relationships/betaGroups") => testers.ChangeGroups(request, parts[1]),
            ("DELETE", "/v1/betaTesters/{id}/relationships/apps") => testers.DeleteFromApps(request, parts[1]),
            ("DELETE", "/v1/apps/{id}/relationships/betaTesters") => testers.DeleteFromApp(request, parts[1]),
            (_, "/v1/builds/{id}/relationships/betaGroups") => builds.ChangeGroups(request, parts[1]),
            (_, "/v1/builds/{id}/relationships/individualTesters") => builds.ChangeIndividuals(request, parts[1]),
            ("PATCH", "/v1/builds/{id}") => documents.One(Catalogue.Find("builds")!, builds.Update(request, parts[1]), query),
            ("PATCH", "/v1/buildBetaDetails/{id}") => documents.One(Catalogue.Find("buildBetaDetails")!, builds.UpdateDetail(request, parts[1]), query),
            ("POST", "/v1/betaAppReviewSubmissions") => documents.One(Catalogue.Find("betaAppReviewSubmissions")!, builds.Submit(request), query, 201),
            ("POST", "/v1/buildBetaNotifications") => builds.Notify(request),
            _ => throw new AppleException(AppleError.NoPath(request.Path)),
        };
    }

    private static AppleError Refusal(AppleRequest request, string template, string[] parts)
    {
        var type = parts[0];
        if (ApiSchema.Instance.Type(type) is not { } shape || parts.Length > 4 || (parts.Length == 4 && parts[2] != "relationships"))
        {
            return AppleError.NoPath(request.Path);
        }
        if (parts.Length > 2)
        {
            var name = parts[^1];
            var word = (request.Method, parts.Length) switch { ("GET", 3) => "GET_RELATED", ("GET", 4) => "GET_RELATIONSHIP", ("PATCH", _) => "REPLACE", var (m, _) => Operations.GetValueOrDefault(m, m) };
            return shape.Relationships.ContainsKey(name)
                ? AppleError.RelationshipForbids(name, word, ApiSchema.Instance.Allowed($"/v1/{type}/{{id}}/relationships/{name}"))
                : AppleError.NoPath(request.Path);
        }
        var operation = request.Method == "GET" ? parts.Length == 1 ? "GET_COLLECTION" : "GET_INSTANCE" : Operations.GetValueOrDefault(request.Method, request.Method);
        return AppleError.ResourceForbids(type, operation, ApiSchema.Instance.Allowed(template));
    }
}
