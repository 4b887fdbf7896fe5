using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Tokens, scopes and roles, and the switches for what nobody knows of them.</summary>
public sealed class AuthRuleTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncDisposable
{
    private World World => simulator.World;
    private DateTimeOffset Now => World.Time.GetUtcNow();

    public ValueTask DisposeAsync()
    {
        World.Switches = new Switches();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Token_WrongInAnyWay_GetsTheOneRecordedAnswer()
    {
        string Claims(Action<JsonObject> change) => SimulatorFixture.Token(simulator.Key, Now, change);
        var now = Now.ToUnixTimeSeconds();
        var individual = World.CreateKey(individual: true);
        string[] tokens =
        [
            "", "garbage", "a.b.c", SimulatorFixture.Token(simulator.Key, Now, der: true), SimulatorFixture.Token(simulator.Key, Now, algorithm: "ES384"),
            SimulatorFixture.Token(simulator.Key with { KeyId = "NOSUCHKEY1" }, Now), Claims(c => c["iss"] = World.AppId("Ember Chat")), Claims(c => c.Remove("iss")),
            Claims(c => c["aud"] = "appstoreconnect-v2"), Claims(c => c["exp"] = now), Claims(c => c["exp"] = "soon"), Claims(c => c["iat"] = now + 120),
            Claims(c => { c["iat"] = now; c["exp"] = now + 1201; }), Claims(c => { c.Remove("iat"); c["exp"] = now + 1300; }),
            Claims(c => { c["iat"] = now; c["exp"] = now + 90_000; c["scope"] = new JsonArray("GET /v1/apps"); }),
            Claims(c => { c.Remove("iss"); c["sub"] = "user"; }), SimulatorFixture.Token(individual, Now), SimulatorFixture.Token(individual, Now, c => c["sub"] = "user"),
        ];
        foreach (var token in tokens)
        {
            using var response = await simulator.SendAsync(HttpMethod.Get, "/v1/apps", token: token);
            RecordedErrorTests.Compare(RecordedError.NotAuthorized, response, (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!);
        }
    }

    [Fact]
    public async Task Token_OfAnIndividualKey_NamesTheUserAndNoIssuer()
    {
        var key = World.CreateKey(individual: true);
        Assert.Equal("", key.IssuerId);
        string Token(Action<JsonObject>? more = null) => SimulatorFixture.Token(key, Now, c => { c.Remove("iss"); c["sub"] = "user"; more?.Invoke(c); });
        Assert.Equal("200 ", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", token: Token()));
        World.Switches = new Switches { IndividualKeyNeedsScope = true };
        Assert.Equal("401 NOT_AUTHORIZED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", token: Token()));
        Assert.Equal("200 ", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", token: Token(c => c["scope"] = new JsonArray("GET /v1/apps"))));
        Assert.Equal("200 ", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
    }

    [Fact]
    public async Task Token_OfDoubtfulKind_GoesBySwitches()
    {
        var now = Now.ToUnixTimeSeconds();
        Task<string> Ask(Action<JsonObject> change) => simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", token: SimulatorFixture.Token(simulator.Key, Now, change));
        Assert.Equal("200 ", await Ask(c => c.Remove("iat")));
        Assert.Equal("200 ", await Ask(c => c["bid"] = "com.example"));
        Assert.Equal("200 ", await Ask(c => c["iat"] = now + 20));
        World.Switches = new Switches { IssueTimeRequired = true, BundleClaimRefused = true, FutureTokenSeconds = 0, ExpiredTokenSeconds = 120 };
        Assert.Equal("401 NOT_AUTHORIZED", await Ask(c => c.Remove("iat")));
        Assert.Equal("401 NOT_AUTHORIZED", await Ask(c => c["bid"] = "com.example"));
        Assert.Equal("401 NOT_AUTHORIZED", await Ask(c => c["iat"] = now + 20));
        Assert.Equal("200 ", await Ask(c => { c["iat"] = now - 600; c["exp"] = now - 30; }));
    }

    [Fact]
    public async Task Scope_InItsCorners_DecidesAsDescribed()
    {
        var app = World.AppId("Aurora Notes");
        Task<string> Ask(string path, params string[] scope) => simulator.RefusalAsync(HttpMethod.Get, path,
            token: SimulatorFixture.Token(simulator.Key, Now, c => c["scope"] = new JsonArray([.. scope.Select(s => (JsonNode)s)])));
        var entry = $"GET /v1/betaTesters?filter[apps]={app}&include=betaGroups";
        Assert.Equal("200 ", await Ask($"/v1/betaTesters?limit=5&sort=email&include=betaGroups&filter[apps]={app}", "GET /v1/apps", entry));
        var next = (string)(await simulator.GetAsync($"/v1/betaTesters?limit=5&include=betaGroups&filter[apps]={app}"))["links"]!["next"]!;
        Assert.Equal("200 ", await Ask(next, entry));
        Assert.Equal("401 NOT_AUTHORIZED", await Ask($"/v1/betaTesters?filter[apps]={app}", entry));
        var more = $"/v1/betaTesters?include=betaGroups&filter[apps]={app}&filter[email]=a@example.com";
        Assert.Equal("401 NOT_AUTHORIZED", await Ask(more, entry));
        Assert.Equal("401 NOT_AUTHORIZED", await Ask($"/v1/betaTesters?filter[apps]={app}&include=betaGroups", "POST /v1/betaTesters", "GET /v1/betaTester"));
        World.Switches = new Switches { ScopeAllowsMore = true, ScopeMismatchForbidden = true };
        Assert.Equal("200 ", await Ask(more, entry));
        Assert.Equal("403 FORBIDDEN_ERROR", await Ask("/v1/apps", entry));
        foreach (var empty in new JsonNode?[] { new JsonArray(), null, "GET /v1/apps" })
        {
            var token = SimulatorFixture.Token(simulator.Key, Now, c => c["scope"] = empty?.DeepClone());
            using var response = await simulator.SendAsync(HttpMethod.Get, "/v1/apps", token: token);
            RecordedErrorTests.Compare(RecordedError.BadJson, response, (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!);
        }
    }

    [Fact]
    public async Task Key_ThroughTheSideDoor_IsMadeRevokedAndGivenAnotherRole()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var made = await simulator.Http.PostAsJsonAsync("/sim/keys", new { name = "Door", role = "DEVELOPER" }, cancel);
        var key = (await made.Content.ReadFromJsonAsync<IssuedKey>(cancel))!;
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Get, "/v1/users", key: key));
        using var promoted = await simulator.Http.PostAsJsonAsync($"/sim/keys/{key.KeyId}/role", new { role = "ADMIN" }, cancel);
        Assert.Equal(HttpStatusCode.NoContent, promoted.StatusCode);
        Assert.Equal("200 ", await simulator.RefusalAsync(HttpMethod.Get, "/v1/users", key: key));
        using var wrong = await simulator.Http.PostAsJsonAsync($"/sim/keys/{key.KeyId}/role", new { role = "KING" }, cancel);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var revoked = await simulator.Http.PostAsync($"/sim/keys/{key.KeyId}/revoke", null, cancel);
        Assert.Equal("401 NOT_AUTHORIZED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: key));
        World.Switches = new Switches { RevokedKeyForbidden = true };
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: key));
    }

    public static TheoryData<string, string> Roles => new()
    {
        // Which of apps, groups, testers, users it reads, and which of internal group, external group, external tester, test information it writes.
        { "ACCOUNT_HOLDER", "AGTU ietl" }, { "ADMIN", "AGTU ietl" }, { "APP_MANAGER", "AGT ietl" }, { "DEVELOPER", "AGT i" }, { "MARKETING", "AGT il" },
        { "CUSTOMER_SUPPORT", "AG " }, { "SALES", "A " }, { "FINANCE", "A " }, { "ACCESS_TO_REPORTS", "A " },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Role_OfAKey_MayWhatTheTableSays(string role, string may)
    {
        var key = World.CreateKey(role: role);
        var app = World.AppId("Lumen Photos");
        object Group(bool isInternal) => new
        {
            data = new { type = "betaGroups", attributes = new { name = $"{role} {isInternal}", isInternalGroup = isInternal }, relationships = new { app = new { data = new { type = "apps", id = app } } } },
        };
        var external = World.GroupId("Lumen Photos", "External testers");
        var done = "";
        async Task Try(char mark, HttpMethod method, string path, object? body = null)
        {
            var answer = await simulator.RefusalAsync(method, path, body, key);
            Assert.True(answer.StartsWith('2') || answer == "403 FORBIDDEN_ERROR", $"{mark}: {answer}");
            done += answer.StartsWith('2') ? mark : "";
        }

        await Try('A', HttpMethod.Get, "/v1/apps?limit=1");
        await Try('G', HttpMethod.Get, $"/v1/apps/{app}/betaGroups");
        await Try('T', HttpMethod.Get, $"/v1/betaGroups/{external}/betaTesters");
        await Try('U', HttpMethod.Get, "/v1/users?limit=1");
        done += " ";
        await Try('i', HttpMethod.Post, "/v1/betaGroups", Group(true));
        await Try('e', HttpMethod.Post, "/v1/betaGroups", Group(false));
        await Try('t', HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester($"{role.ToLowerInvariant()}@example.com", external));
        await Try('l', HttpMethod.Patch, $"/v1/betaAppReviewDetails/{app}", new { data = new { type = "betaAppReviewDetails", id = app, attributes = new { notes = role } } });
        Assert.Equal(may, done);
    }

    [Fact]
    public async Task Role_NobodyKnowsEnoughOf_GoesBySwitches()
    {
        var (marketing, support) = (World.CreateKey(role: "MARKETING"), World.CreateKey(role: "CUSTOMER_SUPPORT"));
        var app = World.AppId("Lumen Photos");
        var details = new { data = new { type = "betaAppReviewDetails", id = app, attributes = new { notes = "x" } } };
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaGroups?include=betaTesters", key: support));
        World.Switches = new Switches { SupportReadsTesters = true, MarketingReads = false, MarketingWritesTestInformation = false };
        Assert.Equal("200 ", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaGroups?include=betaTesters", key: support));
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaTesters", key: marketing));
        Assert.Equal("200 ", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: marketing));
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Patch, $"/v1/betaAppReviewDetails/{app}", details, marketing));
    }
}
