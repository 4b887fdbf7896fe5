using System.Text.Json.Nodes;
using Portal.Cli;
using Portal.Tests;

namespace Portal.Web.Tests.Cli;

public class SyncCommandTests
{
    private static readonly IReadOnlyDictionary<string, string?> _impatient = new Dictionary<string, string?> { ["Sync:ReadBackSeconds"] = "0" };

    [Fact]
    public async Task SyncStart_FromThePrompt_FillsTheGroupUnderThePersonWhoStartedIt()
    {
        await using var web = await WebFixture.StartAsync(settings: _impatient);
        var linked = await LinkedTeam.MakeAsync(web);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("program-manager");

        var preview = await prompt.RunAsync("sync", "preview", LinkedTeam.Group);
        var before = web.World.GroupMembers(linked.GroupId).Count;
        var start = await prompt.RunAsync("sync", "start", LinkedTeam.Group, "--json");

        Assert.Equal(ExitCodes.Ok, preview.Code);
        Assert.Contains("Nothing was changed.", preview.Out);
        Assert.Equal(0, before);
        Assert.Equal(ExitCodes.Ok, start.Code);
        var states = start.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var last = states[^1];
        Assert.Equal("Succeeded", (string?)last["state"]);
        Assert.Equal("Program manager", (string?)last["startedByName"]);
        Assert.Equal("program-manager", (string?)last["startedById"]);
        var expected = web.World.TeamMembers(LinkedTeam.Team).Select(member => member.AppleEmail?.Trim().ToLowerInvariant()).Where(email => !string.IsNullOrEmpty(email)).Distinct().Order();
        Assert.Equal(expected, web.World.GroupMembers(linked.GroupId).Select(member => member.Email?.ToLowerInvariant()).Order());

        var runs = await prompt.RunAsync("runs", "list", "--link", LinkedTeam.Group, "--json");
        Assert.Equal(2, runs.Json["items"]!.AsArray().Count);
        var audit = await prompt.RunAsync("audit", "list", "--run", $"{last["id"]}", "--code", "run.requested", "--json");
        var requested = Assert.Single(audit.Json["events"]!.AsArray())!;
        Assert.Equal("program-manager", (string?)requested["actorId"]);
        Assert.Equal("cli", (string?)requested["via"]);
    }

    [Fact]
    public async Task RunsUndoAndRetry_FromThePrompt_PreviewThenHoldForASecondPerson()
    {
        await using var web = await WebFixture.StartAsync(settings: _impatient);
        var linked = await LinkedTeam.MakeAsync(web);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("program-manager");
        await prompt.RunAsync("sync", "start", LinkedTeam.Group);
        var filled = web.World.GroupMembers(linked.GroupId).Count;
        var runs = await prompt.RunAsync("runs", "list", "--link", LinkedTeam.Group, "--json");
        var first = $"{runs.Json["items"]![0]!["id"]}";

        var retry = await prompt.RunAsync("runs", "retry", first);
        var preview = await prompt.RunAsync("runs", "undo", first, "--json");
        var previewed = JsonNode.Parse(preview.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        var undo = await prompt.RunAsync("runs", "undo", first, "--preview", $"{previewed["id"]}", "--reason", "The wrong team.", "--json");

        Assert.Contains("nothing-to-retry", retry.ToString(), StringComparison.Ordinal);
        Assert.Equal((filled, "Undo", "Planned"), ((int)previewed["toRemove"]!, (string?)previewed["purpose"], (string?)previewed["state"]));
        Assert.Contains("AwaitingApproval", undo.Out, StringComparison.Ordinal);
        Assert.Equal(filled, web.World.GroupMembers(linked.GroupId).Count);
    }

    [Fact]
    public async Task PeopleFind_OnePerson_SaysEveryStepAndTheNext()
    {
        await using var web = await WebFixture.StartAsync(settings: _impatient);
        await LinkedTeam.MakeAsync(web);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("support");
        var somebody = web.World.TeamMembers(LinkedTeam.Team).First(member => !string.IsNullOrWhiteSpace(member.AppleEmail)).AppleEmail!.Trim();

        var answer = await prompt.RunAsync("people", "find", somebody);

        Assert.True(answer.Code == ExitCodes.Ok, answer.ToString());
        Assert.Contains(somebody, answer.Out);
        Assert.Contains("Link and key:", answer.Out);
        Assert.Contains("Next:", answer.Out);
    }

    [Fact]
    public async Task PeoplePreview_OnePerson_SaysTheStepsAndChangesNothing()
    {
        await using var web = await WebFixture.StartAsync(settings: _impatient);
        var linked = await LinkedTeam.MakeAsync(web);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("support");
        var somebody = web.World.TeamMembers(LinkedTeam.Team).First(member => !string.IsNullOrWhiteSpace(member.AppleEmail)).AppleEmail!.Trim();

        var answer = await prompt.RunAsync("people", "preview", somebody);
        var nobody = await prompt.RunAsync("people", "sync", "nobody.at.all@example.org");

        Assert.True(answer.Code == ExitCodes.Ok, answer.ToString());
        Assert.Contains("Find in the team: One of the", answer.Out);
        Assert.Contains("Would add and invite them", answer.Out);
        Assert.Contains("(cli-not-one-person)", nobody.Error);
        Assert.Empty(web.World.GroupMembers(linked.GroupId));
    }

    [Fact]
    public async Task SyncStart_AsViewer_IsRefusedWithTheRoleItTakes()
    {
        await using var web = await WebFixture.StartAsync(settings: _impatient);
        var linked = await LinkedTeam.MakeAsync(web);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("viewer");

        var answer = await prompt.RunAsync("sync", "start", $"{linked.Link.Id}");

        Assert.Equal(ExitCodes.Problem, answer.Code);
        Assert.Contains("(access-refused)", answer.Error);
        Assert.Contains("program manager", answer.Error);
        Assert.Empty(web.World.GroupMembers(linked.GroupId));
    }

    [Fact]
    public async Task SyncStart_NoSuchLink_SaysHowToFindOne()
    {
        await using var web = await WebFixture.StartAsync(settings: _impatient);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("program-manager");

        var answer = await prompt.RunAsync("sync", "start", "the other one");

        Assert.Equal(ExitCodes.Problem, answer.Code);
        Assert.Contains("(cli-no-such-link)", answer.Error);
    }

    [Fact]
    public async Task RunsShow_AsViewer_MasksEveryAddress()
    {
        await using var web = await WebFixture.StartAsync(settings: _impatient);
        await LinkedTeam.MakeAsync(web);
        using var manager = new Prompt(web);
        await manager.SignInAsync("program-manager");
        await manager.RunAsync("sync", "preview", LinkedTeam.Group);
        using var viewer = new Prompt(web);
        await viewer.SignInAsync("viewer");
        var run = (string?)(await viewer.RunAsync("runs", "list", "--json")).Json["items"]![0]!["id"];

        var shown = await viewer.RunAsync("runs", "show", run!);

        Assert.Equal(ExitCodes.Ok, shown.Code);
        Assert.Contains("•", shown.Out);
        Assert.All(web.World.TeamMembers(LinkedTeam.Team).Select(member => member.AppleEmail).OfType<string>().Where(email => email.Contains('@')), email => Assert.DoesNotContain(email, shown.Out));
    }
}
