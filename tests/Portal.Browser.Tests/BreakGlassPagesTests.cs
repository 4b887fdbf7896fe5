using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>An emergency on the screens of those who look on, and its end inside open pages.</summary>
[Trait("Invariant", "31")]
public sealed class BreakGlassPagesTests(BrowserFixture browser) : BrowserTest(browser, new WebFixture())
{
    public override ValueTask InitializeAsync() => Web.InitializeAsync();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Web.DisposeAsync();
    }

    [Fact]
    public async Task BreakGlass_OwnRequests_OneAllowedThenTheOpenPageLosesIt()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        var first = await AskAsync(team.Link.Id, 60);
        var manager = await SignInAsync("program-manager", PortalUrls.Approval(first));
        await Expect(manager.Page.Locator("[data-code='own-request']")).ToBeVisibleAsync();
        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "Break the glass" }).ClickAsync();
        // The request has a reason to fill, too, and stands until the next page is there.
        await Expect(manager.Page.GetByRole(AriaRole.Heading, new() { Name = "Break glass", Level = 1 })).ToBeVisibleAsync();
        await manager.Page.GetByLabel("Reason").FillAsync("Nobody answers.");
        await manager.Page.GetByLabel("Ends by itself after").SelectOptionAsync("15");
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Break the glass" }).ClickAsync();
        await Expect(manager.Page.Locator("main table").GetByText("Lasts")).ToBeVisibleAsync();

        var viewer = await SignInAsync("viewer");
        await Expect(viewer.Page.Locator(".bootstrap-banner").GetByText("Program manager decides their own requests")).ToBeVisibleAsync();
        await manager.OpenAsync(PortalUrls.Approval(first));
        await AllowAsync(manager);
        await Expect(manager.Page.Locator(".page-title").GetByText("Allowed")).ToBeVisibleAsync();
        await Expect(manager.Page.GetByText("No: confirmed by one person alone")).ToBeVisibleAsync();

        await manager.OpenAsync(PortalUrls.Approval(await AskAsync(team.Link.Id, 70)));
        await Expect(manager.Page.GetByText("have the glass broken")).ToBeVisibleAsync();
        Web.Clock.Advance(TimeSpan.FromMinutes(15));
        await AllowAsync(manager);
        await Expect(manager.Page.Locator("[data-code='own-request']").First).ToBeVisibleAsync();
        // Each page looks again every few seconds of the portal's clock.
        for (var look = 0; look < 60 && await viewer.Page.Locator(".bootstrap-banner").CountAsync() > 0; look++)
        {
            Web.Clock.Advance(TimeSpan.FromSeconds(10));
            await viewer.Page.WaitForTimeoutAsync(500);
        }
        await Expect(viewer.Page.Locator(".bootstrap-banner")).ToHaveCountAsync(0);
        await Expect(viewer.Page.GetByLabel("Signed in as Viewer")).ToBeVisibleAsync();

        var reviewer = await SignInAsync("security-reviewer", PortalUrls.BreakGlass);
        await reviewer.Page.GetByRole(AriaRole.Button, new() { Name = "Review", Exact = true }).ClickAsync();
        await reviewer.Page.GetByLabel("What did you find?").FillAsync("The season did end.");
        await reviewer.Page.GetByRole(AriaRole.Button, new() { Name = "Save the review" }).ClickAsync();
        await Expect(reviewer.Page.Locator("main table").GetByText("Reviewed", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(reviewer.Page.GetByRole(AriaRole.Link, new() { Name = "Request 1" })).ToHaveAttributeAsync("href", PortalUrls.Approval(first));
    }

    private async Task<Guid> AskAsync(Guid link, int limit) => (await Web.Services.GetRequiredService<SyncService>()
        .ChangePolicyAsync(link, new SyncPolicy { RemovalLimit = limit, RemovalsPerDay = limit + 20 }, Actors.ProgramManager, "The season ends.", cancel: TestContext.Current.CancellationToken))!.Value;

    private static async Task AllowAsync(Person person)
    {
        var decision = person.Page.GetByRole(AriaRole.Region, new() { Name = "Decision" });
        await decision.GetByLabel("Reason").FillAsync("I must.");
        var label = decision.Locator("label[for='decision-count']");
        var number = new System.Text.RegularExpressions.Regex("[0-9]+").Match(await label.InnerTextAsync()).Value;
        await decision.Locator("#decision-count").FillAsync(number);
        await decision.GetByRole(AriaRole.Button, new() { Name = "Allow the change" }).ClickAsync();
    }
}
