using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Paging, parameters and bodies, and the switches for what nobody knows of them.</summary>
public sealed class RequestRuleTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncDisposable
{
    private World World => simulator.World;
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        World.Switches = new Switches();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Cursor_IsBoundToItsQueryAndCountsRows()
    {
        var group = World.GroupId("Borealis Maps", "Borealis field testers");
        var first = await simulator.GetAsync($"/v1/betaGroups/{group}/betaTesters?limit=10");
        var next = (string)first["links"]!["next"]!;
        Assert.Equal("400 PARAMETER_ERROR.INVALID", await simulator.RefusalAsync(HttpMethod.Get, next.Replace("limit=10", "limit=20")));
        Assert.Equal("400 PARAMETER_ERROR.INVALID", await simulator.RefusalAsync(HttpMethod.Get, next + "&fields[betaTesters]=email"));
        Assert.Equal("400 PARAMETER_ERROR.INVALID", await simulator.RefusalAsync(HttpMethod.Get, next + "&limit=10"));
        Assert.Equal("400 PARAMETER_ERROR.INVALID", await simulator.RefusalAsync(HttpMethod.Get, next.Replace($"/{group}/", $"/{World.GroupId("Aurora Notes", "Engineering")}/")));
        var before = World.GroupMembers(group);
        World.RemoveTesterByHand(group, before[0].Email!);
        var second = await simulator.GetAsync(next);
        Assert.Equal(before[11].Id, (string)second["data"]![0]!["id"]!);
        Assert.Equal(["first", "next", "self"], second["links"]!.AsObject().Select(l => l.Key).Order());
        Assert.Contains("filter%5Bapp%5D=", (string)(await simulator.GetAsync($"/v1/betaGroups?limit=1&filter[app]={World.AppId("Aurora Notes")}"))["links"]!["next"]!);
    }

    [Fact]
    public async Task Paging_WithItsSwitches_LeavesTheTotalOutAndAddsTheCursor()
    {
        World.Switches = new Switches { NoTotals = true, NextCursors = true };
        var page = await simulator.GetAsync("/v1/betaTesters?limit=3&include=betaGroups");
        Assert.Equal(["limit", "nextCursor"], page["meta"]!["paging"]!.AsObject().Select(p => p.Key));
        Assert.EndsWith("cursor=" + (string)page["meta"]!["paging"]!["nextCursor"]!, (string)page["links"]!["next"]!);
        Assert.Equal(["limit"], page["data"]![0]!["relationships"]!["betaGroups"]!["meta"]!["paging"]!.AsObject().Select(p => p.Key));
    }

