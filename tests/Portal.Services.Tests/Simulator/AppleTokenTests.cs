using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Portal.Services.Tests.Simulator;

public sealed class AppleTokenTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private DateTimeOffset Now => simulator.World.Time.GetUtcNow();

    [Fact]
    public async Task Token_Proper_IsTakenAndTheBudgetCounted()
    {
        var key = simulator.World.CreateKey();
        using var first = await simulator.SendAsync(HttpMethod.Get, "/v1/apps?limit=1", key: key);
        using var second = await simulator.SendAsync(HttpMethod.Get, "/v1/apps?limit=1", key: key);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("user-hour-lim:3600;user-hour-rem:3599;", first.Headers.GetValues("X-Rate-Limit").Single());
        Assert.Equal("user-hour-lim:3600;user-hour-rem:3598;", second.Headers.GetValues("X-Rate-Limit").Single());
        Assert.Equal("application/json", second.Content.Headers.ContentType!.ToString());
    }

    public static TheoryData<string, Action<JsonObject, long>> WrongClaims => new()
    {
        { "expired", (c, now) => { c["exp"] = now - 1; c["iat"] = now - 600; } },
        { "too long", (c, now) => { c["iat"] = now; c["exp"] = now + 1201; } },
        { "future", (c, now) => { c["iat"] = now + 90; c["exp"] = now + 600; } },
        { "audience", (c, _) => c["aud"] = "appstoreconnect-v2" },
        { "issuer", (c, _) => c["iss"] = Guid.NewGuid().ToString() },
        { "no issuer", (c, _) => c.Remove("iss") },
        { "other scope", (c, _) => c["scope"] = new JsonArray("GET /v1/builds") },
    };

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task Token_WithAWrongClaim_IsRefused(string what, Action<JsonObject, long> change)
    {
        var token = SimulatorFixture.Token(simulator.Key, Now, claims => change(claims, Now.ToUnixTimeSeconds()));
        var refusal = await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", token: token);
        Assert.True(refusal == "401 NOT_AUTHORIZED", what + ": " + refusal);
    }

    [Fact]
    public async Task Token_SignedWrongly_IsRefused()
    {
        var other = simulator.World.CreateKey();
        string[] wrong =
        [
            SimulatorFixture.Token(simulator.Key, Now, der: true),
            SimulatorFixture.Token(simulator.Key, Now, algorithm: "ES384"),
            SimulatorFixture.Token(simulator.Key with { P8 = other.P8 }, Now),
            SimulatorFixture.Token(simulator.Key with { KeyId = "NOSUCHKEY1" }, Now),
            "garbage", "a.b.c", "",
        ];
        foreach (var token in wrong)
        {
            Assert.Equal("401 NOT_AUTHORIZED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", token: token));
        }
        using var anonymous = await simulator.Http.GetAsync("/v1/apps", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public async Task Scope_ThatMatches_ReadsAndNeverWrites()
    {
        var app = simulator.World.AppId("Aurora Notes");
        var token = SimulatorFixture.Token(simulator.Key, Now, c => c["scope"] = new JsonArray($"GET /v1/betaTesters?filter[apps]={app}"));
        using var read = await simulator.SendAsync(HttpMethod.Get, $"/v1/betaTesters?limit=3&filter[apps]={app}", token: token);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal("401 NOT_AUTHORIZED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaTesters", token: token));
        Assert.Equal("401 NOT_AUTHORIZED", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", new { }, token: token));
        var empty = SimulatorFixture.Token(simulator.Key, Now, c => c["scope"] = new JsonArray());
        Assert.Equal("400 ENTITY_INVALID", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", token: empty));
    }

    [Fact]
    public async Task Key_Revoked_IsRefusedAtOnce()
    {
        var key = simulator.World.CreateKey();
        Assert.Equal(50, (await simulator.GetAsync("/v1/builds", key))["data"]!.AsArray().Count);
        simulator.World.RevokeKey(key.KeyId);
        Assert.Equal("401 NOT_AUTHORIZED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/builds", key: key));
    }

    [Fact]
    public async Task Role_TooSmall_IsForbiddenInApplesWords()
    {
        var developer = simulator.World.CreateKey(role: "DEVELOPER");
        var admin = simulator.World.CreateKey(role: "ADMIN");
        var external = simulator.World.GroupId("Ember Chat", "External testers");
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Get, "/v1/users?limit=1"));
        using var users = await simulator.SendAsync(HttpMethod.Get, "/v1/users?limit=1", key: admin);
        Assert.Equal(HttpStatusCode.OK, users.StatusCode);
        Assert.Equal("403 FORBIDDEN_ERROR", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("dev@example.com", external), developer));
        using var read = await simulator.SendAsync(HttpMethod.Get, $"/v1/betaGroups/{external}/betaTesters", key: developer);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task HourLimit_Spent_Answers429UntilTheHourIsOver()
    {
        await using var own = new OwnSimulator();
        await own.Fixture.InitializeAsync();
        own.Fixture.World.Switches = own.Fixture.World.Switches with { HourLimit = 2, RetryAfterSeconds = 7 };
        await own.Fixture.GetAsync("/v1/apps");
        await own.Fixture.GetAsync("/v1/apps");
        using var refused = await own.Fixture.SendAsync(HttpMethod.Get, "/v1/apps");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(new RetryConditionHeaderValue(TimeSpan.FromSeconds(7)), refused.Headers.RetryAfter);
        own.Fixture.World.Advance(TimeSpan.FromMinutes(61));
        using var later = await own.Fixture.SendAsync(HttpMethod.Get, "/v1/apps");
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    private sealed class OwnSimulator : IAsyncDisposable
    {
        public SimulatorFixture Fixture { get; } = new();

        public ValueTask DisposeAsync() => Fixture.DisposeAsync();
    }
}
