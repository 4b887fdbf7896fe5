using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>People without a mouse: everything of their day is reached with Tab and done with Enter, and one always sees where one is.</summary>
public sealed class KeyboardTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    private const string Ana = "ana.lookup@example.org";

    [Fact]
    public async Task Credentials_WithTabAndEnterAlone_AreAddedVerifiedAndAskedFor()
    {
        var custodian = await NewPersonAsync();
        await custodian.SignInAsync("key-custodian", "/credentials");
        await custodian.ReadyAsync();
        var page = custodian.Page;

        await custodian.GoAsync("Add credential");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Add a credential" })).ToBeFocusedAsync();
        await FillKeyAsync(custodian, "Store and verify key");
        await custodian.ReadyAsync();
        await Expect(page.GetByText("Active").First).ToBeVisibleAsync();

        await custodian.GoAsync("Verify key");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Verify key" })).ToBeEnabledAsync();
        await custodian.OpenAsync("/credentials/ask");
        await custodian.GoAsync("What it is for", type: "Acme");
        await custodian.GoAsync("Make link");
        await Expect(page.GetByText("Send this link to whoever holds the key")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task DepositLink_WithTabAndEnterAlone_TakesTheKey()
    {
        var link = await Web.Services.GetRequiredService<DepositService>().AskAsync(CredentialKind.AppleTeamKey, "Acme", "Please", Actors.ProgramManager);
        var it = await NewPersonAsync();
        await it.SignInAsync("nobody", $"/deposit/{link.Token}");
        await it.ReadyAsync();

        await FillKeyAsync(it, "Deposit key");

        await Expect(it.Page.GetByRole(AriaRole.Heading, new() { Name = "The key is deposited" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Menu_TabOrArrowsAndEnter_DoWhatHasTheFocus()
    {
        var team = await TeamAsync();
        var custodian = await SignInAsync("key-custodian", PortalUrls.Credential(team.CredentialId));
        var (page, menu) = (custodian.Page, custodian.Page.GetByRole(AriaRole.Menu));
        ILocator Item(string name) => menu.GetByRole(AriaRole.Menuitem, new() { Name = name });

        await custodian.GoAsync("More actions");
        await Expect(Item("Replace key")).ToBeFocusedAsync();
        await custodian.GoAsync("Rename");
        await Expect(page.GetByLabel("Label")).ToBeFocusedAsync();
        Assert.EndsWith(PortalUrls.Credential(team.CredentialId), page.Url, StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("Renamed by hand");
        await custodian.GoAsync("Rename credential");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Renamed by hand" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(Item("Replace key")).ToBeFocusedAsync();
        foreach (var (key, name) in new[] { ("ArrowUp", "Open its key uses"), ("ArrowDown", "Replace key"), ("End", "Open its key uses"), ("Home", "Replace key"), ("ArrowDown", "Rename"), ("ArrowDown", "Retire credential") })
        {
            await page.Keyboard.PressAsync(key);
            await Expect(Item(name)).ToBeFocusedAsync();
        }
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Retire Renamed by hand?");
        await LeaveDialogAsync(page);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "More actions" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(menu).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(menu).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "More actions" })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task LinkAndPerson_WithTheKeyboardAlone_AreSyncedFoundAndInvitedAgain()
    {
        var link = await TeamAsync();
        Web.World.AddTeamMember(LinkedTeam.Team, "Ana", "Lookup", "ana.login@example.org", Ana);
        await SyncByKeysAsync(await SignInAsync("program-manager"), link);
        Web.Clock.Advance(TimeSpan.FromDays(8));
        await InviteAgainByKeysAsync(await SignInAsync("support"));
    }

    [Fact]
    public async Task Search_AskedForTheMomentThePageStands_KeepsTheFocus()
    {
        var manager = await NewPersonAsync();
        var page = manager.Page;
        await manager.SignInAsync("program-manager");
        await page.AddInitScriptAsync("""
            new MutationObserver((_, wait) => {
              if (!document.querySelector('[data-search]')) return;
              wait.disconnect();
              document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
            }).observe(document, { childList: true, subtree: true });
            """);
        await manager.OpenAsync("/apps");

        await Expect(page.Locator("[data-search]")).ToBeFocusedAsync();
        await page.Locator("[data-search]").PressSequentiallyAsync("Links");

        // The hits come from the portal: by then it has sent whatever it does when a page begins.
        await Expect(page.Locator(".search-hits a").First).ToHaveTextAsync("Links");
        await page.Keyboard.TypeAsync("?");
        await Expect(page.Locator("[data-search]")).ToHaveValueAsync("Links?");
        await Expect(page.Locator("[data-search]")).ToBeFocusedAsync();
    }

    private async Task SyncByKeysAsync(Person manager, LinkView link)
    {
        var page = manager.Page;

        await page.Keyboard.PressAsync("Control+K");
        await Expect(page.Locator("[data-search]")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Links");
        await Expect(page.Locator(".search-hits a").First).ToHaveTextAsync("Links");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Links", Level = 1 })).ToBeFocusedAsync();
        await Expect(page.Locator("main table")).ToBeVisibleAsync();
        await manager.GoAsync(link.Title);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = link.Title, Level = 1 })).ToBeFocusedAsync();

        // A panel takes the focus, and gives it back to what opened it.
        await manager.GoAsync("Edit policy");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Edit policy" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".side-panel")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Edit policy" })).ToBeFocusedAsync();

        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).FocusAsync();
        await manager.GoAsync("Preview sync");
        await Expect(page.Locator(".people-grid .person").First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        Assert.Empty(Web.World.GroupMembers(link.GroupId));
        await manager.GoAsync("Sync now");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await LeaveDialogAsync(page);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sync now" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await manager.GoAsync("Add 238 people");
        await Expect(page.GetByText("238 changes confirmed at Apple")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        Assert.Equal(238, Web.World.GroupMembers(link.GroupId).Count);
    }

    private static async Task InviteAgainByKeysAsync(Person support)
    {
        var page = support.Page;

        await page.Keyboard.PressAsync("Control+K");
        await page.Keyboard.TypeAsync(Ana);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Ana Lookup" })).ToBeVisibleAsync();
        await support.GoAsync("Ana Lookup");
        await Expect(page.Locator(".next-step")).ToHaveAttributeAsync("data-code", "person-silent");
        await support.GoAsync("Send invitation again");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await support.GoAsync("Send invitation again");

        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Sent" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Ana Lookup");
    }

    /// <summary>Esc until the question is gone: it is drawn a moment before it listens.</summary>
    private static async Task LeaveDialogAsync(IPage page)
    {
        for (var times = 0; times < 20 && await page.GetByRole(AriaRole.Dialog).CountAsync() > 0; times++)
        {
            await page.Keyboard.PressAsync("Escape");
            await page.WaitForFunctionAsync("() => !document.querySelector('[role=dialog]')", null, new() { Timeout = 2_000 }).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    private async Task<LinkView> TeamAsync()
    {
        var links = await Web.Services.GetRequiredService<SyncService>().LinksAsync(Actors.ProgramManager, cancel: TestContext.Current.CancellationToken);
        return links.FirstOrDefault() ?? (await LinkedTeam.MakeAsync(Web)).Link;
    }

    private async Task FillKeyAsync(Person custodian, string submit)
    {
        var page = custodian.Page;
        var key = Web.World.CreateKey();
        // Asked for long before Enter: the browser hears of it by another way than of the key.
        var opened = new TaskCompletionSource<IFileChooser>();
        page.FileChooser += (_, chooser) => opened.TrySetResult(chooser);
        await custodian.ReachAsync("Key file");
        await page.Keyboard.PressAsync("Enter");
        await (await opened.Task.WaitAsync(TimeSpan.FromSeconds(30))).SetFilesAsync(new FilePayload { Name = $"AuthKey_{key.KeyId}.p8", MimeType = "application/pkcs8", Buffer = System.Text.Encoding.UTF8.GetBytes(key.P8) });
        await custodian.GoAsync("Issuer ID", type: key.IssuerId);
        await custodian.GoAsync(submit);
    }
}
