using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>A run that stops for a person, and the way out of it, as a program manager goes it.</summary>
public sealed class BlockedPagesTests(BrowserFixture browser) : BrowserTest(browser, new WebFixture())
{
    public override ValueTask InitializeAsync() => Web.InitializeAsync();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Web.DisposeAsync();
    }

    [Fact]
    [Trait("Invariant", "13")]
    [Trait("Failure", "F25")]
    public async Task BlockedRun_TeamComesBackWhole_LinkIsResumedAndTheNextRunSucceeds()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        var sync = Web.Services.GetRequiredService<SyncService>();
        await foreach (var _ in sync.WatchAsync((await sync.RequestAsync(team.Link.Id, SyncMode.Real, Actors.ProgramManager)).RunId, Actors.ProgramManager)) { }
        var inGroup = Web.World.GroupMembers(team.GroupId).Count;
        var members = Web.World.TeamMembers(LinkedTeam.Team).ToList();
        Web.World.ShrinkTeam(LinkedTeam.Team, 20);
        var manager = await SignInAsync("program-manager", PortalUrls.Link(team.Link.Id));

        await SyncAsync(manager);

        await Expect(manager.Page.Locator(".page-title").GetByText("Blocked")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(manager.Page.Locator("main [data-code='team-shrunk']").First).ToBeVisibleAsync();
        Assert.Equal(inGroup, Web.World.GroupMembers(team.GroupId).Count);

        foreach (var member in members.Skip(20)) Web.World.AddTeamMember(LinkedTeam.Team, member.FirstName, member.LastName, member.Email, member.AppleEmail);
        await manager.OpenAsync(PortalUrls.Link(team.Link.Id));
        await Expect(manager.Page.Locator(".page-title").GetByText("Blocked")).ToBeVisibleAsync();
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Resume link" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Resume link" }).ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Active")).ToBeVisibleAsync();
        await SyncAsync(manager);

        await Expect(manager.Page.Locator(".page-title").GetByText("Succeeded")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.Equal(inGroup, Web.World.GroupMembers(team.GroupId).Count);
    }

    private static async Task SyncAsync(Person manager)
    {
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Sync now" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sync now" }).ClickAsync();
    }
}
