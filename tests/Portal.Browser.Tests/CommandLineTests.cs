using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Portal.Tests;
using Portal.Web.Layout;

namespace Portal.Browser.Tests;

public class CommandLineTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    [Fact]
    public async Task SyncStart_FromThePrompt_IsSeenInThePortalUnderThePersonWhoStartedIt()
    {
        await LinkedTeam.MakeAsync(Web);
        using var prompt = new Prompt(Web);
        await prompt.SignInAsync("program-manager");
        var started = await prompt.RunAsync("sync", "start", LinkedTeam.Group, "--json");
        var run = Guid.Parse((string)JsonNode.Parse(started.Out.Split('\n')[0])!["id"]!);

        var reviewer = await SignInAsync("security-reviewer", PortalUrls.Run(run));

        await Assertions.Expect(reviewer.Page.Locator("main")).ToContainTextAsync("Program manager");
        await Assertions.Expect(reviewer.Page.Locator("main")).ToContainTextAsync("Succeeded");
    }
}
