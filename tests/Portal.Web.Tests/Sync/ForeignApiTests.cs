using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portal.Cli;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Web.Tests.Sync;

/// <summary>Unmanaged testers and other hands, over REST and at the prompt.</summary>
[Trait("Failure", "F27")]
[Trait("Failure", "F38")]
public sealed class ForeignApiTests
{
    private static readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unmanaged_OverRest_ListedMaskedWeighedAdoptedAndLeft()
    {
        await using var web = await WebFixture.StartAsync();
        var team = await LinkedTeam.MakeAsync(web);
        await StrangersAsync(web, team, 4);
        using var support = await web.ApiAsync("support");
        using var viewer = await web.ApiAsync("viewer");
        var path = $"/api/v1/links/{team.Link.Id}/unmanaged";

        var page = await support.GetFromJsonAsync<JsonNode>($"{path}?text=stranger1&inTeam=false", _cancel);
        Assert.Equal("stranger1@example.org", (string?)Assert.Single(page!["items"]!.AsArray())!["email"]);
        Assert.All((await viewer.GetFromJsonAsync<JsonNode>(path, _cancel))!["items"]!.AsArray(), item => Assert.Equal("s•••@example.org", (string?)item!["email"]));
        var ids = page["items"]!.AsArray().Select(i => (string?)i!["testerId"]).ToArray();
        using (var refused = await viewer.PostAsJsonAsync($"{path}/adopt", new { testerIds = ids, reason = "Ours", outsideTeam = 1 }, _cancel)) Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using (var unseen = await support.PostAsJsonAsync($"{path}/adopt", new { testerIds = ids, reason = "Ours" }, _cancel))
            Assert.Equal("unmanaged-outside-team", (string?)(await unseen.Content.ReadFromJsonAsync<JsonNode>(_cancel))!["code"]);
        using (var weighed = await support.PostAsJsonAsync($"{path}/weigh", new { testerIds = ids }, _cancel)) Assert.Equal(1, (int)(await weighed.Content.ReadFromJsonAsync<JsonNode>(_cancel))!["outsideTeam"]!);
        using (var adopted = await support.PostAsJsonAsync($"{path}/adopt", new { testerIds = ids, reason = "Ours", outsideTeam = 1 }, _cancel)) Assert.Equal(1, (int)(await adopted.Content.ReadFromJsonAsync<JsonNode>(_cancel))!["testers"]!);
        using (var left = await support.PostAsJsonAsync($"{path}/leave", new { all = true, reason = "Not ours" }, _cancel)) Assert.Equal(3, (int)(await left.Content.ReadFromJsonAsync<JsonNode>(_cancel))!["testers"]!);
        Assert.Equal(0, (int)(await support.GetFromJsonAsync<JsonNode>(path, _cancel))!["matching"]!);
    }

    [Fact]
    [Trait("Invariant", "40")]
    public async Task OtherHands_AtThePrompt_ShownAndAnsweredOnce()
    {
        await using var web = await WebFixture.StartAsync();
        var team = await LinkedTeam.MakeAsync(web);
        await StrangersAsync(web, team, 0);
        web.Clock.Advance(TimeSpan.FromMinutes(3));
        await StrangersAsync(web, team, 3);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("program-manager");

        var changes = await prompt.RunAsync("links", "changes", LinkedTeam.Group);
        var answer = await prompt.RunAsync("links", "answer", LinkedTeam.Group, "SyncIsOffNow", "--reason", "Switched off");
        var again = await prompt.RunAsync("links", "answer", LinkedTeam.Group, "ItWasUs", "--reason", "Twice");
        var weighed = await prompt.RunAsync("links", "adopt", LinkedTeam.Group, "--all", "--reason", "Ours");
        var adopted = await prompt.RunAsync("links", "adopt", LinkedTeam.Group, "--all", "--reason", "Ours", "--outside-team", "3");
        var rest = await prompt.RunAsync("links", "unmanaged", LinkedTeam.Group, "--json");

        Assert.True(changes.Code == ExitCodes.Ok, changes.ToString());
        Assert.Contains("stranger2@example.org", changes.Out);
        Assert.True(answer.Code == ExitCodes.Ok, answer.ToString());
        Assert.NotEqual(ExitCodes.Ok, again.Code);
        Assert.Contains("--outside-team 3", weighed.Out);
        Assert.Contains("Adopted: 3", adopted.Out);
        Assert.Equal(0, (int)rest.Json["matching"]!);
    }

    /// <summary>Added at Apple by somebody else, and seen by a preview.</summary>
    private static async Task StrangersAsync(WebFixture web, LinkedTeam team, int count)
    {
        for (var i = 0; i < count; i++) web.World.AddTesterByHand(team.GroupId, $"stranger{i}@example.org");
        var sync = web.Services.GetRequiredService<SyncService>();
        var run = await sync.RequestAsync(team.Link.Id, SyncMode.Preview, Actors.ProgramManager, cancel: _cancel);
        await foreach (var _ in sync.WatchAsync(run.RunId, Actors.ProgramManager, _cancel)) { }
    }
}
