using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>What takes two people, clicked by two people.</summary>
public sealed class ApprovalPagesTests(BrowserFixture browser) : BrowserTest(browser, new WebFixture())
{
    private SyncService Sync => Web.Services.GetRequiredService<SyncService>();

    public override ValueTask InitializeAsync() => Web.InitializeAsync();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Web.DisposeAsync();
    }

    [Fact]
    [Trait("Invariant", "14")]
    [Trait("Invariant", "31")]
    public async Task HeldRun_StartedByOneAllowedByAnother_GoesOnUnderTheFirstOnesEyes()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        await SyncedAsync(team.Link.Id);
        Web.World.ShrinkTeam(LinkedTeam.Team, 200);
        var manager = await SignInAsync("program-manager", PortalUrls.Link(team.Link.Id));
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Sync now" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sync now" }).ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Awaiting approval")).ToBeVisibleAsync();
        await Expect(manager.Page.Locator("[data-code='too-many-removals']")).ToBeVisibleAsync();
        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "Open the decision" }).ClickAsync();
        await Expect(manager.Page.Locator("[data-code='own-request']")).ToBeVisibleAsync();
        await Expect(manager.Page.GetByRole(AriaRole.Button, new() { Name = "Take the request back" })).ToBeDisabledAsync();
        await manager.OpenAsync(PortalUrls.Runs());

        var second = await SignInAsync("administrator", PortalUrls.Home);
        await second.Page.GetByRole(AriaRole.Link, new() { Name = "Approvals" }).ClickAsync();
        // Home has tables too, and stands until the next page is there.
        await Expect(second.Page.GetByRole(AriaRole.Heading, new() { Name = "Approvals", Level = 1 })).ToBeVisibleAsync();
        await second.Page.Locator("main table a").First.ClickAsync();
        var decision = second.Page.GetByRole(AriaRole.Region, new() { Name = "Decision" });
        await Expect(decision.GetByRole(AriaRole.Button, new() { NameRegex = new("^Allow all [0-9]+ removals$") })).ToBeDisabledAsync();
        await decision.GetByLabel("Reason").FillAsync("The season is over for them.");
        await decision.GetByRole(AriaRole.Button, new() { NameRegex = new("^Allow all [0-9]+ removals$") }).ClickAsync();
        await Expect(second.Page.Locator(".page-title").GetByText("Allowed")).ToBeVisibleAsync();
        await Expect(second.Page.Locator("main").GetByText("The season is over for them.").First).ToBeVisibleAsync();
        await second.Page.GotoAsync(PortalUrls.Runs(team.Link.Id));
        await second.Page.Locator("main table a").First.ClickAsync();
        await Expect(second.Page.Locator(".page-title").GetByText("Succeeded")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        Assert.Equal(InTeam(), InGroup(team.GroupId));
    }

    [Fact]
    [Trait("Invariant", "10")]
    [Trait("Invariant", "35")]
    public async Task EndOfProject_PreviewedTypedAndAllowedByAnother_EmptiesTheGroupAndAsksToRetire()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        await SyncedAsync(team.Link.Id);
        var people = InGroup(team.GroupId).Count;
        var manager = await SignInAsync("program-manager", PortalUrls.LinkPanel(team.Link.Id, "end"));
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Preview who leaves" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "End the project" }).ClickAsync();
        var panel = manager.Page.GetByRole(AriaRole.Complementary, new() { Name = "End the project" });
        var end = panel.GetByRole(AriaRole.Button, new() { Name = $"Ask to remove {people} people" });
        await panel.GetByLabel("Reason").FillAsync("The beta is over.");
        await panel.GetByLabel($"Type {people}, the number who leave").FillAsync("7");
        await Expect(end).ToBeDisabledAsync();
        await panel.GetByLabel($"Type {people}, the number who leave").FillAsync($"{people}");
        await end.ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Awaiting approval")).ToBeVisibleAsync();
        Assert.Equal(people, InGroup(team.GroupId).Count);

        var second = await SignInAsync("administrator", PortalUrls.Approvals());
        await second.Page.Locator("main table a").First.ClickAsync();
        var decision = second.Page.GetByRole(AriaRole.Region, new() { Name = "Decision" });
        await decision.GetByLabel("Reason").FillAsync("Yes.");
        await decision.GetByRole(AriaRole.Button, new() { Name = $"Allow all {people} removals" }).ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Succeeded")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        Assert.Empty(InGroup(team.GroupId));
        await manager.OpenAsync(PortalUrls.Link(team.Link.Id));
        await Expect(manager.Page.Locator("[data-code='project-ended']")).ToBeVisibleAsync();
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Retire link" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox).FillAsync(team.Link.GroupName);
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Retire link" }).ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Retired")).ToBeVisibleAsync();
    }

    [Fact]
    [Trait("Invariant", "12")]
    [Trait("Invariant", "31")]
    public async Task Undo_PreviewedHeldAndAllowedByAnother_EmptiesTheGroupAndTheLinkOnlyLooks()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        await SyncedAsync(team.Link.Id);
        var people = InGroup(team.GroupId).Count;
        var manager = await SignInAsync("program-manager", PortalUrls.Runs(team.Link.Id));
        await manager.Page.Locator("main table a").First.ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Succeeded")).ToBeVisibleAsync();
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Undo this run…" }).ClickAsync();
        var panel = manager.Page.GetByRole(AriaRole.Complementary, new() { Name = "Undo this run" });
        await Expect(panel.GetByText("may keep builds already there until they expire")).ToBeVisibleAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Preview the undo" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "Confirm the undo" }).ClickAsync();
        var undo = panel.GetByRole(AriaRole.Button, new() { Name = $"Ask to undo: remove {people} people" });
        await Expect(undo).ToBeDisabledAsync();
        await panel.GetByLabel("Reason").FillAsync("It was the wrong team.");
        await undo.ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Awaiting approval")).ToBeVisibleAsync();
        Assert.Equal(people, InGroup(team.GroupId).Count);

        var second = await SignInAsync("administrator", PortalUrls.Approvals());
        await second.Page.Locator("main table a").First.ClickAsync();
        await Expect(second.Page.Locator("main").GetByText("It was the wrong team.").First).ToBeVisibleAsync();
        var decision = second.Page.GetByRole(AriaRole.Region, new() { Name = "Decision" });
        await decision.GetByLabel("Reason").FillAsync("Yes, take it back.");
        await decision.GetByRole(AriaRole.Button, new() { Name = $"Allow all {people} removals" }).ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Succeeded")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        Assert.Empty(InGroup(team.GroupId));
        await manager.OpenAsync(PortalUrls.Link(team.Link.Id));
        await Expect(manager.Page.Locator(".page-title").GetByText("Only looks")).ToBeVisibleAsync();
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Resume the schedule" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Resume the schedule" }).ClickAsync();
        await Expect(manager.Page.Locator(".page-title").GetByText("Active")).ToBeVisibleAsync();
    }

    private async Task SyncedAsync(Guid link)
    {
        var run = await Sync.RequestAsync(link, SyncMode.Real, Actors.ProgramManager);
        await foreach (var state in Sync.WatchAsync(run.RunId, Actors.ProgramManager))
        {
            if (state.IsOver) Assert.Equal(RunState.Succeeded, state.State);
        }
    }

    private List<string> InGroup(string group) => [.. Web.World.GroupMembers(group).Select(m => m.Email?.ToLowerInvariant() ?? "").Order(StringComparer.Ordinal)];

    private List<string> InTeam() => [.. Web.World.TeamMembers(LinkedTeam.Team).Select(m => m.AppleEmail?.Trim().ToLowerInvariant() ?? "").Where(email => email.Length > 0).Distinct().Order(StringComparer.Ordinal)];
}
