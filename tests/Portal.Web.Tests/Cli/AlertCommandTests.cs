using Portal.Cli;
using Portal.Tests;

namespace Portal.Web.Tests.Cli;

public class AlertCommandTests
{
    [Fact]
    public async Task Alerts_FromThePrompt_AreListedTakenAndShown()
    {
        await using var web = await WebFixture.StartAsync(settings: new Dictionary<string, string?> { ["Sync:ReadBackSeconds"] = "0" });
        var linked = await LinkedTeam.MakeAsync(web);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("program-manager");
        await prompt.RunAsync("sync", "start", LinkedTeam.Group, "--json");
        web.World.ShrinkTeam(LinkedTeam.Team, 0);
        await prompt.RunAsync("sync", "start", LinkedTeam.Group, "--json");
        // The sweep goes by the portal's clock.
        web.Clock.Advance(TimeSpan.FromSeconds(15));
        var list = await prompt.RunAsync("alerts", "list", "--json");
        while (list.Json["items"]!.AsArray().Count == 0) list = await prompt.RunAsync("alerts", "list", "--json");
        var id = (string)Assert.Single(list.Json["items"]!.AsArray())!["id"]!;

        var taken = await prompt.RunAsync("alerts", "acknowledge", id, "--note", "On it");
        var table = await prompt.RunAsync("alerts", "list");

        Assert.Equal("team-empty", (string?)list.Json["items"]![0]!["problem"]!["code"]);
        Assert.True(taken.Code == ExitCodes.Ok, taken.ToString());
        Assert.Contains("(team-empty)", taken.Out);
        Assert.Contains($"Act on it at /links/{linked.Link.Id}", taken.Out);
        Assert.Contains("Taken by Program manager", taken.Out);
        Assert.Contains("Program manager", table.Out);
        var unknown = await prompt.RunAsync("alerts", "show", Guid.NewGuid().ToString());
        Assert.Equal(ExitCodes.Problem, unknown.Code);
    }
}
