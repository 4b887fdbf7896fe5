using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Portal.Cli;
using Portal.Tests;

namespace Portal.Web.Tests.Audit;

[Trait("Invariant", "28")]
public class AuditProofApiTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_AsReviewer_SignsReadsAndProvesAnEvent()
    {
        using var api = await web.ApiAsync("security-reviewer");
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("security-reviewer");

        var checkpoint = await CheckpointAsync(api);
        var list = await api.GetFromJsonAsync<JsonNode>("/api/v1/audit?size=500", Cancel);
        var first = list!["events"]!.AsArray().Single(e => (long?)e!["leaf"] == 0)!;
        var proof = await prompt.RunAsync("audit", "proof", "--event", $"{first["id"]}");
        var verified = await prompt.RunAsync("audit", "verify");
        var signed = await prompt.RunAsync("audit", "checkpoint");
        var state = await api.GetFromJsonAsync<JsonNode>("/api/v1/audit/verification", Cancel);

        Assert.Equal(0, (long?)proof.Json["leaf"]);
        Assert.NotEmpty((string)checkpoint["root"]!);
        Assert.True(verified.Code == ExitCodes.Ok, verified.Out + verified.Error);
        Assert.Contains("The record is whole up to event", verified.Out);
        Assert.StartsWith("portal.example/audit\n", signed.Out.ReplaceLineEndings("\n"));
        Assert.True((bool?)state!["last"]!["isWhole"]);
    }

    [Fact]
    public async Task Proof_SizesThereNeverWere_IsRefusedInWords()
    {
        using var api = await web.ApiAsync("security-reviewer");

        using var answer = await api.GetAsync("/api/v1/audit/proofs/consistency?from=1&to=999999", Cancel);

        Assert.Equal("audit-no-such-sizes", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["code"]);
    }

    [Theory]
    [InlineData("GET", "verification"), InlineData("POST", "verification"), InlineData("GET", "checkpoint"), InlineData("POST", "checkpoint")]
    [InlineData("GET", "proofs/consistency?from=1&to=2")]
    public async Task Proofs_WithoutTheWholeAudit_AreRefused(string method, string path)
    {
        using var api = await web.ApiAsync("support");

        using var answer = await api.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/v1/audit/{path}"), Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    /// <summary>Something is recorded, and the sequencer takes it in within a moment.</summary>
    private async Task<JsonNode> CheckpointAsync(HttpClient api)
    {
        using var other = await web.ApiAsync("viewer");
        using var refused = await other.PostAsync("/api/v1/audit/checkpoint", null, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        // Asked in peace: the portal answers nobody more often than its limit allows.
        while ((long)(await api.GetFromJsonAsync<JsonNode>("/api/v1/audit/verification", Cancel))!["size"]! == 0) await Task.Delay(TimeSpan.FromMilliseconds(250), Cancel);
        using var answer = await api.PostAsync("/api/v1/audit/checkpoint", null, Cancel);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }
}
