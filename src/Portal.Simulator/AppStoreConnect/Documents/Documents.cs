using System.Globalization;
using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Writes Apple's documents: every attribute present even when null, links absolute, relationship data only when included.</summary>
internal sealed class Documents(World world, string origin)
{
    public AppleAnswer Many(Kind kind, IReadOnlyList<object> rows, Query query)
    {
        var included = new Included(this, query);
        var page = Page(rows, query);
        var data = new JsonArray([.. page.Select(row => Resource(kind, row, query, included))]);
        var document = new JsonObject { ["data"] = data };
        included.WriteTo(document);
        WritePaging(document, rows, query);
        return new(200, document, Items: page.Count);
    }

    public AppleAnswer One(Kind kind, object row, Query query, int status = 200)
    {
        var included = new Included(this, query);
        var document = new JsonObject { ["data"] = Resource(kind, row, query, included) };
        included.WriteTo(document);
        document["links"] = new JsonObject { ["self"] = status == 201 ? Self(kind, row) : origin + query.ToLink(null) };
        return new(status, document, status == 201 ? Self(kind, row) : null, 1);
    }

    public AppleAnswer Linkages(Kind target, IReadOnlyList<object> rows, bool many, Query query)
    {
        var page = many ? Page(rows, query) : rows;
        var document = new JsonObject { ["data"] = many ? new JsonArray([.. page.Select(r => Identity(target, r))]) : page.Count == 0 ? null : Identity(target, page[0]) };
        if (many)
        {
            WritePaging(document, rows, query);
        }
        else
        {
            document["links"] = new JsonObject { ["self"] = origin + query.ToLink(null) };
        }
        return new(200, document, Items: page.Count);
    }

    private JsonObject Resource(Kind kind, object row, Query query, Included? included)
    {
        var fields = query.Fields.GetValueOrDefault(kind.Type);
        var self = Self(kind, row);
        var attributes = new JsonObject();
        foreach (var name in kind.Schema.Attributes.Keys.Where(a => fields?.Contains(a) ?? true))
        {
            attributes[name] = Hidden(kind, name, query) ? null : Value(kind.Read(world, row, name));
        }
        if (world.Switches.UnknownValues)
        {
            AddUnknown(attributes);
        }
        var relationships = new JsonObject();
        foreach (var (name, shape) in kind.Schema.Relationships.Where(r => fields?.Contains(r.Key) ?? true))
        {
            var shown = included is not null && query.Include.Contains(name);
            if (shown || shape.Self || shape.Related)
            {
                relationships[name] = Relationship(kind, row, name, shape, self, query, shown ? included : null);
            }
        }
        var resource = new JsonObject { ["type"] = kind.Type, ["id"] = kind.Id(row), ["attributes"] = attributes };
        if (kind.Schema.Relationships.Count > 0)
        {
            resource["relationships"] = relationships;
        }
        resource["links"] = new JsonObject { ["self"] = self };
        return resource;
    }

    private JsonObject Relationship(Kind kind, object row, string name, ApiSchema.Relationship shape, string self, Query query, Included? included)
    {
        var links = new JsonObject();
        if (shape.Self)
        {
            links["self"] = $"{self}/relationships/{name}";
        }
        if (shape.Related)
        {
            links["related"] = $"{self}/{name}";
        }
        var relationship = new JsonObject();
        if (included is not null)
        {
            var rows = kind.Related(world, row, name);
            var target = Catalogue.Find(shape.Target ?? "");
            if (shape.Many)
            {
                var limit = query.IncludedLimit(name);
                var shown = rows.Take(limit).ToList();
                relationship["meta"] = new JsonObject { ["paging"] = Paging(rows, limit) };
                relationship["data"] = new JsonArray([.. shown.Select(r => included.Add(target!, r))]);
            }
            else
            {
                relationship["data"] = rows.Count == 0 ? null : included.Add(target!, rows[0]);
            }
        }
        if (links.Count > 0)
        {
            relationship["links"] = links;
        }
        return relationship;
    }

    private static IReadOnlyList<object> Page(IReadOnlyList<object> rows, Query query)
    {
        var page = new List<object>(query.Limit);
        for (var i = query.Offset; i < rows.Count && page.Count < query.Limit; i++)
        {
            page.Add(rows[i]);
        }
        return page;
    }

    private void WritePaging(JsonObject document, IReadOnlyList<object> rows, Query query)
    {
        var links = new JsonObject { ["self"] = origin + query.ToLink(null, keepCursor: true) };
        if (query.IsLaterPage)
        {
            links["first"] = origin + query.ToLink(null);
        }
        if (query.Offset + query.Limit < rows.Count)
        {
            links["next"] = Next(query);
        }
        document["links"] = links;
        var paging = Paging(rows, query.Limit);
        if (world.Switches.NextCursors && links["next"] is not null)
        {
            paging["nextCursor"] = query.NextCursor;
        }
        document["meta"] = new JsonObject { ["paging"] = paging };
    }

    private string Next(Query query) => world.Switches switch
    {
        { NextLeavesHost: true } => "https://elsewhere.example.net" + query.ToLink(query.Offset + query.Limit),
        { NextLoops: true } when query.IsLaterPage => origin + query.ToLink(null, keepCursor: true),
        _ => origin + query.ToLink(query.Offset + query.Limit),
    };

    private static void AddUnknown(JsonObject attributes)
    {
        foreach (var name in new[] { "state", "inviteType", "externalBuildState", "internalBuildState", "processingState", "betaReviewState", "platform" }.Where(attributes.ContainsKey))
        {
            attributes[name] = "SOMETHING_NEW";
        }
        attributes["addedLater"] = new JsonObject { ["nobodyKnows"] = true };
    }

    private JsonObject Paging(IReadOnlyList<object> rows, int limit) =>
        world.Switches.NoTotals ? new() { ["limit"] = limit } : new() { ["total"] = Total(ReadLag.Total(world, rows)), ["limit"] = limit };

    private bool Hidden(Kind kind, string attribute, Query query) =>
        world.Switches.StateNeedsApp && kind.Type == "betaTesters" && attribute == "state" && !query.NamesAnApp;

    private int Total(int count) => Math.Max(0, count - world.Switches.TotalTooLowBy);

    private string Self(Kind kind, object row) => $"{origin}/v1/{kind.Type}/{kind.Id(row)}";

    private static JsonObject Identity(Kind kind, object row) => new() { ["type"] = kind.Type, ["id"] = kind.Id(row) };

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag,
        int number => number,
        DateTimeOffset { Offset.Ticks: 0 } utc => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        DateTimeOffset local => local.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        JsonNode node => node,
        IEnumerable<string> list => new JsonArray([.. list.Select(l => (JsonNode)l)]),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    /// <summary>The included resources of one document, each once.</summary>
    private sealed class Included(Documents documents, Query query)
    {
        private readonly OrderedDictionary<(string Type, string Id), JsonObject> resources = [];

        public JsonObject Add(Kind kind, object row)
        {
            var key = (kind.Type, kind.Id(row));
            if (!resources.ContainsKey(key))
            {
                resources.Add(key, documents.Resource(kind, row, query, null));
            }
            return Identity(kind, row);
        }

        public void WriteTo(JsonObject document)
        {
            if (query.Include.Length > 0)
            {
                document["included"] = new JsonArray([.. resources.Values]);
            }
        }
    }
}
