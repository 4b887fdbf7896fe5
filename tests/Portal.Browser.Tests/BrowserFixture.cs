using Microsoft.Playwright;
using Portal.Tests;

namespace Portal.Browser.Tests;

/// <summary>One Chromium of the machine's own for the whole assembly. Without one every browser test is skipped by name.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>Calm on any machine: no sandbox (root in containers), no traffic of its own.</summary>
    private static readonly string[] _flags =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Path of the browser, or null.</summary>
    public static string? Executable { get; } = (from name in new[] { "chromium", "chromium-browser", "google-chrome" }
                                                 from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                                                 let path = Path.Combine(folder, name)
                                                 where File.Exists(path)
                                                 select path).FirstOrDefault();

    public async ValueTask InitializeAsync()
    {
        if (Executable is null) return;
        _playwright = await Playwright.CreateAsync();
        // Two cores may be busy with the other suites.
        Assertions.SetDefaultExpectTimeout(60_000);
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = _flags, Headless = true });
    }

    /// <summary>A person at the portal: a browser context of its own, so cookies of two people never meet.</summary>
    public async Task<Person> NewPersonAsync(WebFixture web, BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(_browser is null, "no Chromium on PATH");
        options ??= new() { ViewportSize = new() { Width = 1280, Height = 800 } };
        options.BaseURL = web.Address;
        return await Person.ArriveAsync(web, await _browser!.NewContextAsync(options));
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
