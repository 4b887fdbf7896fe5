using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Services.Credentials;
using Portal.Tests;
using Portal.Web.Layout;

namespace Portal.Browser.Tests;

/// <summary>The pages of apps, groups and builds as people see them.</summary>
public class AppsPagesTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task EveryPage_AnyWidthAndScheme_IsAccessibleAndFits(ColorScheme scheme, int width)
    {
        await StoreKeyAsync();
        var app = Web.World.AppId("Aurora Notes");
        var group = Web.World.GroupId("Borealis Maps", "Borealis field testers");
        var person = await SignInAsync("program-manager", options: new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        foreach (var (path, sign) in new[]
        {
            (PortalUrls.Apps, "Borealis Maps"), (PortalUrls.App(app), "Aurora beta testers"), (PortalUrls.Group(group), "248 of 248 shown"),
            (PortalUrls.Group(Web.World.GroupId("Aurora Notes", "Aurora early birds")), "no-testable-build"),
        })
        {
            await person.OpenAsync(path);
            await Assertions.Expect(person.Page.GetByText(sign).First).ToBeVisibleAsync();
            await person.AssertAccessibleAsync();
            Assert.True(await person.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{path} is wider than {width}");
        }
        await person.OpenAsync(PortalUrls.App(app));
        await person.Page.GetByRole(AriaRole.Link, new() { Name = "2.0 (120)" }).First.ClickAsync();
        await Assertions.Expect(person.Page.GetByRole(AriaRole.Heading, new() { Name = "Who gets it" })).ToBeVisibleAsync();
        await person.AssertAccessibleAsync();
    }

    private async Task StoreKeyAsync()
    {
        var credentials = Web.Services.GetRequiredService<CredentialService>();
        if ((await credentials.ListAsync(Actors.KeyCustodian)).Count > 0) return;
        var key = Web.World.CreateKey();
        await credentials.AddAppleKeyAsync(new() { Label = "Team key", IssuerId = key.IssuerId, File = Encoding.UTF8.GetBytes(key.P8), FileName = $"AuthKey_{key.KeyId}.p8" }, Actors.KeyCustodian);
    }
}
