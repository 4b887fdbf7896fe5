using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>An app without an internal group: declined and refused, then made for the time being, kept by Apple, and removed by a button.</summary>
public sealed partial class SetupGroupPagesTests(BrowserFixture browser) : BrowserTest(browser, new WebFixture())
{
    private const string App = "Aurora Notes";

    public override ValueTask InitializeAsync() => Web.InitializeAsync();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Web.DisposeAsync();
    }

    [Fact]
    public async Task Wizard_AppWithoutInternalGroup_OffersOneForTheTimeBeingAndRemovesIt()
    {
        await LinkedTeam.MakeAsync(Web);
        Web.World.DropInternalGroups(App);
        Web.World.Switches = Web.World.Switches with { ExternalGroupNeedsInternal = true };
        var page = (await SignInAsync("program-manager", PortalUrls.NewLink)).Page;
        await page.GetByLabel("Project key").FillAsync("aurora");
        await page.GetByLabel("Release type key").FillAsync("field");
        await ContinueAsync(page);
        await page.GetByText("A CSV file").ClickAsync();
        await Expect(page.GetByLabel("Team file")).ToBeEnabledAsync();
        await page.GetByLabel("Team file").SetInputFilesAsync(new FilePayload { Name = "crew.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("User ID;Apple e-mail\n1;cora@example.org\n") });
        await Expect(page.GetByText("1 member")).ToBeVisibleAsync();
        await page.GetByLabel("Name of the team").FillAsync("Field crew");
        await ContinueAsync(page);
        await page.Locator(".mud-select").Last.ClickAsync();
        await page.GetByText($"{App}, ").Last.ClickAsync();
        var offer = page.GetByLabel("Make an internal group first and remove it afterwards");
        await Expect(offer).ToBeCheckedAsync();

        await offer.UncheckAsync();
        await Expect(page.GetByText("press + beside Internal Testing")).ToBeVisibleAsync();
        await ContinueAsync(page);
        await page.GetByText("I switched Centercode's own sync off for this group").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Link this team" }).ClickAsync();
        await Expect(page.GetByText("(internal-group-first)")).ToBeVisibleAsync();
        Assert.DoesNotContain("Field crew", Web.World.GroupNames(App));

        Web.World.AddFault("500", "DELETE", "/v1/betaGroups");
        await offer.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Link this team" }).ClickAsync();
        await page.WaitForURLAsync(LinkUrl());
        await Expect(page.GetByText("(setup-group-stays)")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the set-up group" }).ClickAsync();
        await Expect(page.GetByText("is removed at Apple.")).ToBeVisibleAsync();
        await Expect(page.GetByText("(setup-group-stays)")).ToHaveCountAsync(0);

        var link = await Web.Services.GetRequiredService<SyncService>().LinkAsync(Guid.Parse(new Uri(page.Url).Segments[^1]), Actors.ProgramManager);
        Assert.Equal((LinkState.Paused, Web.World.GroupId(App, "Field crew")), (link.State, link.GroupId));
        Assert.DoesNotContain(Web.World.GroupNames(App), name => name.StartsWith("Portal set-up", StringComparison.Ordinal));
    }

    private static Task ContinueAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = ContinueTo() }).ClickAsync();

    [GeneratedRegex("^Continue to")]
    private static partial Regex ContinueTo();

    [GeneratedRegex("/links/[0-9a-f-]{36}")]
    private static partial Regex LinkUrl();
}