    [Fact]
    public async Task Limits_OverTheMost_AreRefused()
    {
        Assert.Equal("200 ", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaGroups?limit=200&include=builds&limit[builds]=1000"));
        foreach (var query in new[] { "limit=201", "limit=0", "limit=many", "limit[builds]=1001&include=builds", "limit[betaTesters]=51&include=betaTesters" })
        {
            Assert.Equal("400 PARAMETER_ERROR.INVALID", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaGroups?" + query));
        }
    }

    [Fact]
    public async Task Parameters_SeveralWrong_ComeInOneAnswer()
    {
        var errors = (await simulator.GetAsync("/v1/betaTesters?filter[emaill]=a&include=nope&fields[betaTesters]=shoe&limit=300&limit=301"))["errors"]!.AsArray();
        Assert.Superset(new HashSet<string> { "filter[emaill]", "include", "fields[betaTesters]", "limit" }, errors.Select(e => (string)e!["source"]!["parameter"]!).ToHashSet());
        Assert.Equal("400 PARAMETER_ERROR.INVALID", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaTesters?include=betaGroups.app"));
        Assert.Equal("400 PARAMETER_ERROR.ILLEGAL", await simulator.RefusalAsync(HttpMethod.Get, $"/v1/apps/{World.AppId("Ember Chat")}/builds?sort=version"));
        Assert.Equal("400 PARAMETER_ERROR.ILLEGAL", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaTesters?filter[app]=1"));
        Assert.Equal("400 PARAMETER_ERROR.REQUIRED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/actors", key: World.CreateKey(role: "ADMIN")));
    }

    [Fact]
    public async Task Filters_OfOneAndOfSeveral_AreOrAndAnd()
    {
        var group = World.GroupId("Cinder Camera", "Press");
        var (ann, bob) = (World.AddTesterByHand(group, "filter.ann@example.com", "Ann", "Filter"), World.AddTesterByHand(group, "filter.bob@example.com", "Bob", "Filter"));
        var app = World.AppId("Cinder Camera");
        Assert.Equal([ann.Id, bob.Id], await IdsAsync($"/v1/betaTesters?filter[apps]={app}&filter[email]=filter.ann@example.com,FILTER.bob@example.com&sort=firstName"));
        Assert.Equal([bob.Id], await IdsAsync($"/v1/betaTesters?filter[apps]={app}&filter[lastName]=Filter&filter[firstName]=Bob,Cid"));
        World.Switches = new Switches { LooseEmailFilter = true };
        Assert.Equal([bob.Id, ann.Id], await IdsAsync($"/v1/betaTesters?filter[apps]={app}&filter[email]=filter.&sort=-email"));
        World.Switches = new Switches { MaxFilterValues = 2 };
        Assert.Equal("400 PARAMETER_ERROR.INVALID", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaTesters?filter[id]=a,b,c"));
        World.Switches = new Switches { OneRelationshipFilter = false };
        Assert.Equal([ann.Id, bob.Id], await IdsAsync($"/v1/betaTesters?filter[apps]={app}&filter[betaGroups]={group}&filter[lastName]=Filter"));
    }

    [Fact]
    public async Task Tester_OfTwoApps_IsTwoTesters()
    {
        var (one, two) = (World.AddTesterByHand(World.GroupId("Cinder Camera", "Press"), "twice@example.com"), World.AddTesterByHand(World.GroupId("Ember Chat", "Press"), "Twice@example.com"));
        Assert.NotEqual(one.Id, two.Id);
        Assert.Equal(new[] { one.Id, two.Id }.Order(), (await IdsAsync("/v1/betaTesters?filter[email]=twice@example.com")).Order());
        Assert.Equal([two.Id], await IdsAsync($"/v1/betaTesters?filter[email]=twice@example.com&filter[apps]={World.AppId("Ember Chat")}"));
        World.Switches = new Switches { StateNeedsApp = true };
        var anywhere = (await simulator.GetAsync("/v1/betaTesters?filter[email]=twice@example.com"))["data"]![0]!["attributes"]!.AsObject();
        Assert.True(anywhere.ContainsKey("state") && anywhere["state"] is null);
        Assert.NotNull((await simulator.GetAsync($"/v1/betaTesters?filter[apps]={World.AppId("Ember Chat")}"))["data"]![0]!["attributes"]!["state"]);
    }

    [Fact]
    public async Task Body_WrongInSeveralWays_ComesInOneAnswer()
    {
        var body = new { data = new { type = "betaGroups", attributes = new { shoe = 1, publicLinkLimit = "many", iosBuildsAvailableForAppleVision = true }, relationships = new { betaTesters = new { data = new[] { new { type = "builds", id = "x" } } }, shoes = new { } } } };
        using var response = await simulator.SendAsync(HttpMethod.Post, "/v1/betaGroups", body);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var errors = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["errors"]!.AsArray();
        Assert.Equal(
            [
                "ENTITY_ERROR.ATTRIBUTE.INVALID /data/attributes/publicLinkLimit", "ENTITY_ERROR.ATTRIBUTE.NOT_ALLOWED /data/attributes/iosBuildsAvailableForAppleVision",
                "ENTITY_ERROR.ATTRIBUTE.REQUIRED /data/attributes/name", "ENTITY_ERROR.ATTRIBUTE.UNKNOWN /data/attributes/shoe", "ENTITY_ERROR.RELATIONSHIP.INVALID /data/relationships/betaTesters",
                "ENTITY_ERROR.RELATIONSHIP.REQUIRED /data/relationships/app", "ENTITY_ERROR.RELATIONSHIP.UNKNOWN /data/relationships/shoes",
            ], errors.Select(e => $"{e!["code"]} {e["source"]!["pointer"]}").Order(StringComparer.Ordinal));
        var group = World.GroupId("Cinder Camera", "Press");
        Assert.Equal("409 ENTITY_ERROR", await simulator.RefusalAsync(HttpMethod.Patch, $"/v1/betaGroups/{group}", new { data = new { type = "betaGroups", id = "other" } }));
        Assert.Equal("409 ENTITY_ERROR", await simulator.RefusalAsync(HttpMethod.Patch, $"/v1/betaGroups/{group}", new { data = new { type = "builds", id = group } }));
    }

    [Fact]
    public async Task Body_MissingOrOfAnotherKind_IsRefused()
    {
        var linkages = $"/v1/betaGroups/{World.GroupId("Cinder Camera", "Press")}/relationships/betaTesters";
        Assert.Equal("400 ENTITY_INVALID", await simulator.RefusalAsync(HttpMethod.Delete, linkages));
        Assert.Equal("400 ENTITY_INVALID", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters"));
        World.Switches = new Switches { MissingBodyConflicts = true };
        Assert.Equal("409 ENTITY_ERROR", await simulator.RefusalAsync(HttpMethod.Delete, linkages));
        async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? type, string? accept = null)
        {
            var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new("Bearer", SimulatorFixture.Token(simulator.Key, World.Time.GetUtcNow())) } };
            request.Content = type is null ? null : new StringContent("{\"data\":", Encoding.UTF8, type);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            return await simulator.Http.SendAsync(request, Cancel);
        }
        using var text = await Send(HttpMethod.Post, "/v1/betaTesters", "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        using var half = await Send(HttpMethod.Post, "/v1/betaTesters", "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, half.StatusCode);
        using var html = await Send(HttpMethod.Get, "/v1/apps", null, "text/html");
        Assert.Equal((HttpStatusCode.NotAcceptable, "text/plain"), (html.StatusCode, html.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Method_ThePathDoesNotHave_IsRefusedAndByASwitch405()
    {
        var group = $"/v1/betaGroups/{World.GroupId("Cinder Camera", "Press")}";
        Assert.Equal("405 METHOD_NOT_ALLOWED", await simulator.RefusalAsync(HttpMethod.Put, group));
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Patch, group + "/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", "x")));
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Patch, "/v1/betaTesters/x", new { }));
        Assert.Equal("The resource 'betaTesters' does not allow 'UPDATE'. Allowed operations are: CREATE, GET_COLLECTION, GET_INSTANCE, DELETE.", await DetailAsync(HttpMethod.Patch, "/v1/betaTesters/x"));
        World.Switches = new Switches { WrongMethodIs405 = true };
        Assert.Equal("405 METHOD_NOT_ALLOWED", await simulator.RefusalAsync(HttpMethod.Patch, "/v1/betaTesters/x", new { }));
        Assert.Equal("404 PATH_ERROR", await simulator.RefusalAsync(HttpMethod.Post, "/v1/bulkBetaTesterAssignments", new { }));
    }

