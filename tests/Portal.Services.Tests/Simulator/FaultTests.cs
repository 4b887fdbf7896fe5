using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Faults by script and by dice: each kind does what its name says, and is counted when it does.</summary>
public sealed class FaultTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private World World => simulator.World;

    public ValueTask DisposeAsync()
    {
        World.Faults.Clear();
        World.Faults.ForgetStruck();
        World.Switches = new Switches();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("502", 502, "text/html")]
    [InlineData("502-text", 502, "text/plain")]
    [InlineData("503", 503, null)]
    [InlineData("503-html", 503, "text/html")]
    [InlineData("504", 504, null)]
    [InlineData("504-html", 504, "text/html")]
    [InlineData("html", 200, "text/html")]
    public async Task Gateway_Failing_AnswersWithoutJson(string kind, int status, string? contentType)
    {
        World.AddFault(kind);
        using var answer = await simulator.SendAsync(HttpMethod.Get, "/v1/apps");
        Assert.Equal((status, contentType), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(1, World.Faults.Struck[kind]);
    }

    [Theory]
    [InlineData("500-after-commit", "500 UNEXPECTED_ERROR", true)]
    [InlineData("504-after-commit", "504", true)]
    [InlineData("500", "500 UNEXPECTED_ERROR", false)]
    [InlineData("504", "504", false)]
    public async Task Write_Failing_IsDoneOrNotAsTheKindSays(string kind, string expected, bool done)
    {
        var group = World.GroupId("Kestrel Travel", "Press");
        World.AddFault(kind, "POST");
        Assert.Equal(expected, await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester($"{kind}@example.com", group)));
        Assert.Equal(done, World.GroupMembers(group).Any(m => m.Email == $"{kind}@example.com"));
    }

    [Fact]
    public async Task Reset_BreaksTheConnection_BeforeOrAfterTheWork()
    {
        var group = World.GroupId("Kestrel Travel", "Press");
        World.AddFault("reset", "POST");
        World.AddFault("reset-after-commit", "POST");
        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.SendAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("reset.before@example.com", group)));
        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.SendAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("reset.after@example.com", group)));
        Assert.DoesNotContain(World.GroupMembers(group), m => m.Email == "reset.before@example.com");
        Assert.Contains(World.GroupMembers(group), m => m.Email == "reset.after@example.com");
    }

    [Fact]
    public async Task TruncatedJson_IsACompleteAnswerThatDoesNotParse()
    {
        World.AddFault("truncated-json");
        using var answer = await simulator.SendAsync(HttpMethod.Get, "/v1/apps");
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal((HttpStatusCode.OK, text.Length), (answer.StatusCode, (int)answer.Content.Headers.ContentLength!));
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(text));
    }

    [Fact(Timeout = 60_000)]
    public async Task Slow_WaitsOnTheSimulatorsClock()
    {
        World.Switches = new Switches { SlowMilliseconds = 3_600_000 };
        World.AddFault("slow");
        var open = simulator.GetAsync("/v1/apps");
        while (!World.Faults.Struck.ContainsKey("slow")) await Task.Delay(5, Cancel);
        // Others go and come meanwhile.
        for (var n = 0; n < 20; n++) await simulator.GetAsync("/v1/builds?limit=1");
        Assert.False(open.IsCompleted);
        while (!open.IsCompleted)
        {
            World.Advance(TimeSpan.FromHours(1));
            await Task.Delay(5, Cancel);
        }
        Assert.NotNull((await open)["data"]);
    }

    [Fact]
    public async Task Key_Named_IsTheOnlyOneStruck()
    {
        var (one, other) = (World.CreateKey(), World.CreateKey());
        World.AddFault("500", times: 9, keyId: one.KeyId);
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: other));
        Assert.StartsWith("500", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: one));
    }

    [Fact]
    public async Task Crowd_OfOneKey_Answers500AndDoesNothing()
    {
        World.Switches = new Switches { ParallelCallsBefore500 = 1 };
        World.AddFault("hold", "GET");
        var held = simulator.RefusalAsync(HttpMethod.Get, "/v1/apps");
        await World.Faults.WaitUntilHeldAsync(Cancel);
        Assert.Equal("500 UNEXPECTED_ERROR", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
        World.Faults.Release();
        Assert.StartsWith("200", await held);
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
        Assert.Equal(1, World.Faults.Struck["500-parallel"]);
        Assert.Equal([1, 2, 1], World.Ledger.Entries.TakeLast(3).Select(e => e.AtOnce));
    }

    [Fact]
    public async Task Dice_OfOneSeed_FallTheSameForEveryEndpointWhateverComesBetween()
    {
        async Task<List<string>> Walk(bool mixed)
        {
            World.Faults.Clear();
            World.ThrowFaults(7, 0.5, ["429", "500", "503"]);
            var key = World.CreateKey();
            var seen = new List<string>();
            for (var n = 0; n < 30; n++)
            {
                if (mixed) await simulator.RefusalAsync(HttpMethod.Get, "/v1/builds", key: key);
                seen.Add(await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: key));
            }
            return seen;
        }
        var alone = await Walk(mixed: false);
        Assert.Equal(alone, await Walk(mixed: true));
        Assert.InRange(alone.Count(a => !a.StartsWith("200", StringComparison.Ordinal)), 5, 25);
        World.Faults.Clear();
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
    }

    [Fact]
    public async Task Dice_ThrownOftenEnough_HitEveryKindAndNo401Twice()
    {
        World.Switches = new Switches { HourLimit = 0, SlowMilliseconds = 1 };
        var group = World.GroupId("Lumen Photos", "Partners");
        World.ThrowFaults(3, 0.6);
        for (var n = 0; World.Faults.Struck.Count < Faults.RandomKinds.Count && n < 2_000; n++)
        {
            try
            {
                using var read = await simulator.SendAsync(HttpMethod.Get, "/v1/builds?limit=1");
                await read.Content.ReadAsStringAsync(Cancel);
                using var write = await simulator.SendAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester($"dice.{n}@example.com", group));
                await write.Content.ReadAsStringAsync(Cancel);
            }
            catch (HttpRequestException)
            {
                // A reset or a cut answer: what this is about.
            }
        }
        Assert.Equal(Faults.RandomKinds.Order(), World.Faults.Struck.Keys.Order());
        World.Faults.Clear();
        World.ThrowFaults(3, 1, ["401", "429"]);
        var key = World.CreateKey();
        for (var n = 0; n < 40; n++) await simulator.RefusalAsync(HttpMethod.Get, "/v1/builds", key: key);
        var reads = World.Ledger.Entries.Where(e => e.KeyId == key.KeyId).Select(e => e.Fault).ToList();
        Assert.Contains("401", reads);
        Assert.DoesNotContain(reads.Zip(reads.Skip(1)), pair => pair is ("401", "401"));
    }

    [Fact]
    public async Task Dice_OverHttp_AreCountedAndPutAway()
    {
        using var thrown = await simulator.Http.PostAsJsonAsync("/sim/faults/seed", new { seed = 1, rate = 1.0, kinds = new[] { "503" } }, Cancel);
        Assert.Equal(HttpStatusCode.OK, thrown.StatusCode);
        Assert.Equal("503", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
        var told = await simulator.Http.GetFromJsonAsync<JsonObject>("/sim/faults", Cancel);
        Assert.Equal((1, 1), ((int)told!["struck"]!["503"]!, (int)told["seed"]!["seed"]!));
        using var wrong = await simulator.Http.PostAsJsonAsync("/sim/faults/seed", new { seed = 1, rate = 20 }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var cleared = await simulator.Http.DeleteAsync("/sim/faults", Cancel);
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
    }

    [Fact]
    public async Task ETag_KnownToTheCaller_IsAnsweredWith304()
    {
        World.Switches = new Switches { ETags = true };
        using var first = await simulator.SendAsync(HttpMethod.Get, "/v1/apps?limit=1");
        Assert.Matches("^[A-Z2-7]{26}$", first.Headers.GetValues("X-Apple-Jingle-Correlation-Key").Single());
        Assert.Equal(("daiquiri/3.0.0", "application/json"), (first.Headers.Server.ToString(), first.Content.Headers.ContentType!.ToString()));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/v1/apps?limit=1");
        again.Headers.Authorization = new("Bearer", SimulatorFixture.Token(simulator.Key, World.Time.GetUtcNow()));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var answer = await simulator.Http.SendAsync(again, Cancel);
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Fact]
    public async Task Ledger_ReadAndReset_OverHttp()
    {
        var key = World.CreateKey();
        var mark = World.Ledger.Last;
        await simulator.GetAsync("/v1/apps?limit=2", key);
        await simulator.GetAsync($"/v1/apps/{World.AppId("Aurora Notes")}", key);
        await simulator.GetAsync("/v1/apps?limit=3", key);
        var calls = await simulator.Http.GetFromJsonAsync<JsonArray>($"/sim/ledger?since={mark}&keyId={key.KeyId}&template=/v1/apps", Cancel);
        Assert.Equal([2, 3], calls!.Select(c => (int)c!["items"]!));
        var sums = await simulator.Http.GetFromJsonAsync<JsonArray>("/sim/ledger/sums", Cancel);
        Assert.Contains(sums!, s => (string)s!["pathTemplate"]! == "/v1/apps/{id}" && (int)s["status"]! == 200);
        using var reset = await simulator.Http.DeleteAsync("/sim/ledger", Cancel);
        Assert.Empty((await simulator.Http.GetFromJsonAsync<JsonArray>("/sim/ledger", Cancel))!);
        await simulator.GetAsync("/v1/apps", key);
        Assert.Equal(mark + 4, World.Ledger.Last);
    }
}
