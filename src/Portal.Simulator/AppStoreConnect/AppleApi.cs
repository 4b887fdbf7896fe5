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
    private readonly WebhookWrites webhooks = new(world);
    private readonly NoteWrites notes = new(world);

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
            throw new AppleException(Refusal(request, parts));
        }
        var query = Query.Read(request.Path, request.Query, operation, world.Switches.MaxFilterValues);
        var kind = Catalogue.Find(parts[0]);
        if (request.Method != "GET")
        {
            if (parts.Length > 1 && kind is not null && kind.Find(world, parts[1]) is null)
            {
                throw new AppleException(AppleError.NoResource(kind.Type, parts[1]));
            }
            if (operation.Body is { } shape)
            {
                BodyCheck.Demand(request, shape, parts.ElementAtOrDefault(1), world.Switches);
            }
            return operation.Body?.Many == true && world.Switches.PartialLinkages ? WriteEach(request, template, parts, query) : Write(request, template, parts, query);
        }
        if (kind is null)
        {
            throw new AppleException(AppleError.NoPath(request.Path));
        }
        Permissions.DemandRead(world.Switches, request.Key, TypesRead(kind, parts, query));
        return Read(kind, parts, query, new Documents(world, request.Origin));
    }

    private static IEnumerable<string> TypesRead(Kind kind, string[] parts, Query query)
    {
        var main = parts.Length > 2 && kind.Schema.Relationships.GetValueOrDefault(parts[^1])?.Target is { } target ? target : kind.Type;
        var included = ApiSchema.Instance.Type(main)?.Relationships;
        return query.Include.Select(name => included?.GetValueOrDefault(name)?.Target ?? name).Append(main);
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
        // A relationship that is links alone names no type; its own name is one.
        var target = Catalogue.Find(shape.Target ?? name);
        if (target is not null && query.Filters.Count > 0)
        {
            rows = Selection.Narrow(world, target, rows, query);
        }
        if (parts.Length == 4)
        {
            return documents.Linkages(target ?? kind, target is null ? [] : rows, shape.Many, query);
        }
        return shape.Many ? documents.Many(target ?? kind, target is null ? [] : rows, query)
            : target is not null && rows.Count > 0 ? documents.One(target, rows[0], query)
            : new(200, new JsonObject { ["data"] = null, ["links"] = new JsonObject { ["self"] = query.ToLink(null) } });
    }

    /// <summary>Each linkage by itself: the good ones are done, then the first bad one is refused.</summary>
    private AppleAnswer WriteEach(AppleRequest request, string template, string[] parts, Query query)
    {
        AppleException? refusal = null;
        AppleAnswer? done = null;
        foreach (var linkage in request.Body!["data"] as JsonArray ?? [])
        {
            try
            {
                done = Write(request with { Body = new JsonObject { ["data"] = new JsonArray(linkage?.DeepClone()) } }, template, parts, query);
            }
            catch (AppleException one)
            {
                refusal ??= one;
            }
        }
        return refusal is not null ? throw refusal : done is null ? Write(request, template, parts, query) : done with { Items = request.Body["data"]!.AsArray().Count };
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
            (_, "/v1/betaTesters/{id}/relationships/builds") => testers.ChangeBuilds(request, parts[1]),
            (_, "/v1/betaTesters/{id}/relationships/betaGroups") => testers.ChangeGroups(request, parts[1]),
            ("DELETE", "/v1/betaTesters/{id}/relationships/apps") => testers.DeleteFromApps(request, parts[1]),
            ("DELETE", "/v1/apps/{id}/relationships/betaTesters") => testers.DeleteFromApp(request, parts[1]),
            (_, "/v1/builds/{id}/relationships/betaGroups") => builds.ChangeGroups(request, parts[1]),
            (_, "/v1/builds/{id}/relationships/individualTesters") => builds.ChangeIndividuals(request, parts[1]),
            ("PATCH", "/v1/builds/{id}") => documents.One(Catalogue.Find("builds")!, builds.Update(request, parts[1]), query),
            ("PATCH", "/v1/buildBetaDetails/{id}") => documents.One(Catalogue.Find("buildBetaDetails")!, builds.UpdateDetail(request, parts[1]), query),
            ("POST", "/v1/betaAppReviewSubmissions") => documents.One(Catalogue.Find("betaAppReviewSubmissions")!, builds.Submit(request), query, 201),
            ("POST", "/v1/buildBetaNotifications") => builds.Notify(request),
            ("POST", "/v1/webhooks") => documents.One(Catalogue.Find("webhooks")!, webhooks.Create(request), query, 201),
            ("PATCH", "/v1/webhooks/{id}") => documents.One(Catalogue.Find("webhooks")!, webhooks.Update(request, parts[1]), query),
            ("DELETE", "/v1/webhooks/{id}") => webhooks.Delete(request, parts[1]),
            ("POST", "/v1/webhookPings") => webhooks.Ping(request),
            ("POST", "/v1/webhookDeliveries") => documents.One(Catalogue.Find("webhookDeliveries")!, webhooks.Redeliver(request), query, 201),
            _ when NoteWrites.Takes(parts[0]) => WriteNote(request, parts, query, documents),
            _ => throw new AppleException(AppleError.NoPath(request.Path)),
        };
    }

    private AppleAnswer WriteNote(AppleRequest request, string[] parts, Query query, Documents documents) => request.Method switch
    {
        "POST" => documents.One(Catalogue.Find(parts[0])!, notes.Create(request, parts[0]), query, 201),
        "PATCH" => documents.One(Catalogue.Find(parts[0])!, notes.Update(request, parts[0], parts[1]), query),
        _ => notes.Delete(request, parts[0], parts[1]),
    };

    private AppleError Refusal(AppleRequest request, string[] parts)
    {
        var type = parts[0];
        if (ApiSchema.Instance.Type(type) is not { } shape || parts.Length > 4 || (parts.Length == 4 && parts[2] != "relationships"))
        {
            return AppleError.NoPath(request.Path);
        }
        if (!ApiSchema.IsMethod(request.Method) || (world.Switches.WrongMethodIs405 && request.Method != "GET"))
        {
            return AppleError.NoMethod;
        }
        if (parts.Length > 2)
        {
            var name = parts[^1];
            var word = (request.Method, parts.Length) switch { ("GET", 3) => "GET_RELATED", ("GET", 4) => "GET_RELATIONSHIP", ("PATCH", _) => "REPLACE", var (m, _) => Operations.GetValueOrDefault(m, m) };
            return shape.Relationships.ContainsKey(name)
                ? AppleError.RelationshipForbids(name, word, ApiSchema.Instance.AllowedOf(type, name))
                : AppleError.NoPath(request.Path);
        }
        var operation = request.Method == "GET" ? parts.Length == 1 ? "GET_COLLECTION" : "GET_INSTANCE" : Operations.GetValueOrDefault(request.Method, request.Method);
        return AppleError.ResourceForbids(type, operation, ApiSchema.Instance.AllowedOf(type));
    }
}
