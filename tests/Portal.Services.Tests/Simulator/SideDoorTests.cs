using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

public sealed partial class SideDoorTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private const string Keys = "/apple/access/integrations/api";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_GeneratedAtThePage_IsDownloadedOnceAndWorks()
    {
        using var form = new FormUrlEncodedContent([new("name", "Sync <key>"), new("role", "APP_MANAGER")]);
        using var made = await simulator.Http.PostAsync(Keys, form, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        var page = await simulator.Http.GetStringAsync(Keys, Cancellation);
        Assert.Contains("Sync &lt;key&gt;", page);
        Assert.Contains(simulator.World.IssuerId, page);
        Assert.DoesNotContain("PRIVATE KEY", page);
        var keyId = KeyRow().Matches(page)[^1].Groups[1].Value;

        using var download = await simulator.Http.PostAsync($"{Keys}/{keyId}/download", null, Cancellation);
        Assert.Equal($"AuthKey_{keyId}.p8", download.Content.Headers.ContentDisposition!.FileName);
        var key = new IssuedKey(keyId, simulator.World.IssuerId, await download.Content.ReadAsStringAsync(Cancellation));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", key.P8);
        using var twice = await simulator.Http.PostAsync($"{Keys}/{keyId}/download", null, Cancellation);
        Assert.Equal(HttpStatusCode.Gone, twice.StatusCode);
        Assert.DoesNotContain("PRIVATE KEY", await twice.Content.ReadAsStringAsync(Cancellation));

        Assert.NotEmpty((await simulator.GetAsync("/v1/apps", key))["data"]!.AsArray());
        Assert.Contains("Revoke key", await simulator.Http.GetStringAsync($"{Keys}/{keyId}/revoke", Cancellation));
        using var revoked = await simulator.Http.PostAsync($"{Keys}/{keyId}/revoke", null, Cancellation);
        Assert.Equal("401 NOT_AUTHORIZED", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps", key: key));
    }

    [Fact]
    public async Task Ledger_AfterARequest_NamesTokenMethodTemplateAndItems()
    {
        var group = simulator.World.GroupId("Aurora Notes", "Aurora public link");
        var token = SimulatorFixture.Token(simulator.Key, simulator.World.Time.GetUtcNow());
        using var response = await simulator.SendAsync(HttpMethod.Get, $"/v1/betaGroups/{group}/betaTesters?limit=7", token: token);
        var entry = simulator.World.Ledger.Entries.Last(e => e.Path.Contains(group));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));
        Assert.Equal((simulator.Key.KeyId, hash, "GET", "/v1/betaGroups/{id}/betaTesters", "?limit=7", 200, 7),
            (entry.KeyId, entry.TokenHash, entry.Method, entry.PathTemplate, entry.Query, entry.Status, entry.Items));
        var json = await simulator.Http.GetFromJsonAsync<JsonArray>("/sim/ledger", Cancellation);
        Assert.Contains(json!, e => (string?)e!["tokenHash"] == hash && (string)e["pathTemplate"]! == entry.PathTemplate);
    }

    [Theory]
    [InlineData("429", "429 RATE_LIMIT_EXCEEDED", false)]
    [InlineData("401", "401 NOT_AUTHORIZED", false)]
    [InlineData("403-agreement", "403 FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", false)]
    [InlineData("500", "500 UNEXPECTED_ERROR", false)]
    [InlineData("503", "503", false)]
    [InlineData("500-after-commit", "500 UNEXPECTED_ERROR", true)]
    public async Task Fault_Asked_StrikesTheMatchingCallOnce(string kind, string expected, bool committed)
    {
        var group = simulator.World.GroupId("Lumen Photos", "External testers");
        var email = $"fault.{kind}@example.com";
        using var asked = await simulator.Http.PostAsJsonAsync("/sim/faults", new { kind, method = "POST", pathContains = "/betaTesters", times = 1 }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.NotEmpty((await simulator.GetAsync("/v1/betaTesters"))["data"]!.AsArray());
        Assert.Equal(expected, await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester(email, group)));
        Assert.Equal(committed, simulator.World.GroupMembers(group).Any(m => m.Email == email));
        Assert.Equal("201 ", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester(email, group)));
    }

    [Theory]
    [InlineData("reset", false)]
    [InlineData("reset-after-commit", true)]
    [InlineData("truncated", true)]
    public async Task Fault_OfTheConnection_BreaksTheAnswer(string kind, bool committed)
    {
        var group = simulator.World.GroupId("Harbor Budget", "External testers");
        var email = $"broken.{kind}@example.com";
        simulator.World.AddFault(kind, "POST", "/betaTesters");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester(email, group)));
        Assert.Equal(committed, simulator.World.GroupMembers(group).Any(m => m.Email == email));
    }

    [Theory]
    [InlineData("hold", false)]
    [InlineData("hold-after-commit", true)]
    public async Task Hold_UntilReleased_StopsAtTheExactPoint(string kind, bool committed)
    {
        var group = simulator.World.GroupId("Glacier Weather", "External testers");
        var email = $"{kind}@example.com";
        simulator.World.AddFault(kind, "POST", "/betaTesters");
        var open = simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester(email, group));
        await simulator.World.Faults.WaitUntilHeldAsync(Cancellation);
        Assert.Equal(committed, Assert.Single(simulator.World.Faults.Held).Committed);
        Assert.Equal(committed, simulator.World.GroupMembers(group).Any(m => m.Email == email));
        using var released = await simulator.Http.PostAsync("/sim/faults/release", null, Cancellation);
        Assert.Equal("201 ", await open);
        Assert.Contains(simulator.World.GroupMembers(group), m => m.Email == email);
    }

    [Fact]
    public async Task Hold_CallerHangsUp_CommitsNothing()
    {
        var group = simulator.World.GroupId("Glacier Weather", "External testers");
        simulator.World.AddFault("hold", "POST", "/betaTesters");
        using (var portal = new HttpClient { BaseAddress = simulator.Http.BaseAddress })
        {
            portal.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SimulatorFixture.Token(simulator.Key, simulator.World.Time.GetUtcNow()));
            using var stop = new CancellationTokenSource();
            var open = portal.PostAsJsonAsync("/v1/betaTesters", SimulatorFixture.NewTester("killed@example.com", group), stop.Token);
            await simulator.World.Faults.WaitUntilHeldAsync(Cancellation);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open);
        }
        while (simulator.World.Faults.Held.Count > 0)
        {
            await Task.Yield();
        }
        Assert.DoesNotContain(simulator.World.GroupMembers(group), m => m.Email == "killed@example.com");
        Assert.Equal(0, simulator.World.Ledger.Entries.Last(e => e.Method == "POST").Status);
    }

    [Fact]
    public async Task Clock_Advanced_MovesTheDateHeaderAndExpiresBuilds()
    {
        await using var own = new SimulatorFixture();
        await own.InitializeAsync();
        var build = own.World.UploadBuild(own.World.AppId("Fathom Fitness"), "7.7", "777");
        using var moved = await own.Http.PostAsJsonAsync("/sim/clock", new { advanceSeconds = 91 * 86_400 }, Cancellation);
        Assert.True(moved.Headers.Date > TimeProvider.System.GetUtcNow().AddDays(-1));
        var detail = await own.GetAsync($"/v1/buildBetaDetails/{build}");
        Assert.Equal("EXPIRED", (string)detail["data"]!["attributes"]!["externalBuildState"]!);
    }

    [Fact]
    public async Task State_Pages_AndMistakes_AnswerPlainly()
    {
        var state = await simulator.Http.GetFromJsonAsync<JsonObject>("/sim/state", Cancellation);
        Assert.Equal(5, state!["teams"]!.AsArray().Count);
        var group = (string)state["apps"]![0]!["groups"]!.AsArray().Single(g => (string)g!["name"]! == "Aurora public link")!["id"]!;
        Assert.Equal(30, (await simulator.Http.GetFromJsonAsync<JsonArray>($"/sim/groups/{group}/members", Cancellation))!.Count);
        Assert.Contains("Calls to Apple", await simulator.Http.GetStringAsync("/sim", Cancellation));
        using var wrong = await simulator.Http.PostAsJsonAsync("/sim/faults", new { kind = "418" }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var unknown = await simulator.Http.PostAsJsonAsync("/sim/switches", new { noSuchSwitch = true }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        using var missing = await simulator.Http.GetAsync("/sim/groups/none/members", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [GeneratedRegex("data-key-id=\"([A-Z0-9]{10})\"")]
    private static partial Regex KeyRow();
}
