using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>A link from its wizard to its end, clicked as a program manager does.</summary>
public sealed partial class LinkPagesTests(BrowserFixture browser) : BrowserTest(browser, new WebFixture())
{
    private const string Borealis = "Borealis Maps";
    private const string FullGroup = "Borealis field testers";

    private SyncService Sync => Web.Services.GetRequiredService<SyncService>();

    public override ValueTask InitializeAsync() => Web.InitializeAsync();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Web.DisposeAsync();
    }

    [Fact]
    public async Task Policy_SavedInItsPanel_StandsOnThePageAndInTheLink()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        var manager = await SignInAsync("program-manager", PortalUrls.Link(team.Link.Id));
        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "Edit policy" }).ClickAsync();
        var panel = manager.Page.GetByRole(AriaRole.Complementary, new() { Name = "Edit policy" });
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Save policy" })).ToBeDisabledAsync();
        await panel.GetByLabel("Minutes between checks").FillAsync("60");
        await panel.GetByLabel("Minutes between checks").PressAsync("Tab");
        await panel.GetByLabel("Remove people who leave the team").ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save policy" }).ClickAsync();

        await Expect(manager.Page.GetByText("The policy is saved; the next plan follows it.")).ToBeVisibleAsync();
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(manager.Page.GetByText("Checks every hour.")).ToBeVisibleAsync();
        await Expect(manager.Page.GetByText("Only adds; whoever leaves the team stays in the group.")).ToBeVisibleAsync();
        var policy = (await Sync.LinkAsync(team.Link.Id, Actors.Viewer)).Policy;
        Assert.Equal((false, TimeSpan.FromHours(1)), (policy.Mirror, policy.Every));
    }

    [Fact]
    public async Task Wizard_CsvAndANewGroup_IsConfirmedMadeSyncedAndGivenABuild()
    {
        await LinkedTeam.MakeAsync(Web);
        var manager = await SignInAsync("program-manager", PortalUrls.NewLink);
        await NameAsync(manager.Page, "aurora", "field");
        await manager.Page.GetByText("A CSV file").ClickAsync();
        const string csv = "Member No;Apple account;Given name;Surname\n1;cora@example.org;Cora;Quick\n2;dan@example.org;Dan;Slow\n3;;Eve;Waits\n";
        await Expect(manager.Page.GetByLabel("Team file")).ToBeEnabledAsync();
        await manager.Page.GetByLabel("Team file").SetInputFilesAsync(new FilePayload { Name = "crew.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv) });
        // The guess is shown column by column, for a person to confirm or mend.
        await Expect(manager.Page.GetByLabel("Apple e-mail")).ToHaveValueAsync("Apple account");
        await manager.Page.GetByLabel("User id").SelectOptionAsync("Member No");
        await manager.Page.GetByLabel("First name").SelectOptionAsync("Given name");
        await Expect(manager.Page.GetByText("3 members, 1 without Apple e-mail")).ToBeVisibleAsync();
        await manager.Page.GetByLabel("Name of the team").FillAsync("Field crew");
        await ContinueAsync(manager.Page);
        await ChooseAppAsync(manager.Page, "Aurora Notes");
        await manager.Page.GetByLabel("Name of the new group").FillAsync("Field crew");
        await ContinueAsync(manager.Page);
        var link = await FinishAsync(manager.Page);

        var group = Web.World.GroupId("Aurora Notes", "Field crew");
        Assert.Equal((SourceKind.Csv, "Member No", group), (link.SourceKind, link.Mapping.MemberId, link.GroupId));
        await manager.Page.GetByRole(AriaRole.Link, new() { Name = "Assign a build" }).ClickAsync();
        await manager.Page.Locator("[data-choice='120'] input").CheckAsync();
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Assign 2.0 (120)" }).ClickAsync();
        await Expect(manager.Page.Locator("[data-outcome='Confirmed']")).ToContainTextAsync("2.0 (120)");
        await Expect(manager.Page.Locator("main table").First.GetByRole(AriaRole.Link, new() { Name = "2.0 (120)" })).ToBeVisibleAsync();
        Assert.Single(Web.World.GroupBuilds(group));
        await manager.OpenAsync(PortalUrls.App(link.AppId));
        await Expect(manager.Page.GetByRole(AriaRole.Link, new() { Name = "Field crew", Exact = true })).ToBeVisibleAsync();

        await manager.OpenAsync(PortalUrls.Link(link.Id));
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Sync now" }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sync now" }).ClickAsync();
        await Expect(manager.Page.GetByText("2 changes confirmed at Apple")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        Assert.Equal(["cora@example.org", "dan@example.org"], Web.World.GroupMembers(group).Select(m => m.Email).Order());
    }

    [Fact]
    public async Task Wizard_FileChosenTheMomentTheFieldCanBeUsed_IsRead()
    {
        await LinkedTeam.MakeAsync(Web);
        var manager = await SignInAsync("program-manager", PortalUrls.NewLink);
        await NameAsync(manager.Page, "aurora", "field");
        await manager.Page.EvaluateAsync("""
            () => new MutationObserver((_, seen) => {
                const field = document.querySelector("#team-file:enabled");
                if (!field) return;
                seen.disconnect();
                const files = new DataTransfer();
                files.items.add(new File(["Member No;Apple account\n1;cora@example.org\n"], "crew.csv", { type: "text/csv" }));
                field.files = files.files;
                field.dispatchEvent(new Event("change", { bubbles: true }));
            }).observe(document.body, { childList: true, subtree: true, attributes: true })
            """);
        await manager.Page.GetByText("A CSV file").ClickAsync();
        await Expect(manager.Page.GetByLabel("Apple e-mail")).ToHaveValueAsync("Apple account");
    }

    [Theory]
    [InlineData("Manage the 240 who match", true)]
    [InlineData("Leave everybody as they are", false)]
    public async Task Wizard_FullGroup_IsAskedAboutAndSyncedByTheAnswer(string answer, bool adopts)
    {
        await LinkedTeam.MakeAsync(Web);
        var group = Web.World.GroupId(Borealis, FullGroup);
        var before = Web.World.GroupMembers(group).Count;
        var manager = await SignInAsync("program-manager", PortalUrls.NewLink);
        await NameAsync(manager.Page, "borealis", "field");
        await manager.Page.GetByLabel("Address of the Data Package").FillAsync($"{Web.Simulator.Address}/centercode/api/data/borealis-field?format=json");
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Read the team" }).ClickAsync();
        await Expect(manager.Page.Locator(".counts")).ToBeVisibleAsync();
        await ContinueAsync(manager.Page);
        await ChooseAppAsync(manager.Page, Borealis);
        await manager.Page.Locator($"[data-group='{group}'] input").CheckAsync();
        await Expect(manager.Page.GetByText(QuestionOfGroup())).ToBeVisibleAsync();
        await ContinueAsync(manager.Page);
        await Expect(manager.Page.GetByText("Say what becomes of the people who are in the group already.")).ToBeVisibleAsync();
        await manager.Page.GetByRole(AriaRole.Radio, new() { Name = answer }).CheckAsync();
        await ContinueAsync(manager.Page);
        await Expect(manager.Page.GetByText(adopts ? "members of the team are managed" : "everybody is left as they are")).ToBeVisibleAsync();
        var link = await FinishAsync(manager.Page);

        Assert.Equal(adopts, link.Policy.AdoptMatching);
        await Expect(manager.Page.GetByText(adopts ? "Members who were in the group already are managed." : "Members who were in the group already are left as they are.")).ToBeVisibleAsync();
        await SyncAsync(link.Id);
        // Asked or not, nobody who was there went; and only somebody taken over goes when they leave the team.
        Assert.True(Web.World.GroupMembers(group).Count >= before);
        var leaver = Web.World.TeamMembers("borealis-field").First(m => m.AppleEmail is { } email && Web.World.GroupMembers(group).Any(g => string.Equals(g.Email, email, StringComparison.OrdinalIgnoreCase)));
        Web.World.RemoveTeamMember("borealis-field", leaver.AppleEmail!);
        Web.Clock.Advance(TimeSpan.FromMinutes(3));
        await SyncAsync(link.Id);
        Assert.Equal(!adopts, Web.World.GroupMembers(group).Any(g => string.Equals(g.Email, leaver.AppleEmail, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    [Trait("Invariant", "34")]
    [Trait("Invariant", "35")]
    public async Task Link_PausedResumedAndRetired_SaysSoAndLeavesTheGroupAlone()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        await SyncAsync(team.Link.Id);
        var inGroup = Web.World.GroupMembers(team.GroupId).Count;
        var manager = await SignInAsync("program-manager", PortalUrls.Link(team.Link.Id));
        var title = manager.Page.Locator(".page-title");

        await ChooseInMenuAsync(manager.Page, "Pause link");
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Go back" }).ClickAsync();
        await Expect(title).ToContainTextAsync("Active");
        await ChooseInMenuAsync(manager.Page, "Pause link");
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Pause link" }).ClickAsync();
        await Expect(title).ToContainTextAsync("Paused");
        Assert.Equal(LinkState.Paused, (await Sync.LinkAsync(team.Link.Id, Actors.Viewer)).State);

        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Resume link" }).ClickAsync();
        await Expect(title).ToContainTextAsync("Active");

        await ChooseInMenuAsync(manager.Page, "Retire link");
        var question = manager.Page.GetByRole(AriaRole.Dialog);
        await Expect(question).ToContainTextAsync($"{inGroup} people stay in the group: retiring removes nobody.");
        await Expect(question.GetByRole(AriaRole.Button, new() { Name = "Retire link" })).ToBeDisabledAsync();
        await question.GetByRole(AriaRole.Textbox).FillAsync(LinkedTeam.Group);
        await question.GetByRole(AriaRole.Button, new() { Name = "Retire link" }).ClickAsync();
        await Expect(title).ToContainTextAsync("Retired");
        await Expect(manager.Page.GetByRole(AriaRole.Button, new() { Name = "Preview sync" })).ToHaveCountAsync(0);
        Assert.Equal(inGroup, Web.World.GroupMembers(team.GroupId).Count);
        Assert.Equal(LinkState.Retired, (await Sync.LinkAsync(team.Link.Id, Actors.Viewer)).State);
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task Wizard_AppleLosesTheAnswerAboutTheGroup_LeadsToADraftThatCanBeFinished()
    {
        var team = await LinkedTeam.MakeAsync(Web);
        Web.World.AddFault("500", "POST", "/v1/betaGroups");
        var draft = await Sync.CreateLinkAsync(new NewLink
        {
            ProjectKey = "aurora", ReleaseTypeKey = "lost", TeamName = "Crew", SourceKind = SourceKind.DataPackage, ConnectionId = team.Link.ConnectionId, SourceUrl = team.Link.SourceUrl,
            Mapping = team.Link.Mapping, CredentialId = team.Link.CredentialId, AppId = team.Link.AppId, NewGroupName = "Lost crew", CentercodeSyncIsOff = true,
        }, Actors.ProgramManager);
        Web.Clock.Advance(TimeSpan.FromMinutes(3));
        var manager = await SignInAsync("program-manager", PortalUrls.Link(draft.Id));
        await Expect(manager.Page.GetByText("(group-unconfirmed)")).ToBeVisibleAsync();
        await Expect(manager.Page.GetByRole(AriaRole.Button, new() { Name = "Preview sync" })).ToHaveCountAsync(0);

        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Finish linking" }).ClickAsync();

        await Expect(manager.Page.GetByRole(AriaRole.Button, new() { Name = "Preview sync" })).ToBeVisibleAsync();
        await Expect(manager.Page.Locator(".page-title")).ToContainTextAsync("First sync open");
        Assert.Single(Web.World.GroupNames("Aurora Notes"), "Lost crew");
    }

    private static async Task NameAsync(IPage page, string project, string releaseType)
    {
        await page.GetByLabel("Project key").FillAsync($"https://x/{project}");
        await ContinueAsync(page);
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "one part of an address" })).ToBeVisibleAsync();
        await page.GetByLabel("Project key").FillAsync(project);
        await page.GetByLabel("Release type key").FillAsync(releaseType);
        await ContinueAsync(page);
    }

    private static async Task ChooseAppAsync(IPage page, string app)
    {
        await page.Locator(".mud-select").Last.ClickAsync();
        await page.GetByText($"{app}, ").Last.ClickAsync();
    }

    private async Task<LinkView> FinishAsync(IPage page)
    {
        await page.GetByText("I switched Centercode's own sync off for this group").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Link this team" }).ClickAsync();
        await page.WaitForURLAsync(LinkUrl());
        return await Sync.LinkAsync(Guid.Parse(new Uri(page.Url).Segments[^1]), Actors.ProgramManager);
    }

    private static async Task ChooseInMenuAsync(IPage page, string item)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = item }).ClickAsync();
    }

    private static Task ContinueAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = ContinueTo() }).ClickAsync();

    private async Task SyncAsync(Guid link)
    {
        var run = await Sync.RequestAsync(link, SyncMode.Real, Actors.ProgramManager);
        RunView? last = null;
        await foreach (var state in Sync.WatchAsync(run.RunId, Actors.ProgramManager)) last = state;
        Assert.True(last?.State is RunState.Succeeded, $"{last?.State}: {last?.Problem}");
    }

    [GeneratedRegex("^Continue to")]
    private static partial Regex ContinueTo();

    [GeneratedRegex("/links/[0-9a-f-]{36}")]
    private static partial Regex LinkUrl();

    [GeneratedRegex(@"^\d+ in it, \d+ match the team: manage them\?$")]
    private static partial Regex QuestionOfGroup();
}
