using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Services.TestFlight;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Builds by hand, by a rule, and the releases they make, as a program manager does it.</summary>
public class BuildPagesTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    private static readonly SemaphoreSlim _once = new(1);
    private static UsedLink? _used;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await _once.WaitAsync();
        try
        {
            _used ??= await UsedLink.MakeAsync(Web);
        }
        finally
        {
            _once.Release();
        }
    }

    [Fact]
    public async Task Build_AssignedToSeveralGroupsAndTakenAgain_SaysOfEachAndWhoLosesIt()
    {
        var build = Web.World.UploadBuild(_used!.Link.AppId, "6.0", "600", "BETA_APPROVED");
        var (friends, early) = (Web.World.GroupId(UsedLink.App, "Aurora friends"), Web.World.GroupId(UsedLink.App, "Aurora early birds"));
        var manager = await SignInAsync("program-manager", PortalUrls.Build(build));

        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "Assign to groups" }).ClickAsync();
        await manager.Page.Locator("[data-choice='Aurora friends'] input").CheckAsync();
        await manager.Page.Locator("[data-choice='Aurora early birds'] input").CheckAsync();
        await manager.Page.GetByLabel("What to test (optional)").FillAsync("Look at the new search");
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Assign to 2 groups" }).ClickAsync();
        await Expect(manager.Page.Locator("[data-outcome='Confirmed']")).ToHaveCountAsync(2);
        Assert.All(new[] { friends, early }, group => Assert.Contains(build, Web.World.GroupBuilds(group)));
        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "Close the panel" }).Last.ClickAsync();
        await Expect(manager.Page.GetByText("Look at the new search")).ToBeVisibleAsync();

        await manager.OpenAsync(PortalUrls.BuildPanel(build, "unassign"));
        await manager.Page.Locator("[data-choice='Aurora early birds'] input").CheckAsync();
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Unassign from Aurora early birds" }).ClickAsync();
        var dialog = manager.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("8 people in “Aurora early birds” lose 6.0 (600).");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Unassign from Aurora early birds" }).ClickAsync();
        await Expect(manager.Page.Locator("[data-outcome='Confirmed']")).ToContainTextAsync("Aurora early birds");
        Assert.DoesNotContain(build, Web.World.GroupBuilds(early));
        Assert.Contains(build, Web.World.GroupBuilds(friends));
    }

    [Fact]
    public async Task Rule_TriedAndSaved_GivesTheNextBuildAndSaysSo()
    {
        var group = Web.World.GroupId(UsedLink.App, "Aurora public link");
        var manager = await SignInAsync("program-manager", PortalUrls.GroupPanel(group, "rule"));

        await manager.Page.GetByLabel("Versions").FillAsync("7.*");
        await manager.Page.Locator("[data-choice='ExemptOnly'] input").CheckAsync();
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Try the rule without doing it" }).ClickAsync();
        await Expect(manager.Page.Locator("[data-verdict='Skip']").First).ToContainTextAsync("is none of 7.*");
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Save the rule" }).ClickAsync();
        await Expect(manager.Page.GetByText("Rule on")).ToBeVisibleAsync();
        await Expect(manager.Page.GetByText("answered by Program manager")).ToBeVisibleAsync();
        var build = Web.World.UploadBuild(_used!.Link.AppId, "7.0", "700", "MISSING_EXPORT_COMPLIANCE");
        Web.Clock.Advance(TimeSpan.FromMinutes(6));
        while (!Web.World.GroupBuilds(group).Contains(build)) await Task.Delay(100, TestContext.Current.CancellationToken);

        var row = manager.Page.Locator($"#rule ~ .table-box tr[data-build='{build}']");
        for (var tries = 0; tries < 100 && !(await manager.Page.ContentAsync()).Contains("encryption answered", StringComparison.Ordinal); tries++) await manager.OpenAsync(PortalUrls.Group(group));
        await Expect(row).ToContainTextAsync("In order");
        await Expect(row).ToContainTextAsync("encryption answered");
    }

    [Fact]
    public async Task Release_AnswerLost_IsLookedAtByAPersonAndCreatedAgain()
    {
        var link = _used!.Link.Id;
        var manager = await SignInAsync("program-manager", PortalUrls.LinkPanel(link, "releases"));
        await manager.Page.Locator("[data-choice='Draft'] input").CheckAsync();
        await manager.Page.GetByLabel("Mail to (optional)").FillAsync("ana@example.com");
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Save build monitoring" }).ClickAsync();
        await Expect(manager.Page.GetByText("makes a draft release in Centercode")).ToBeVisibleAsync();
        Web.World.AddFault("500", "POST", "/releaseTypes/");
        var build = await UsedLink.GiveBuildAsync(Web, "800");
        Web.Clock.Advance(TimeSpan.FromMinutes(6));

        var row = manager.Page.Locator($".release-grid tr[data-build='{build}']");
        for (var tries = 0; tries < 100 && await row.GetByText("Unconfirmed").CountAsync() == 0; tries++)
        {
            await manager.OpenAsync(PortalUrls.Link(link));
            await Expect(manager.Page.Locator("#releases")).ToBeVisibleAsync();
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
        await row.GetByRole(AriaRole.Button, new() { Name = "Create it again" }).ClickAsync();
        await Expect(manager.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("there will be two");
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create it again" }).ClickAsync();

        await Expect(row).ToContainTextAsync("Draft created");
        Assert.Equal("Aurora Notes 3.0 (800)", Assert.Single(Web.World.Releases).Title);
        await manager.OpenAsync(PortalUrls.Build(build));
        await Expect(manager.Page.GetByRole(AriaRole.Heading, new() { Name = "Releases in Centercode" })).ToBeVisibleAsync();
    }

    [Fact]
    [Trait("Failure", "F20")]
    public async Task Build_AutoNotifyOff_SaysWhyNobodyKnowsAndHasAButton()
    {
        var build = Web.World.UploadBuild(Web.World.AppId("Fathom Fitness"), "9.9", "999", "READY_FOR_BETA_TESTING");
        Web.World.SetAutoNotify(build, on: false);
        await Web.Services.GetRequiredService<TestFlightService>().AssignBuildAsync(Actors.ProgramManager, Web.World.GroupId("Fathom Fitness", "External testers"), build, CancellationToken.None);
        var manager = await SignInAsync("program-manager", PortalUrls.Build(build));

        await Expect(manager.Page.Locator("[data-code='auto-notify-off']")).ToBeVisibleAsync();
        await manager.Page.Locator("[data-code='auto-notify-off']").GetByRole(AriaRole.Button, new() { Name = "Notify testers" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Notify testers" }).ClickAsync();
        await Expect(manager.Page.Locator("[data-code='auto-notify-off']")).ToHaveCountAsync(0);
    }
}