    [Fact]
    public async Task Linkages_WithOneStranger_AreDoneInPartBySwitch()
    {
        var group = World.GroupId("Cinder Camera", "Press");
        var known = World.AddTesterByHand(World.GroupId("Cinder Camera", "External testers"), "partial@example.com").Id;
        var body = SimulatorFixture.Linkages("betaTesters", "nobody", known);
        var path = $"/v1/betaGroups/{group}/relationships/betaTesters";
        Assert.Equal("409 ENTITY_ERROR.RELATIONSHIP.INVALID", await simulator.RefusalAsync(HttpMethod.Post, path, body));
        Assert.DoesNotContain(World.GroupMembers(group), m => m.Id == known);
        World.Switches = new Switches { PartialLinkages = true };
        Assert.Equal("409 ENTITY_ERROR.RELATIONSHIP.INVALID", await simulator.RefusalAsync(HttpMethod.Post, path, body));
        Assert.Contains(World.GroupMembers(group), m => m.Id == known);
        World.Switches = new Switches { MaxLinkages = 1, TooManyLinkagesStatus = 413 };
        Assert.StartsWith("413 ", await simulator.RefusalAsync(HttpMethod.Delete, path, body));
    }

    private async Task<string> DetailAsync(HttpMethod method, string path)
    {
        using var response = await simulator.SendAsync(method, path, new { });
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["errors"]![0]!["detail"]!;
    }

    private async Task<IEnumerable<string>> IdsAsync(string path) => (await simulator.GetAsync(path))["data"]!.AsArray().Select(t => (string)t!["id"]!).ToList();
}
