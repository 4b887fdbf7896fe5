using System.Net;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Both windows of a key's budget on the simulator's clock, and every form of the header that was seen.</summary>
public sealed class RateLimitTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncDisposable
{
    private World World => simulator.World;

    public ValueTask DisposeAsync()
    {
        World.Switches = new Switches();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Hour_UsedUp_RefusesUntilTheFirstCallIsAnHourOld()
    {
        World.Switches = new Switches { HourLimit = 3 };
        var key = World.CreateKey();
        Assert.Equal(["user-hour-lim:3;user-hour-rem:2;"], await HeaderAsync(key));
        World.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(["user-hour-lim:3;user-hour-rem:1;"], await HeaderAsync(key));
        Assert.Equal(["user-hour-lim:3;user-hour-rem:0;"], await HeaderAsync(key));
        Assert.Equal("429 RATE_LIMIT_EXCEEDED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: key));
        World.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(["user-hour-lim:3;user-hour-rem:0;"], await HeaderAsync(key));
        Assert.Equal("429 RATE_LIMIT_EXCEEDED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: key));
        Assert.Equal(["user-hour-lim:3;user-hour-rem:2;"], await HeaderAsync(World.CreateKey()));
    }

    [Fact]
    public async Task Refusal_ByTheMinute_SaysWhatAppleSaysAndNoRetryAfter()
    {
        World.Switches = new Switches { MinuteLimit = 1 };
        var key = World.CreateKey();
        Assert.Equal(["user-hour-lim:3600;user-hour-rem:3599;, user-minute-lim:1;user-minute-rem:0;"], await HeaderAsync(key));
        using (var refused = await simulator.SendAsync(HttpMethod.Get, "/v1/apps", key: key))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Null(refused.Headers.RetryAfter);
            var error = System.Text.Json.Nodes.JsonNode.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["errors"]![0]!;
            Assert.Equal(("RATE_LIMIT_EXCEEDED", "The request rate limit has been reached.", "We've received too many requests for this API. Please wait and try again or slow down your request rate."),
                ((string)error["code"]!, (string)error["title"]!, (string)error["detail"]!));
        }
        World.Switches = World.Switches with { RetryAfterSeconds = 17 };
        using (var refused = await simulator.SendAsync(HttpMethod.Get, "/v1/apps", key: key)) Assert.Equal(TimeSpan.FromSeconds(17), refused.Headers.RetryAfter!.Delta);
        World.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(["user-hour-lim:3600;user-hour-rem:3598;, user-minute-lim:1;user-minute-rem:0;"], await HeaderAsync(key));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task RefusedCalls_CountOnlyWithTheSwitch(bool counted, int left)
    {
        World.Switches = new Switches { MinuteLimit = 1, HourLimit = 3, RefusedCallsCount = counted };
        var key = World.CreateKey();
        await HeaderAsync(key);
        Assert.StartsWith("429", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: key));
        World.Advance(TimeSpan.FromSeconds(61));
        Assert.StartsWith($"user-hour-lim:3;user-hour-rem:{left};", Assert.Single(await HeaderAsync(key)));
    }

    [Theory]
    [InlineData(RateLimitHeader.Joined, "user-hour-lim:10;user-hour-rem:9;, user-minute-lim:5;user-minute-rem:4;")]
    [InlineData(RateLimitHeader.HourOnly, "user-hour-lim:10;user-hour-rem:9;")]
    [InlineData(RateLimitHeader.MinuteOnly, "user-minute-lim:5;user-minute-rem:4;")]
    [InlineData(RateLimitHeader.Twice, "user-hour-lim:10;user-hour-rem:9;", "user-minute-lim:5;user-minute-rem:4;")]
    [InlineData(RateLimitHeader.Missing)]
    public async Task Header_TakesTheFormOfTheSwitch(RateLimitHeader form, params string[] lines)
    {
        World.Switches = new Switches { HourLimit = 10, MinuteLimit = 5, RateLimitHeader = form };
        Assert.Equal(lines, await HeaderAsync(World.CreateKey()));
    }

    [Fact]
    public async Task Minute_OnSomeEndpoints_LimitsThoseAlone()
    {
        World.Switches = new Switches { HourLimit = 0, MinuteLimit = 1, MinuteLimitOn = ["GET /v1/betaGroups"] };
        var key = World.CreateKey();
        Assert.Empty(await HeaderAsync(key));
        Assert.Equal(["user-minute-lim:1;user-minute-rem:0;"], await HeaderAsync(key, "/v1/betaGroups"));
        Assert.StartsWith("429", await simulator.RefusalAsync(HttpMethod.Get, "/v1/betaGroups", key: key));
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: key));
    }

    private async Task<IEnumerable<string>> HeaderAsync(IssuedKey key, string path = "/v1/apps")
    {
        using var response = await simulator.SendAsync(HttpMethod.Get, path, key: key);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.NonValidated.TryGetValues("X-Rate-Limit", out var values) ? [.. values] : [];
    }
}
