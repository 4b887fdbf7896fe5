using Microsoft.Playwright;
using Portal.Tests;
using Portal.Web.Layout;

namespace Portal.Browser.Tests;

public class SignInTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    [Theory]
    [InlineData("viewer")]
    [InlineData("support")]
    [InlineData("program-manager")]
    [InlineData("key-custodian")]
    [InlineData("security-reviewer")]
    [InlineData("administrator")]
    public async Task SignIn_AsRole_ShowsOnlyThePagesThatRoleMayOpen(string user)
    {
        var person = await SignInAsync(user);

        var actor = Actors.All.Single(actor => actor.Id == user);
        var expected = Navigation.For(actor).Select(item => item.Text).ToList();
        var shown = await person.Page.Locator("nav.drawer a").AllInnerTextsAsync();
        Assert.Equal(expected, shown.Select(text => text.Trim()));
    }

    [Fact]
    public async Task SignIn_WithoutRole_SaysSoAndWhomToAsk()
    {
        var person = await NewPersonAsync();

        await person.SignInAsync("nobody");
        person.Complaints.Clear(); // the browser notes the 403 itself

        await Assertions.Expect(person.Page.GetByText("none of your groups gives you a role")).ToBeVisibleAsync();
        Assert.Equal(0, await person.Page.Locator("nav.drawer a").CountAsync());
    }

    [Fact]
    public async Task Home_InLightAndDark_IsAccessible()
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var person = await SignInAsync("program-manager", options: new() { ColorScheme = scheme });

            await person.AssertAccessibleAsync();
        }
    }
}
