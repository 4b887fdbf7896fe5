using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Testers nobody manages are adopted, and who else changed the group is answered, each in a browser.</summary>
public sealed class UnmanagedPagesTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    [Fact]
    [Trait("Failure", "F27")]
    [Trait("Failure", "F38")]
    public async Task Adopt_ChosenOfAGroupFilledByHand_SaysWhoWillGoAndTheNextSyncTakesThemOut()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        var members = Web.World.TeamMembers(LinkedTeam.Team).Select(m => m.AppleEmail).OfType<string>().Where(e => e.Contains('@')).Take(3).ToList();
        foreach (var email in members.Concat(["stranger.one@example.org", "stranger.two@example.org"])) Web.World.AddTesterByHand(team.GroupId, email);
        await RunAsync(team, SyncMode.Preview);

        var support = await SignInAsync("support", PortalUrls.Link(team.Link.Id));
        await support.Page.GetByRole(AriaRole.Link, new() { Name = "Adopt them or leave them" }).ClickAsync();
        await Expect(support.Page.GetByLabel("Choose stranger.one@example.org")).ToBeVisibleAsync();
        await support.Page.GetByLabel("Choose stranger.one@example.org").CheckAsync();
        await support.Page.GetByLabel($"Choose {members[0].Trim().ToLowerInvariant()}").CheckAsync();
        await support.Page.GetByRole(AriaRole.Link, new() { Name = "Adopt 2 chosen" }).ClickAsync();
        await Expect(support.Page.GetByText("1 is not in the team: the next sync takes this one out of the group.")).ToBeVisibleAsync();
        var adopt = support.Page.GetByRole(AriaRole.Button, new() { Name = "Adopt 2, of whom 1 will go" });
        await Expect(adopt).ToBeDisabledAsync();
        await support.Page.GetByLabel("Reason").FillAsync("Ours since the pilot");
        await adopt.ClickAsync();
        await Expect(support.Page.Locator(".side-panel")).ToHaveCountAsync(0);
        await Expect(support.Page.GetByText("3 of 3 shown")).ToBeVisibleAsync();
        await Expect(support.Page.GetByLabel("Choose stranger.one@example.org")).ToHaveCountAsync(0);

        await support.Page.GetByRole(AriaRole.Link, new() { Name = "Leave all 3 as they are" }).ClickAsync();
        await support.Page.GetByLabel("Reason").FillAsync("Nobody's business");
        await support.Page.GetByRole(AriaRole.Button, new() { Name = "Leave 3 as they are" }).ClickAsync();
        await Expect(support.Page.GetByText("Nobody: everyone in the group")).ToBeVisibleAsync();

        await RunAsync(team, SyncMode.Real);
        var left = Web.World.GroupMembers(team.GroupId).Select(m => m.Email).ToList();
        Assert.DoesNotContain("stranger.one@example.org", left);
        Assert.Contains("stranger.two@example.org", left);
        Assert.Contains(members[0], left, StringComparer.OrdinalIgnoreCase);
    }

    private async Task RunAsync(LinkedTeam team, SyncMode mode)
    {
        var sync = Web.Services.GetRequiredService<SyncService>();
        var run = await sync.RequestAsync(team.Link.Id, mode, Actors.ProgramManager);
        await foreach (var _ in sync.WatchAsync(run.RunId, Actors.ProgramManager)) { }
    }
}

/// <summary>The question about other hands, in a portal of its own.</summary>
public sealed class OtherHandsPageTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    [Fact]
    [Trait("Invariant", "40")]
    [Trait("Failure", "F38")]
    public async Task Link_SomebodyElseAddsThree_AsksAProgramManagerOnceAndKeepsTheAnswer()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        await PreviewAsync(team);
        for (var i = 0; i < 3; i++) Web.World.AddTesterByHand(team.GroupId, $"script{i}@example.org");
        Web.Clock.Advance(TimeSpan.FromMinutes(3));
        await PreviewAsync(team);

        var manager = await SignInAsync("program-manager", PortalUrls.Link(team.Link.Id));
        await Expect(manager.Page.Locator(".problem").Filter(new() { HasText = "Somebody else changed this group: 3 added within a day" })).ToBeVisibleAsync();
        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "See who and answer" }).ClickAsync();
        await Expect(manager.Page.GetByRole(AriaRole.Link, new() { Name = "script1@example.org" })).ToBeVisibleAsync();
        await manager.Page.GetByLabel("Centercode's own sync was on; it is off now").CheckAsync();
        await manager.Page.GetByLabel("Reason").FillAsync("Switched off on the project's page");
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Answer who it was" }).ClickAsync();

        await Expect(manager.Page.Locator(".side-panel")).ToHaveCountAsync(0);
        await Expect(manager.Page.Locator("#other-hands")).ToContainTextAsync(new Regex("3 added within a day"));
        await Expect(manager.Page.GetByRole(AriaRole.Link, new() { Name = "See who and answer" })).ToHaveCountAsync(0);
        await Expect(manager.Page.GetByText("Answered who else writes to a group").First).ToBeVisibleAsync();
    }

    private async Task PreviewAsync(LinkedTeam team)
    {
        var sync = Web.Services.GetRequiredService<SyncService>();
        var run = await sync.RequestAsync(team.Link.Id, SyncMode.Preview, Actors.ProgramManager);
        await foreach (var _ in sync.WatchAsync(run.RunId, Actors.ProgramManager)) { }
    }
}
