using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Credentials;
using Portal.Services.Credentials;
using Portal.Tests;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>The main job, walked as its people walk it: from a .p8 file to an audited sync.</summary>
public partial class MainJobTests(BrowserFixture browser, MainJobTests.Portal web) : BrowserTest(browser, web.Web), IClassFixture<MainJobTests.Portal>
{
    private const string Team = "aurora-beta";

    [Fact]
    [Trait("Invariant", "27")]
    public async Task MainJob_FromKeyFileToAudit_GroupIsExactlyTheTeamAndEveryRequestIsOnRecord()
    {
        var custodian = await SignInAsync("key-custodian", "/credentials");
        await DepositKeyAsync(custodian);
        await ConnectCommunityAsync(custodian);

        var manager = await SignInAsync("program-manager", "/links/new");
        await LinkAsync(manager);
        await PreviewAsync(manager);
        Assert.Empty(InGroup());
        await SyncAsync(manager);

        Assert.Equal(InTeam(), InGroup());
        await ReadPeopleAsync(manager);
        await FindAnaAsync(await SignInAsync("support", "/people"));
        await ReviewAsync(await SignInAsync("security-reviewer", "/audit"));
        await AssertLedgerJoinsAsync();
    }

    /// <summary>Makes a key at Apple's page, downloads it once, and stores it.</summary>
    private async Task DepositKeyAsync(Person custodian)
    {
        var apple = await custodian.NewTabAsync();
        await apple.GotoAsync($"{Web.Simulator.Address}/apple/access/integrations/api");
        await apple.GetByLabel("Name").FillAsync("Portal");
        await apple.GetByLabel("Access").SelectOptionAsync("APP_MANAGER");
        await apple.GetByRole(AriaRole.Button, new() { Name = "Generate API Key" }).ClickAsync();
        var issuer = await apple.GetByTestId("issuer-id").InnerTextAsync();
        var download = await apple.RunAndWaitForDownloadAsync(() => apple.GetByRole(AriaRole.Button, new() { Name = "Download API Key" }).Or(apple.GetByRole(AriaRole.Link, new() { Name = "Download API Key" })).First.ClickAsync());
        Assert.Matches(@"^AuthKey_[0-9A-Z]{10}\.p8$", download.SuggestedFilename);
        await using var stream = await download.CreateReadStreamAsync();
        using var file = new MemoryStream();
        await stream.CopyToAsync(file);
        await apple.CloseAsync();

        await custodian.OpenAsync("/credentials/add");
        await custodian.Page.GetByLabel("Key file").SetInputFilesAsync(new FilePayload { Name = download.SuggestedFilename, MimeType = "application/pkcs8", Buffer = file.ToArray() });
        await custodian.Page.GetByLabel("Issuer ID").FillAsync(issuer.Trim());
        await custodian.Page.GetByRole(AriaRole.Button, new() { Name = "Store and verify key" }).ClickAsync();
        await custodian.ReadyAsync();
        await Expect(custodian.Page.GetByText("Active").First).ToBeVisibleAsync();
        await custodian.PictureAsync("credential");
    }

    private async Task ConnectCommunityAsync(Person custodian)
    {
        await custodian.OpenAsync("/credentials/add?kind=centercode");
        await custodian.Page.GetByLabel("Community address").FillAsync($"{Web.Simulator.Address}/centercode");
        await custodian.Page.Locator("#apiKey").FillAsync(Web.World.CentercodeApiKey);
        await custodian.Page.GetByRole(AriaRole.Button, new() { Name = "Store and verify connection" }).ClickAsync();
        await custodian.ReadyAsync();
        await Expect(custodian.Page.GetByText("Not yet used").First).ToBeVisibleAsync();
    }

    private async Task LinkAsync(Person manager)
    {
        var page = manager.Page;
        await page.GetByLabel("Project key").FillAsync("aurora");
        await page.GetByLabel("Release type key").FillAsync("public-beta");
        await ContinueAsync(page);
        await page.GetByLabel("Address of the Data Package").FillAsync($"{Web.Simulator.Address}/centercode/api/data/{Team}?format=json");
        await page.GetByRole(AriaRole.Button, new() { Name = "Read the team" }).ClickAsync();
        await Expect(page.GetByText("250 members, 10 without Apple e-mail")).ToBeVisibleAsync();
        await manager.PictureAsync("wizard-source");
        await ContinueAsync(page);
        await page.Locator(".mud-select").Last.ClickAsync();
        await page.GetByText("Aurora Notes, com.example.auroranotes").Last.ClickAsync();
        // Internal groups are greyed with their reason (F7).
        await Expect(page.Locator(".choice-off").Filter(new() { HasText = "Engineering" })).ToContainTextAsync("Apple only lets external groups be synced");
        await page.Locator($"[data-group='{GroupId}'] input").CheckAsync();
        await manager.PictureAsync("wizard-group");
        await ContinueAsync(page);
        await page.GetByText("I switched Centercode's own sync off for this group").ClickAsync();
        await manager.PictureAsync("wizard-review");
        await page.GetByRole(AriaRole.Button, new() { Name = "Link this team" }).ClickAsync();
        await page.WaitForURLAsync(LinkUrl());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Aurora beta testers");
    }

