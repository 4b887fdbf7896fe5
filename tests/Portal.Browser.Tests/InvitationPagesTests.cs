using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Support sends invitations again to several silent testers of a link (F16).</summary>
public class InvitationPagesTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    [Fact, Trait("Failure", "F16")]
    public async Task SendInvitationsAgain_AsSupport_ShowsWhoIsAskedAndWhatBecameOfEach()
    {
        var sync = Web.Services.GetRequiredService<SyncService>();
        var link = (await LinkedTeam.MakeAsync(Web)).Link;
        var run = await sync.RequestAsync(link.Id, SyncMode.Real, Actors.ProgramManager);
        await foreach (var state in sync.WatchAsync(run.RunId, Actors.ProgramManager)) Assert.NotEqual(RunState.Failed, state.State);
        Web.Clock.Advance(TimeSpan.FromDays(8));
        var support = await SignInAsync("support", PortalUrls.Link(link.Id));

        await support.OpenAsync(PortalUrls.Invitations(link.Id));
        var rows = support.Page.Locator("#to-send tbody tr");
        await Expect(rows.First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await LookAsync(support, "invitations");
        var total = await rows.CountAsync();
        for (var left = total; left > 2; left--) await rows.Nth(left - 1).Locator("input").UncheckAsync();
        await support.Page.GetByRole(AriaRole.Button, new() { Name = "Send 2 invitations again" }).ClickAsync();
        await support.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send 2 invitations again" }).ClickAsync();

        await Expect(support.Page.Locator("#sent tbody tr")).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        await Expect(support.Page.GetByText("Ended. Started by")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(support.Page.Locator("#sent")).ToContainTextAsync("Sent");
        await LookAsync(support, "invitations-sent");
        Assert.Equal(2, Web.World.Ledger.Entries.Count(e => e.Method == "POST" && e.Path.EndsWith("betaTesterInvitations", StringComparison.Ordinal)));
    }

    private static async Task LookAsync(Person person, string name)
    {
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await person.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await person.Page.SetViewportSizeAsync(width, 844);
            await person.PictureAsync($"{name}-{scheme}-{width}");
            await person.AssertAccessibleAsync();
            Assert.True(await person.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} is wider than {width}");
        }
    }
}
