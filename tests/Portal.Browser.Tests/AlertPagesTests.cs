using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Alerts;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>What needs a person, from the number in the navigation to who took it.</summary>
public sealed class AlertPagesTests(BrowserFixture browser) : BrowserTest(browser, new WebFixture())
{
    public override ValueTask InitializeAsync() => Web.InitializeAsync();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Web.DisposeAsync();
    }

    [Fact]
    [Trait("Failure", "F25")]
    public async Task BlockedLink_SeenOnHomeAndAcknowledged_SaysWhoTookItAndCountsNoMore()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        await RunAsync(team.Link.Id);
        Web.World.ShrinkTeam(LinkedTeam.Team, 0);
        await RunAsync(team.Link.Id);
        await Alerts.RaisedAsync(Web);
        var manager = await SignInAsync("program-manager", PortalUrls.Home);
        var count = manager.Page.Locator("nav.drawer .nav-count").First;
        await Expect(count).ToHaveTextAsync("1");
        await manager.Page.Locator(".needs").GetByRole(AriaRole.Link, new() { NameRegex = new("is blocked$") }).ClickAsync();
        var panel = manager.Page.Locator(".side-panel");
        await Expect(panel.Locator("[data-code='team-empty']")).ToBeVisibleAsync();
        await panel.GetByLabel("Note").FillAsync("I ask the community.");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Acknowledge the alert" }).ClickAsync();

        await Expect(panel).ToHaveCountAsync(0);
        await Expect(manager.Page.Locator("main table").GetByText("Taken", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(manager.Page.Locator(".nav-count")).ToHaveCountAsync(0);
        var viewer = await SignInAsync("viewer", PortalUrls.Alerts());
        await viewer.Page.Locator("main table a").First.ClickAsync();
        await Expect(viewer.Page.Locator(".side-panel").GetByText("I ask the community.")).ToBeVisibleAsync();
        await Expect(viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge the alert" })).ToHaveCountAsync(0);
    }

    private async Task RunAsync(Guid link)
    {
        var sync = Web.Services.GetRequiredService<SyncService>();
        var run = await sync.RequestAsync(link, SyncMode.Real, Actors.ProgramManager);
        await foreach (var _ in sync.WatchAsync(run.RunId, Actors.ProgramManager)) { }
    }
}

/// <summary>Alerts in tests of pages.</summary>
internal static class Alerts
{
    /// <summary>Waits until the portal's own sweep has found what there is.</summary>
    /// <returns>The newest alert.</returns>
    public static async Task<AlertView> RaisedAsync(WebFixture web)
    {
        // The sweep goes by the portal's clock.
        web.Clock.Advance(TimeSpan.FromSeconds(15));
        while (true)
        {
            if ((await web.Services.GetRequiredService<AlertService>().ListAsync(new AlertQuery(), Actors.ProgramManager, TestContext.Current.CancellationToken)).Items is [var alert, ..]) return alert;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