    private static Task ContinueAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = ContinueTo() }).ClickAsync();

    private static async Task PreviewAsync(Person manager)
    {
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Preview sync" }).ClickAsync();
        await manager.Page.WaitForURLAsync(RunUrl());
        await Expect(manager.Page.GetByText("Nothing was changed: this is a preview.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await manager.PictureAsync("preview");
    }

    /// <summary>Starts it, closes the tab in the middle, comes back to the same run.</summary>
    private static async Task SyncAsync(Person manager)
    {
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Sync now" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Add 237 people" }).ClickAsync();
        await Expect(manager.Page.GetByText("You can close this page; the run goes on.")).ToBeVisibleAsync();
        await manager.PictureAsync("run-under-way");
        await manager.ReopenAsync(new Uri(manager.Page.Url).AbsolutePath);
        await Expect(manager.Page.GetByText("237 changes confirmed at Apple")).ToBeVisibleAsync(new() { Timeout = 180_000 });
    }

    private static async Task ReadPeopleAsync(Person manager)
    {
        await Expect(manager.Page.GetByText("250 of 250 shown")).ToBeVisibleAsync();
        await manager.PictureAsync("run-done");
        await manager.OpenAsync($"{new Uri(manager.Page.Url).AbsolutePath}?action=Wait");
        await Expect(manager.Page.GetByText("10 of 250 shown")).ToBeVisibleAsync();
        await Expect(manager.Page.GetByText("Has no Apple e-mail in Centercode yet").First).ToBeVisibleAsync();
    }

    private async Task FindAnaAsync(Person support)
    {
        await support.Page.GetByRole(AriaRole.Searchbox).Last.FillAsync("Ana Horvat");
        await support.Page.GetByRole(AriaRole.Button, new() { Name = "Find person" }).ClickAsync();
        await support.Page.GetByRole(AriaRole.Link, new() { Name = "Ana Horvat" }).First.ClickAsync();
        await Expect(support.Page.GetByText("Step by step")).ToBeVisibleAsync();
        // She was invited and has not accepted: the address of no page names her.
        Assert.DoesNotContain("@", support.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain("ana", new Uri(support.Page.Url).PathAndQuery, StringComparison.OrdinalIgnoreCase);
        await support.PictureAsync("ana");
    }

    private static async Task ReviewAsync(Person reviewer)
    {
        await reviewer.OpenAsync("/audit?code=run.succeeded");
        await Expect(reviewer.Page.Locator("table").GetByText("A sync succeeded").First).ToBeVisibleAsync();
        await reviewer.PictureAsync("audit");
        // A reviewer sees what happened, not to whom.
        Assert.DoesNotContain("ana.horvat@example.net", await reviewer.Page.ContentAsync(), StringComparison.OrdinalIgnoreCase);
        await reviewer.OpenAsync("/key-uses");
        await Expect(reviewer.Page.Locator("table").GetByText("/v1/betaTesters").First).ToBeVisibleAsync();
        await reviewer.PictureAsync("key-uses");
    }

    /// <summary>What Apple saw and what the portal recorded are the same list, in both directions, and every intent came before its arrival.</summary>
    private async Task AssertLedgerJoinsAsync()
    {
        var uses = new List<KeyUseEntry>();
        var ledger = Web.Services.GetRequiredService<KeyUseLedger>();
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await ledger.ListAsync(new KeyUseFilter(), Actors.SecurityReviewer, after, 500);
            uses.AddRange(page.Entries);
            next = page.Next;
        }
        var recorded = uses.Where(use => use.PathTemplate.StartsWith("/v1/", StringComparison.Ordinal)).Select(use => (Key: $"{use.TokenHash} {use.Method} {use.PathTemplate}", use.At)).Order().ToList();
        var seen = Web.World.Ledger.Entries.Where(call => call.Path.StartsWith("/v1/", StringComparison.Ordinal)).Select(call => (Key: $"{call.TokenHash} {call.Method} {call.PathTemplate}", call.At)).Order().ToList();
        Assert.Equal(seen.Select(call => call.Key), recorded.Select(use => use.Key));
        Assert.All(seen.Zip(recorded), pair => Assert.True(pair.Second.At <= pair.First.At, $"{pair.First.Key} arrived before its intent."));
    }

    private string GroupId => Web.World.GroupId("Aurora Notes", "Aurora beta testers");

    private IEnumerable<string> InTeam() => Web.World.TeamMembers(Team).Select(m => m.AppleEmail?.Trim().ToLowerInvariant() ?? "").Where(e => e.Length > 0).Distinct().Order(StringComparer.Ordinal);

    private IEnumerable<string> InGroup() => Web.World.GroupMembers(GroupId).Select(m => m.Email!.ToLowerInvariant()).Order(StringComparer.Ordinal);

    [GeneratedRegex("^Continue to")]
    private static partial Regex ContinueTo();

    [GeneratedRegex("/links/[0-9a-f-]{36}")]
    private static partial Regex LinkUrl();

    [GeneratedRegex("/runs/[0-9a-f-]{36}")]
    private static partial Regex RunUrl();

    /// <summary>A portal with nothing stored, that may speak to the simulator's community on this machine.</summary>
    public sealed class Portal : Xunit.IAsyncLifetime
    {
        public WebFixture Web { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Web = await WebFixture.StartAsync(settings: new Dictionary<string, string?> { ["Centercode:AllowLoopback"] = "true" });

        public ValueTask DisposeAsync() => Web.DisposeAsync();
    }
}
