using Microsoft.Playwright;
using Portal.Tests;

namespace Portal.Browser.Tests;

/// <summary>Somebody loses a role or the account while pages are open (invariant 32). A portal of its own for each: the provider's people change.</summary>
[Trait("Invariant", "32")]
public class LossOfRoleTests(BrowserFixture browser)
{
    private static readonly TimeSpan AMinute = TimeSpan.FromSeconds(59);

    [Fact]
    public async Task OpenPage_RoleTakenAway_CannotActWithinAMinuteAndSaysWhichRoleMay()
    {
        await using var web = await WebFixture.StartAsync();
        await using var person = await ArriveAsync(web, "program-manager", "/links/new");

        web.Simulator.People.SetGroups("program-manager", "portal-viewers");
        web.Clock.Advance(AMinute);

        await Assertions.Expect(person.Page.GetByText("(access-refused)")).ToBeVisibleAsync();
        await Assertions.Expect(person.Page.GetByLabel("Signed in as Program manager")).ToBeVisibleAsync();
        await person.OpenAsync("/links");
        Assert.Equal(0, await person.Page.GetByRole(AriaRole.Link, new() { Name = "Link a team" }).CountAsync());
    }

    [Fact]
    public async Task OpenPage_AccountRemoved_IsGoneFromTheScreenWithinAMinute()
    {
        await using var web = await WebFixture.StartAsync();
        await using var person = await ArriveAsync(web, "program-manager", "/links");

        web.Simulator.People.Remove("program-manager");
        web.Clock.Advance(AMinute);

        await person.Page.WaitForURLAsync(url => url.StartsWith(web.Simulator.Address, StringComparison.Ordinal));
    }

    private async Task<Person> ArriveAsync(WebFixture web, string user, string page)
    {
        var person = await browser.NewPersonAsync(web);
        await person.SignInAsync(user, page);
        await person.ReadyAsync();
        return person;
    }
}
