using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;

namespace Portal.Browser.Tests;

/// <summary>Support finds one person, sees the next step and acts; the audit shows what was done.</summary>
public partial class PeoplePagesTests(BrowserFixture browser, WebFixture web) : BrowserTest(browser, web), IClassFixture<WebFixture>
{
    private const string Ana = "ana.lookup@example.org";

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task PeopleAndAudit_AnyWidthAndScheme_AreAccessibleFitAndKeepAddressesOutOfTheUrl(ColorScheme scheme, int width)
    {
        await SyncedAsync();
        var support = await SignInAsync("support", PortalUrls.People(), new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        await LookAsync(support, $"people-empty-{scheme}");
        await support.Page.Locator("main [data-filter]").FillAsync(Ana);
        await support.Page.Locator("main [data-filter]").PressAsync("Enter");
        var hit = support.Page.GetByRole(AriaRole.Link, new() { Name = "Ana Lookup" });
        await Assertions.Expect(hit).ToBeVisibleAsync();
        Assert.DoesNotContain("ana.lookup", support.Page.Url, StringComparison.OrdinalIgnoreCase);
        await LookAsync(support, $"people-found-{scheme}");
        await hit.ClickAsync();
        await Assertions.Expect(support.Page.Locator(".step")).ToHaveCountAsync(10);
        await Assertions.Expect(support.Page.Locator(".next-step")).ToHaveAttributeAsync("data-code", "person-invited");
        await Assertions.Expect(support.Page.GetByText("Added a person to the group").First).ToBeVisibleAsync();
        Assert.DoesNotContain("@", support.Page.Url, StringComparison.Ordinal);
        await LookAsync(support, $"person-{scheme}");
        await support.Page.GoBackAsync();
        await Assertions.Expect(hit).ToBeVisibleAsync();

        var reviewer = await SignInAsync("security-reviewer", PortalUrls.Audit(), new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        await Assertions.Expect(reviewer.Page.Locator(".audit-table tbody tr").First).ToBeVisibleAsync();
        await LookAsync(reviewer, $"audit-{scheme}");
        await OpenRunAsync(reviewer, scheme);
        await reviewer.OpenAsync(PortalUrls.Audit(code: "run."));
        await reviewer.Page.Locator(".audit-table tbody a").First.ClickAsync();
        await Assertions.Expect(reviewer.Page.Locator(".payload")).ToBeVisibleAsync();
        await LookAsync(reviewer, $"audit-event-{scheme}");
        await reviewer.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(reviewer.Page.Locator(".side-panel")).ToHaveCountAsync(0);
        await reviewer.OpenAsync(PortalUrls.Audit(code: "no.such-code"));
        await Assertions.Expect(reviewer.Page.GetByText("No event matches these filters.")).ToBeVisibleAsync();
        await reviewer.OpenAsync(PortalUrls.Audit());
        await reviewer.Page.Locator("main [data-filter]").FillAsync(Ana);
        await reviewer.Page.Locator("main [data-filter]").PressAsync("Enter");
        await Assertions.Expect(reviewer.Page.GetByText("Speaks of")).ToBeVisibleAsync();
        await Assertions.Expect(reviewer.Page.Locator(".audit-table tbody tr").First).ToBeVisibleAsync();
        Assert.DoesNotContain("ana.lookup", reviewer.Page.Url, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ana.lookup", await reviewer.Page.Locator(".audit-table").InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task PreviewAndSyncThisPerson_AsSupport_ShowTheStepsAndEndInTheGroup()
    {
        const ColorScheme scheme = ColorScheme.Dark;
        var team = await SyncedAsync();
        // Or the schedule may have added her before anybody looks.
        await Web.Services.GetRequiredService<SyncService>().ChangePolicyAsync(team.Id, team.Policy with { DriftOnly = true }, Actors.ProgramManager);
        Web.World.AddTeamMember("aurora-beta", "Nora", "Newcomer", "nora.new@example.org", "nora.new@example.org");
        Web.Clock.Advance(TimeSpan.FromMinutes(3));
        var support = await SignInAsync("support", PortalUrls.People("newcomer"), new() { ColorScheme = scheme, ViewportSize = new() { Width = 390, Height = 800 } });
        await support.Page.GetByRole(AriaRole.Link, new() { Name = "Nora Newcomer" }).ClickAsync();
        var steps = support.Page.Locator("[data-run-step]");
        await support.Page.GetByRole(AriaRole.Button, new() { Name = "Preview this person" }).ClickAsync();
        await Assertions.Expect(steps).ToHaveCountAsync(5);
        await Assertions.Expect(support.Page.Locator("[data-run-step='Act']")).ToContainTextAsync("Would add and invite them", new() { Timeout = 60_000 });
        Assert.DoesNotContain(Web.World.GroupMembers(team.GroupId), m => m.Email == "nora.new@example.org");
        await LookAsync(support, $"person-preview-{scheme}");
        await support.Page.GetByRole(AriaRole.Button, new() { Name = "Add and invite this person" }).ClickAsync();
        await support.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sync this person" }).ClickAsync();

        await Assertions.Expect(support.Page.Locator(".step-ok[data-run-step='Confirm']")).ToContainTextAsync("A fresh read shows them in", new() { Timeout = 60_000 });
        await Assertions.Expect(support.Page.Locator(".step-ok[data-run-step] time")).ToHaveCountAsync(5);
        await Assertions.Expect(support.Page.Locator(".step-ok[data-step='In the group']")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.Contains(Web.World.GroupMembers(team.GroupId), m => m.Email == "nora.new@example.org");
        await LookAsync(support, $"person-synced-{scheme}");
        await support.Page.ReloadAsync();
        await Assertions.Expect(support.Page.Locator(".step-ok[data-run-step='Confirm']")).ToBeVisibleAsync();
        await support.ReadyAsync();
        await support.Page.GetByRole(AriaRole.Link, new() { Name = "Open the run" }).ClickAsync();
        await support.Page.WaitForURLAsync("**/runs/*");
    }

    /// <summary>What a run did is one line, which opens to all of it and closes again.</summary>
    private static async Task OpenRunAsync(Person reviewer, ColorScheme scheme)
    {
        var (fold, inside) = (reviewer.Page.Locator(".audit-table .fold a", new() { HasTextRegex = SyncOfTheTeam() }), reviewer.Page.Locator(".audit-table tr.inside"));
        await Assertions.Expect(inside).ToHaveCountAsync(0);
        await fold.ClickAsync();
        await Assertions.Expect(inside.GetByRole(AriaRole.Link, new() { Name = "Added a person to the group" }).First).ToBeVisibleAsync();
        await Assertions.Expect(fold).ToContainTextAsync("Hide");
        await LookAsync(reviewer, $"audit-open-{scheme}");
        await fold.ClickAsync();
        await Assertions.Expect(inside).ToHaveCountAsync(0);
    }

    [GeneratedRegex("2[0-9]{2} events$")]
    private static partial Regex SyncOfTheTeam();

    private static async Task LookAsync(Person person, string name)
    {
        await person.PictureAsync(name);
        await person.AssertAccessibleAsync();
        Assert.True(await person.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} is wider than its window");
    }

    private async Task<LinkView> SyncedAsync()
    {
        var sync = Web.Services.GetRequiredService<SyncService>();
        if ((await sync.LinksAsync(Actors.ProgramManager, false, CancellationToken.None)).FirstOrDefault() is { } there) return there;
        Web.World.AddTeamMember("aurora-beta", "Ana", "Lookup", "ana.login@example.org", Ana);
        var link = (await LinkedTeam.MakeAsync(Web)).Link;
        var run = await sync.RequestAsync(link.Id, SyncMode.Real, Actors.ProgramManager);
        await foreach (var state in sync.WatchAsync(run.RunId, Actors.ProgramManager)) Assert.NotEqual(RunState.Failed, state.State);
        return link;
    }
}
