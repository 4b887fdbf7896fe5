using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Credentials;
using Portal.Services.Credentials;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>The reviewer's question: all uses of one key in a time by one person.</summary>
public sealed class KeyUsePagesTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    [Fact, Trait("Invariant", "27")]
    public async Task Reviewer_AsksForAKeyAPersonAndATime_SeesThoseUsesWithAChartAndCanShareTheAddress()
    {
        var key = (await LinkedTeam.MakeAsync(Web)).Link.CredentialId;
        var ledger = Web.Services.GetRequiredService<KeyUseLedger>();
        var all = await ledger.ListAsync(new KeyUseFilter(key), Actors.SecurityReviewer);
        var hers = await ledger.ListAsync(new KeyUseFilter(key) { ActorId = Actors.ProgramManager.Id }, Actors.SecurityReviewer);
        Assert.InRange(hers.Shown, 1, all.Shown - 1);

        var person = await SignInAsync("security-reviewer");
        await person.Page.GotoAsync(PortalUrls.KeyUses());
        foreach (var (filter, name, value) in new[] { ("Credential is", "credential", $"{key}"), ("Used by", "actor", Actors.ProgramManager.Id), ("Happened", "when", "month"), ("Runs are shown", "runs", "single") })
        {
            await person.Page.GetByLabel(filter, new() { Exact = true }).SelectOptionAsync(value);
            // A choice is made in the address as it is: the next one waits for it.
            await Expect(person.Page).ToHaveURLAsync(new Regex($"{name}={value}"));
        }

        await Expect(person.Page.Locator("main table.key-uses tbody tr")).ToHaveCountAsync(hers.Shown);
        await Expect(person.Page.Locator(".filter-count")).ToHaveTextAsync(new Regex($@"^{hers.Shown} of \d+ requests$"));
        await Expect(person.Page.Locator(".key-chart .chart-line")).ToHaveTextAsync(new Regex(@": \d+ requests from .* none refused"));
        Assert.Contains($"credential={key}", person.Page.Url, StringComparison.Ordinal);
        var address = person.Page.Url;
        await person.Page.GotoAsync(address);
        await Expect(person.Page.Locator("main table.key-uses tbody tr")).ToHaveCountAsync(hers.Shown);
        await Expect(person.Page.GetByText("Where a copy of a key file is used elsewhere")).ToBeVisibleAsync();
        var download = await person.Page.RunAndWaitForDownloadAsync(() => person.Page.GetByText("Download JSON lines").ClickAsync());
        Assert.Equal(hers.Shown, (await File.ReadAllLinesAsync(await download.PathAsync())).Length);
    }
}
