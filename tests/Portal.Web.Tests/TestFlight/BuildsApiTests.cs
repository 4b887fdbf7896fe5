using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Portal.Cli;
using Portal.Tests;

namespace Portal.Web.Tests.TestFlight;

/// <summary>Builds, rules and releases over REST and at the prompt: the same words and rights as on the pages.</summary>
public sealed class BuildsApiTests : IAsyncLifetime
{
    private static readonly CancellationToken _cancel = TestContext.Current.CancellationToken;
    private WebFixture _web = null!;
    private UsedLink _used = null!;

    private string Group => _used.Link.GroupId;

    public async ValueTask InitializeAsync()
    {
        _web = await WebFixture.StartAsync();
        _used = await UsedLink.MakeAsync(_web);
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task Api_BuildFromUploadToRelease_IsDoneAndSeenByRole()
    {
        using var manager = await _web.ApiAsync("program-manager");
        using var viewer = await _web.ApiAsync("viewer");
        var build = _web.World.UploadBuild(_used.Link.AppId, "3.0", "300", "BETA_APPROVED");
        var friends = _web.World.GroupId(UsedLink.App, "Aurora friends");

        var change = new { give = true, groupIds = new[] { Group, friends }, buildIds = new[] { build } };
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync("/api/v1/assignments", change, _cancel)).StatusCode);
        var assigned = await ReadAsync(await manager.PostAsJsonAsync("/api/v1/assignments", change, _cancel));
        Assert.All(assigned.AsArray(), one => Assert.Equal("Confirmed", (string?)one!["outcome"]));
        var listed = (await viewer.GetFromJsonAsync<JsonNode>($"/api/v1/apps/{_used.Link.AppId}/builds", _cancel))!["builds"]!.AsArray().First(one => (string?)one!["build"]!["id"] == build)!;
        Assert.Contains("Aurora friends", listed["groups"]!.AsArray().Select(name => (string?)name));

        await ReadAsync(await manager.PutAsJsonAsync($"/api/v1/builds/{build}/what-to-test/en-US", new { text = "Look at the search" }, _cancel));
        Assert.Contains("Look at the search", await viewer.GetStringAsync($"/api/v1/builds/{build}/what-to-test", _cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await manager.PutAsJsonAsync($"/api/v1/builds/{build}/what-to-test/en-US", new { text = " " }, _cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await manager.PostAsync($"/api/v1/builds/{build}/notifications", null, _cancel)).StatusCode);

        var monitor = await ReadAsync(await manager.PutAsJsonAsync($"/api/v1/links/{_used.Link.Id}/build-monitoring", new { mode = "Draft", mailTo = "ana@example.com" }, _cancel));
        Assert.Equal(("Draft", "ana@example.com"), ((string?)monitor["mode"], (string?)monitor["mailTo"]));
        Assert.Null((await viewer.GetFromJsonAsync<JsonNode>($"/api/v1/links/{_used.Link.Id}/build-monitoring", _cancel))!["mailTo"]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await manager.PostAsJsonAsync($"/api/v1/links/{_used.Link.Id}/releases", new { buildId = build, mode = "Maybe" }, _cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await manager.PostAsJsonAsync($"/api/v1/links/{_used.Link.Id}/releases", new { buildId = build, mode = "Published" }, _cancel)).StatusCode);
        while (_web.World.Releases.Count == 0) await Task.Delay(50, _cancel);
        Assert.Contains("Aurora Notes 3.0 (300)", await viewer.GetStringAsync($"/api/v1/builds/{build}/releases", _cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_Rule_IsTriedMadeReadAndRemoved()
    {
        using var manager = await _web.ApiAsync("program-manager");
        using var support = await _web.ApiAsync("support");
        var path = $"/api/v1/groups/{Group}/auto-build-rule";
        var rule = new { enabled = true, versions = "3.*", platform = "IOS", compliance = "ExemptOnly", quietFrom = "", quietTo = "", timeZone = "", submitForReview = false };

        Assert.Equal(HttpStatusCode.Forbidden, (await support.PutAsJsonAsync(path, rule, _cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await support.GetAsync(path, _cancel)).StatusCode);
        Assert.NotEmpty((await ReadAsync(await manager.PostAsJsonAsync($"{path}/dry-run", rule, _cancel))).AsArray());
        var made = await ReadAsync(await manager.PutAsJsonAsync(path, rule, _cancel));
        Assert.Equal("Program manager", (string?)made["complianceByName"]);
        Assert.Equal(HttpStatusCode.OK, (await support.GetAsync(path, _cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await manager.DeleteAsync(path, _cancel)).StatusCode);
    }

    [Fact]
    public async Task Prompt_BuildsReleasesAndRules_SayWhatCameOfEach()
    {
        using var prompt = new Prompt(_web);
        await prompt.SignInAsync("program-manager");
        var build = _web.World.UploadBuild(_used.Link.AppId, "3.0", "300", "BETA_APPROVED");
        var early = _web.World.GroupId(UsedLink.App, "Aurora early birds");

        var assigned = await prompt.RunAsync("builds", "assign", "--build", build, "--group", Group, "--group", early);
        var taken = await prompt.RunAsync("builds", "unassign", "--build", build, "--group", early);
        var refused = await prompt.RunAsync("builds", "assign", "--build", "nothing", "--group", early);
        var listed = await prompt.RunAsync("builds", "list", UsedLink.App);
        var groups = await prompt.RunAsync("builds", "groups", UsedLink.App);
        var text = await prompt.RunAsync("builds", "text", build, "Look at the search");
        var notify = await prompt.RunAsync("builds", "notify", build);
        var monitor = await prompt.RunAsync("releases", "monitor", UsedLink.Group, "Draft");
        var created = await prompt.RunAsync("releases", "create", UsedLink.Group, build, "--json");
        var releases = await prompt.RunAsync("releases", "list", UsedLink.Group);
        var rule = await prompt.RunAsync("rules", "show", early);

        Assert.Equal((ExitCodes.Ok, ExitCodes.Ok, ExitCodes.Problem), (assigned.Code, taken.Code, refused.Code));
        Assert.Equal(2, assigned.Out.Split("Confirmed").Length - 1);
        Assert.Contains("apple-not-found", refused.Out, StringComparison.Ordinal);
        Assert.Contains("Aurora beta testers", listed.Out, StringComparison.Ordinal);
        Assert.Contains("Aurora early birds", groups.Out, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Ok, ExitCodes.Ok, ExitCodes.Ok), (text.Code, notify.Code, monitor.Code));
        Assert.Equal(ExitCodes.Ok, created.Code);
        Assert.Contains(build, releases.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Problem, rule.Code);
        Assert.Equal([build], _web.World.GroupBuilds(Group).Where(id => id == build));
        Assert.DoesNotContain(build, _web.World.GroupBuilds(early));
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(_cancel));
            return (await answer.Content.ReadFromJsonAsync<JsonNode>(_cancel))!;
        }
    }
}
