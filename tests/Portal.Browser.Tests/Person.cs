using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Tests;

namespace Portal.Browser.Tests;

/// <summary>
/// Somebody at a browser. What the browser complains about (script errors, blocked content, answers of 500) is kept and
/// fails the test at its end.
/// </summary>
public sealed partial class Person : IAsyncDisposable
{
    private readonly WebFixture _web;
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Person(WebFixture web, IBrowserContext context, IPage page) => (_web, _context, Page) = (web, context, page);

    /// <summary>The tab.</summary>
    public IPage Page { get; private set; }

    /// <summary>What the browser complained about so far; a test that expects a complaint empties it.</summary>
    public ConcurrentQueue<string> Complaints => _complaints;

    internal static async Task<Person> ArriveAsync(WebFixture web, IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        var person = new Person(web, context, page);
        person.Listen(page);
        return person;
    }

    /// <summary>Signs in as one of the simulator's users by their own click at the provider's page, and waits for the first page to be alive.</summary>
    public async Task<Person> SignInAsync(string user, string returnUrl = "/")
    {
        await Page.GotoAsync($"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");
        await Page.Locator($"[data-user='{user}']").ClickAsync();
        await Page.WaitForURLAsync(url => url.StartsWith(_web.Address, StringComparison.Ordinal));
        return this;
    }

    /// <summary>Opens a page of the portal and waits until it can be clicked: a click before the circuit stands is lost.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await ReadyAsync();
    }

    /// <summary>Waits for the circuit.</summary>
    public Task ReadyAsync() => Page.Locator("[data-interactive='true']").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    /// <summary>A second tab of the same person.</summary>
    public async Task<IPage> NewTabAsync()
    {
        var page = await _context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        Listen(page);
        return page;
    }

    /// <summary>Closes the tab and opens another: what somebody does who comes back later.</summary>
    public async Task ReopenAsync(string path)
    {
        await Page.CloseAsync();
        Page = await NewTabAsync();
        await OpenAsync(path);
    }

    /// <summary>Fails with the violations axe finds on the page as it stands.</summary>
    public async Task AssertAccessibleAsync()
    {
        var violations = await ViolationsAsync();
        Assert.True(violations.Length == 0, violations);
    }

    /// <summary>What axe finds on the page as it stands, by rule and element (WCAG 2.1 A and AA); empty: nothing.</summary>
    public async Task<string> ViolationsAsync()
    {
        // What was just changed is drawn by the second frame.
        await Page.EvaluateAsync("() => new Promise(drawn => { requestAnimationFrame(() => requestAnimationFrame(() => drawn())); setTimeout(drawn, 500); })");
        var found = await Page.RunAxe(new AxeRunOptions { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } });
        return string.Join("\n", found.Violations.Select(rule =>
            $"{rule.Id} ({rule.Impact}): {rule.Help}: {string.Join("; ", rule.Nodes.Take(3).Select(node => node.Html))}"));
    }

    /// <summary>Keeps a picture of the page in TestResults.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> PictureAsync(string name)
    {
        var path = Path.Combine(PicturesFolder(), $"{string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-'))}.png");
        await Page.ScreenshotAsync(new() { Path = path, FullPage = true });
        return path;
    }

    /// <summary>Leaves every page before closing the browser: only then does the portal hear of it, and ends the circuit instead of keeping it for somebody who comes back.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var page in _context.Pages) await page.GotoAsync("about:blank");
        await _context.DisposeAsync();
    }

    private void Listen(IPage page)
    {
        page.PageError += (_, error) => _complaints.Enqueue($"script: {error}");
        page.Console += (_, message) =>
        {
            // The outside world's pages are not ours to mend.
            if (message.Type == "error" && message.Location.StartsWith(_web.Address, StringComparison.Ordinal)) _complaints.Enqueue($"console: {message.Text} ({message.Location})");
        };
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 500 && answer.Url.StartsWith(_web.Address, StringComparison.Ordinal)) _complaints.Enqueue($"{answer.Status}: {answer.Url}");
        };
    }

    private static string PicturesFolder()
    {
        // …/tests/Portal.Browser.Tests/bin/Debug/net10.0 → …/tests/TestResults
        var folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../TestResults/pictures"));
        Directory.CreateDirectory(folder);
        return folder;
    }
}
