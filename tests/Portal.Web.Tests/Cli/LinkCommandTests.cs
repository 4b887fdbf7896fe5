using Microsoft.Extensions.DependencyInjection;
using Portal.Cli;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Web.Tests.Cli;

public class LinkCommandTests
{
    [Fact]
    [Trait("Failure", "F16")]
    public async Task Invite_SilentTesters_AreShownFirstAndSentTheirInvitationByTheHash()
    {
        await using var web = await WebFixture.StartAsync(settings: new Dictionary<string, string?> { ["Sync:ReadBackSeconds"] = "0" });
        await LinkedTeam.MakeAsync(web);
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("program-manager");
        await prompt.RunAsync("sync", "start", LinkedTeam.Group, "--json");
        web.Clock.Advance(TimeSpan.FromDays(8));
        await prompt.SignInAsync("program-manager");
        var before = web.World.Outbox.Count;

        var shown = await prompt.RunAsync("people", "invite", LinkedTeam.Group, "--who", "Silent", "--json");
        var chosen = shown.Json["chosen"]!.AsArray().Count;
        Assert.True(chosen > 0, shown.ToString());
        Assert.Equal(before, web.World.Outbox.Count);
        var stale = await prompt.RunAsync("people", "invite", LinkedTeam.Group, "--who", "Silent", "--plan", "0000");
        Assert.Equal((ExitCodes.Problem, before), (stale.Code, web.World.Outbox.Count));
        var sent = await prompt.RunAsync("people", "invite", LinkedTeam.Group, "--who", "Silent", "--plan", (string)shown.Json["hash"]!, "--json");

        Assert.True(sent.Code == ExitCodes.Ok, sent.ToString());
        Assert.Equal(chosen, sent.Json["people"]!.AsArray().Count);
        Assert.All(sent.Json["people"]!.AsArray(), person => Assert.Equal("Sent", (string?)person!["outcome"]));
        Assert.Equal(before + chosen, web.World.Outbox.Count);
    }

    [Fact]
    public async Task RemoveSetUpGroup_SomebodyIsInIt_SaysSoAndRemovesItOnceItIsEmpty()
    {
        await using var web = await WebFixture.StartAsync();
        var team = await LinkedTeam.MakeAsync(web);
        web.World.DropInternalGroups(LinkedTeam.App);
        web.World.Switches = web.World.Switches with { ExternalGroupNeedsInternal = true };
        web.World.AddFault("500", "DELETE", "/v1/betaGroups");
        var link = await web.Services.GetRequiredService<SyncService>().CreateLinkAsync(new NewLink
        {
            ProjectKey = "aurora", ReleaseTypeKey = "field", TeamName = "Crew", SourceKind = SourceKind.Csv, Csv = new("crew.csv", "Id,Apple\n1,a@example.org\n"u8.ToArray()),
            Mapping = new ColumnMapping("Id", "Apple"), CredentialId = team.Link.CredentialId, AppId = team.Link.AppId, NewGroupName = "Field crew", SetupGroup = true, CentercodeSyncIsOff = true,
        }, Actors.ProgramManager);
        var group = web.World.GroupId(LinkedTeam.App, link.SetupGroupName!);
        web.World.AddTesterByHand(group, "insider@example.org");
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("program-manager");

        var used = await prompt.RunAsync("links", "remove-set-up-group", link.GroupName);
        web.World.RemoveTesterByHand(group, "insider@example.org");
        var gone = await prompt.RunAsync("links", "remove-set-up-group", link.GroupName);

        Assert.Equal(ExitCodes.Problem, used.Code);
        Assert.Contains("(setup-group-in-use)", used.Out + used.Error);
        Assert.True(gone.Code == ExitCodes.Ok, gone.ToString());
        Assert.DoesNotContain(link.SetupGroupName, web.World.GroupNames(LinkedTeam.App));
    }
}
