using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Portal.Tests;

namespace Portal.Web.Tests.Audit;

public class AuditApiTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_AsReviewer_HoldsSignInsAndOpensOneWithItsPayload()
    {
        using var someone = await web.SignInAsync("viewer");
        using var api = await web.ApiAsync("security-reviewer");

        var list = await api.GetFromJsonAsync<JsonNode>("/api/v1/audit?code=sign-in.&when=hour&size=5", Cancel);

        var first = list!["events"]!.AsArray().First(e => (string?)e!["code"] == "sign-in.succeeded")!;
        var one = await api.GetFromJsonAsync<JsonNode>($"/api/v1/audit/{first["id"]}", Cancel);
        Assert.Contains("\"code\":\"sign-in.succeeded\"", (string?)one!["payload"]);
        Assert.Equal(64, ((string)one["payloadHash"]!).Length);
        Assert.True((bool?)one["textHolds"]);
    }

    [Fact]
    public async Task Get_NoSuchEvent_IsNotFoundInWords()
    {
        using var api = await web.ApiAsync("viewer");

        using var answer = await api.GetAsync($"/api/v1/audit/{Guid.CreateVersion7()}", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("audit-event-not-found", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["code"]);
    }

    [Theory]
    [InlineData("viewer", HttpStatusCode.Forbidden)]
    [InlineData("support", HttpStatusCode.OK)]
    [InlineData("security-reviewer", HttpStatusCode.OK)]
    [InlineData("administrator", HttpStatusCode.Forbidden)]
    public async Task Search_ByAddress_IsForThoseWhoSeeOrCheckAddresses(string user, HttpStatusCode expected)
    {
        using var api = await web.ApiAsync(user);

        using var answer = await api.PostAsJsonAsync("/api/v1/audit/search", new { query = new { address = "ana@example.org" } }, Cancel);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("jsonl", "application/x-ndjson")]
    public async Task Export_FromThePage_StreamsAFileAndIsRecorded(string format, string type)
    {
        using var reviewer = await web.SignInAsync("security-reviewer");

        using var answer = await reviewer.GetAsync($"/audit/export?format={format}&code=sign-in.", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains("sign-in.succeeded", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var api = await web.ApiAsync("security-reviewer");
        var recorded = await api.GetFromJsonAsync<JsonNode>("/api/v1/audit?code=audit.exported", Cancel);
        Assert.NotEmpty(recorded!["events"]!.AsArray());
    }

    [Fact]
    public async Task Export_NotSignedIn_GoesToTheSignIn()
    {
        using var nobody = web.Browser(followRedirects: false);

        using var answer = await nobody.GetAsync("/audit/export?format=csv", Cancel);

        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }
}
