using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Credentials;
using Portal.Services.Credentials;
using Portal.Tests;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>A key custodian without a mouse: everything about credentials is reached with Tab and done with Enter, and one always sees where one is.</summary>
public sealed class KeyboardTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    private const int MostTabs = 80;

    [Fact]
    public async Task Credentials_WithTabAndEnterAlone_AreAddedVerifiedAndAskedFor()
    {
        var custodian = await NewPersonAsync();
        await custodian.SignInAsync("key-custodian", "/credentials");
        await custodian.ReadyAsync();
        var page = custodian.Page;

        await GoAsync(page, "Add credential");
        await custodian.ReadyAsync();
        await FillKeyAsync(page, "Store and verify key");
        await custodian.ReadyAsync();
        await Expect(page.GetByText("Active").First).ToBeVisibleAsync();

        await GoAsync(page, "Verify key");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Verify key" })).ToBeEnabledAsync();
        await custodian.OpenAsync("/credentials/ask");
        await GoAsync(page, "What it is for", type: "Acme");
        await GoAsync(page, "Make link");
        await Expect(page.GetByText("Send this link to whoever holds the key")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task DepositLink_WithTabAndEnterAlone_TakesTheKey()
    {
        var link = await Web.Services.GetRequiredService<DepositService>().AskAsync(CredentialKind.AppleTeamKey, "Acme", "Please", Actors.ProgramManager);
        var it = await NewPersonAsync();
        await it.SignInAsync("nobody", $"/deposit/{link.Token}");
        await it.ReadyAsync();

        await FillKeyAsync(it.Page, "Deposit key");

        await Expect(it.Page.GetByRole(AriaRole.Heading, new() { Name = "The key is deposited" })).ToBeVisibleAsync();
    }

    private async Task FillKeyAsync(IPage page, string submit)
    {
        var key = Web.World.CreateKey();
        await ReachAsync(page, "Key file");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Keyboard.PressAsync("Enter"));
        await chooser.SetFilesAsync(new FilePayload { Name = $"AuthKey_{key.KeyId}.p8", MimeType = "application/pkcs8", Buffer = System.Text.Encoding.UTF8.GetBytes(key.P8) });
        await GoAsync(page, "Issuer ID", type: key.IssuerId);
        await GoAsync(page, submit);
    }

    /// <summary>Tabs there, and presses Enter, or types.</summary>
    private static async Task GoAsync(IPage page, string name, string? type = null)
    {
        await ReachAsync(page, name);
        if (type is null) await page.Keyboard.PressAsync("Enter");
        else
        {
            await page.Keyboard.PressAsync("Control+A");
            await page.Keyboard.TypeAsync(type);
        }
    }

    /// <summary>Tabs until what bears this name has the focus; each stop on the way must be seen.</summary>
    private static async Task ReachAsync(IPage page, string name)
    {
        var passed = new List<string>();
        for (var tabs = 0; tabs < MostTabs; tabs++)
        {
            await page.Keyboard.PressAsync("Tab");
            var stop = await page.EvaluateAsync<Stop>("""
                () => {
                  const at = document.activeElement;
                  if (!at || at === document.body) return { name: '', isSeen: true };
                  const label = at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent ?? '';
                  const shows = element => { const s = getComputedStyle(element); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none' || (s.borderTopStyle !== 'none' && element.matches(':focus-within') && !element.matches(':focus')); };
                  const box = at.getBoundingClientRect();
                  return { name: label.trim().replace(/\s+/g, ' '), isSeen: box.width > 1 && box.height > 1 && (shows(at) || (at.parentElement && shows(at.parentElement))) };
                }
                """);
            if (stop.Name.Length > 0) Assert.True(stop.IsSeen, $"Nobody sees that \"{stop.Name}\" has the focus.");
            if (stop.Name == name) return;
            passed.Add(stop.Name);
        }
        Assert.Fail($"\"{name}\" cannot be reached with Tab. Passed: {string.Join(" | ", passed)}");
    }

    private sealed record Stop
    {
        public string Name { get; init; } = "";
        public bool IsSeen { get; init; }
    }
}
