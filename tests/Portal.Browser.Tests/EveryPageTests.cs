using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Tests;
using Portal.Web.Layout;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Every page as the role concerned sees it: fits a phone and a desk, in light and dark, and is accessible.</summary>
public sealed class EveryPageTests(BrowserFixture browser, EveryPageTests.World world) : BrowserTest(browser, world.Web), IClassFixture<EveryPageTests.World>
{
    private static readonly (int Width, ColorScheme Scheme)[] _screens = [(1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Dark), (390, ColorScheme.Light)];

    [Fact]
    public async Task EveryPage_OnADeskAndAPhoneInLightAndDark_FitsAndIsAccessible()
    {
        var found = new List<string>();
        foreach (var (user, pages) in Pages)
        {
            var person = await SignInAsync(user);
            foreach (var (name, path, sign) in pages)
            {
                await person.Page.GotoAsync(path);
                await Expect(person.Page.Locator(sign).First).ToBeVisibleAsync();
                await LookAsync(person, $"{name}-{user}", found);
            }
            if (user != "program-manager") person.Complaints.Clear(); // the browser notes a refused page itself
            else
            {
                await person.Page.EvaluateAsync("document.getElementById('reconnect').showModal()");
                await LookAsync(person, "reconnect", found);
            }
        }
        var stranger = await NewPersonAsync();
        await stranger.SignInAsync("nobody");
        await LookAsync(stranger, "no-role", found);
        foreach (var (name, path) in new[] { ("signed-out", "/signed-out"), ("not-found", "/no-such-page") })
        {
            await stranger.Page.GotoAsync(path);
            await LookAsync(stranger, name, found);
        }
        await stranger.Page.GotoAsync($"/deposit/{world.Deposit}");
        await Expect(stranger.Page.GetByLabel("Key file")).ToBeVisibleAsync();
        await LookAsync(stranger, "deposit", found);
        stranger.Complaints.Clear(); // the 403 and the 404
        Assert.True(found.Count == 0, string.Join("\n", found));
    }

    private IEnumerable<(string User, (string Name, string Path, string Sign)[] Pages)> Pages =>
    [
        ("program-manager",
        [
            ("home", PortalUrls.Home, ".tasks"), ("links", PortalUrls.Links(), "main table"), ("link", PortalUrls.Link(world.Link), ".readiness"), ("link-draft", PortalUrls.Link(world.Draft), ".problem"),
            ("link-policy", PortalUrls.LinkPanel(world.Link, "policy"), ".side-panel"), ("link-freeze", PortalUrls.LinkPanel(world.Link, "freeze"), ".side-panel"), ("wizard", PortalUrls.NewLink, ".wizard"),
            ("runs", PortalUrls.Runs(), "main table"), ("run-preview", PortalUrls.Run(world.Preview), ".people-grid .person"), ("run-succeeded", PortalUrls.Run(world.Succeeded), ".people-grid .person"),
            ("run-undo", PortalUrls.RunPanel(world.Succeeded, "undo"), ".side-panel"), ("run-failed", PortalUrls.Run(world.Failed), ".problem"), ("run-blocked", PortalUrls.Run(world.Blocked), ".problem"),
            ("run-held", PortalUrls.Run(world.Held), ".problem"), ("approvals", PortalUrls.Approvals(), "main table"), ("approval-own", PortalUrls.Approval(world.Approval), ".decision"),
            ("alerts", PortalUrls.Alerts(), "main table"), ("alert", PortalUrls.Alert(world.Alert), ".side-panel"), ("link-columns", PortalUrls.LinkPanel(world.Link, "columns"), ".side-panel"), ("link-end", PortalUrls.LinkPanel(world.Link, "end"), ".side-panel"),
            ("people", PortalUrls.People(), "main [data-filter]"), ("people-found", PortalUrls.People("horvat"), "main table a"), ("people-none", PortalUrls.People("nobodyofthisname"), "main .empty"),
            ("person", PortalUrls.Person(world.Link, world.Person), ".step"), ("person-remove", PortalUrls.PersonPanel(world.Link, world.Person, "remove"), ".side-panel"), ("person-keep-out", PortalUrls.PersonPanel(world.Link, world.Person, "keep-out"), ".side-panel"),
            ("invitations", PortalUrls.Invitations(world.Link), ".left-out, main .empty"),
            ("apps", PortalUrls.Apps, "main table"), ("app", PortalUrls.App(world.App), "main table"), ("group", PortalUrls.Group(world.Group), "#testers"),
            ("group-assign", PortalUrls.GroupPanel(world.Group, "assign"), ".side-panel .choice"), ("group-unassign", PortalUrls.GroupPanel(world.Group, "unassign"), ".side-panel .choice"),
            ("group-rule", PortalUrls.GroupPanel(world.Group, "rule"), ".side-panel .choice"), ("build", PortalUrls.Build(world.Build), "#what-to-test"),
            ("build-assign", PortalUrls.BuildPanel(world.Build, "assign"), ".side-panel .choice"), ("build-unassign", PortalUrls.BuildPanel(world.Build, "unassign"), ".side-panel .choice"),
            ("link-others", PortalUrls.LinkPanel(world.Link, "others"), ".foreign-list, .side-panel textarea"), ("unmanaged", PortalUrls.Unmanaged(world.Link), "main table tbody a"),
            ("unmanaged-adopt", PortalUrls.Unmanaged(world.Link, panel: "adopt"), ".side-panel textarea"), ("unmanaged-leave", PortalUrls.Unmanaged(world.Link, panel: "leave"), ".side-panel textarea"),
            ("link-releases", PortalUrls.LinkPanel(world.Link, "releases"), ".side-panel .choice"),
            ("credentials", PortalUrls.Credentials, "main table"), ("credential", PortalUrls.Credential(world.Credential), ".page-title"),
        ]),
        ("administrator", [("approval", PortalUrls.Approval(world.Approval), ".decision textarea"), ("approval-policy", PortalUrls.Approval(world.Loosening), ".decision textarea")]),
        ("viewer", [("people-masked", PortalUrls.People(), "main [data-filter]"), ("person-masked", PortalUrls.Person(world.Link, world.Person), ".step"), ("unmanaged-masked", PortalUrls.Unmanaged(world.Link), "main table tbody a"), ("run-masked", PortalUrls.Run(world.Succeeded), ".people-grid .person"), ("refused", PortalUrls.NewLink, "h1")]),
        ("key-custodian", [("credential", PortalUrls.Credential(world.Credential), ".page-title"), ("replace-key", $"{PortalUrls.Credential(world.Credential)}/replace", "form"), ("ask-for-key", "/credentials/ask", "form"), ("add-key", PortalUrls.AddCredential, "form"), ("add-connection", $"{PortalUrls.AddCredential}?kind=centercode", "form")]),
        ("security-reviewer", [("audit", PortalUrls.Audit(), "main table"), ("key-uses", PortalUrls.KeyUses(), "main table"), ("key-uses-of-a-key", PortalUrls.KeyUses(credential: world.Credential), ".key-chart"), ("settings", PortalUrls.Settings, "h1"), ("sessions", PortalUrls.Sessions(everybody: true), "main table"), ("break-glass", PortalUrls.BreakGlass, "main table")]),
    ];

    /// <summary>Looks at the page on every screen without loading it again; what is wrong is added, with a picture of it.</summary>
    private static async Task LookAsync(Person person, string name, List<string> found)
    {
        foreach (var (width, scheme) in _screens)
        {
            var before = found.Count;
            // Without motion: a button on its way from one colour to the other has neither.
            await person.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await person.Page.SetViewportSizeAsync(width, 844);
            var (inner, outer) = (await person.Page.EvaluateAsync<int>("innerWidth"), await person.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            if (outer > inner)
            {
                var widest = await person.Page.EvaluateAsync<string>("[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 4).map(e => e.tagName + '.' + e.className).join(', ')");
                found.Add($"{name}: {outer} wide on {inner}: {widest}");
            }
            // The colours are the same at both widths, and each rule is the dearest part of a look.
            if ((width, scheme) is (1280, ColorScheme.Light) or (390, ColorScheme.Dark) && await person.ViolationsAsync() is { Length: > 0 } violations) found.Add($"{name}, {width}, {scheme}: {violations}");
            if (found.Count > before || Environment.GetEnvironmentVariable("PORTAL_PICTURES") is not null) await person.PictureAsync($"{name}-{scheme}-{width}");
        }
    }

    /// <summary>A portal with a bit of everything, made once.</summary>
    public sealed class World : Xunit.IAsyncLifetime
    {
        public WebFixture Web { get; } = new();
        public Guid Link { get; private set; }
        public Guid Draft { get; private set; }
        public Guid Preview { get; private set; }
        public Guid Succeeded { get; private set; }
        public Guid Failed { get; private set; }
        public Guid Blocked { get; private set; }
        public Guid Held { get; private set; }
        public Guid Approval { get; private set; }
        public Guid Loosening { get; private set; }
        public Guid Alert { get; private set; }
        public string Person { get; private set; } = "";
        public Guid Credential { get; private set; }
        public string App { get; private set; } = "";
        public string Group { get; private set; } = "";
        public string Build { get; private set; } = "";
        public string Deposit { get; private set; } = "";

        private SyncService Sync => Web.Services.GetRequiredService<SyncService>();

        public async ValueTask InitializeAsync()
        {
            await Web.InitializeAsync();
            var team = await LinkedTeam.MakeAsync(Web);
            (Link, App, Group) = (team.Link.Id, team.Link.AppId, team.GroupId);
            Build = Web.World.GroupBuilds(Web.World.GroupId(LinkedTeam.App, "Aurora friends"))[0];
            Credential = (await Web.Services.GetRequiredService<CredentialService>().ListAsync(Actors.KeyCustodian)).First(c => c.Kind is CredentialKind.AppleTeamKey).Id;
            Deposit = (await Web.Services.GetRequiredService<DepositService>().AskAsync(CredentialKind.AppleTeamKey, "Acme", "For the crew of the field test.", Actors.ProgramManager)).Token;
            Preview = await RunAsync(SyncMode.Preview);
            // Somebody else's: asked about, and nobody manages them.
            foreach (var stranger in new[] { "one", "two", "three" }) Web.World.AddTesterByHand(Group, $"stranger.{stranger}@example.org");
            Web.Clock.Advance(TimeSpan.FromMinutes(3));
            Succeeded = await RunAsync(SyncMode.Real);
            var members = Web.World.TeamMembers(LinkedTeam.Team).ToList();
            Web.World.ShrinkTeam(LinkedTeam.Team, 20);
            Web.Clock.Advance(TimeSpan.FromMinutes(3));
            Blocked = await RunAsync(SyncMode.Real);
            // Last, so that every later check finds this very plan: 50 of the team are gone.
            foreach (var member in members.Skip(20).Take(180)) Web.World.AddTeamMember(LinkedTeam.Team, member.FirstName, member.LastName, member.Email, member.AppleEmail);
            (Held, Loosening) = (await RunAsync(SyncMode.Real), (await Sync.ChangePolicyAsync(Link, new SyncPolicy { RemovalLimit = 60, RemovalsPerDay = 80 }, Actors.ProgramManager, "The season ends."))!.Value);
            Approval = (await Sync.RunAsync(Held, Actors.ProgramManager)).ApprovalId!.Value;
            Web.World.AddFault("403-agreement", "GET", times: 20);
            Failed = await RunAsync(SyncMode.Preview);
            Web.World.Faults.Clear();
            await Web.Services.GetRequiredService<CredentialService>().VerifyAsync(Credential, Actors.KeyCustodian);
            Web.World.AddFault("500", "POST", "/v1/betaGroups");
            Draft = (await Sync.CreateLinkAsync(new NewLink
            {
                ProjectKey = "aurora", ReleaseTypeKey = "lost", TeamName = "Crew", SourceKind = SourceKind.Csv, Csv = new("crew.csv", "Id,Apple\n1,a@example.org\n"u8.ToArray()),
                Mapping = new ColumnMapping("Id", "Apple"), CredentialId = Credential, AppId = App, NewGroupName = "Lost crew", CentercodeSyncIsOff = true,
            }, Actors.ProgramManager)).Id;
            Alert = (await Alerts.RaisedAsync(Web)).Id;
            var glasses = Web.Services.GetRequiredService<BreakGlassService>();
            await glasses.EndAsync((await glasses.BeginAsync("Nobody else could be reached before the release.", 60, Actors.Administrator)).Id, Actors.Administrator);
            Person = (await Web.Services.GetRequiredService<PersonService>().FindAsync("horvat", Actors.ProgramManager)).Hits.First(hit => hit.LinkId == Link).Id;
        }

        public ValueTask DisposeAsync() => Web.DisposeAsync();

        private async Task<Guid> RunAsync(SyncMode mode)
        {
            var run = await Sync.RequestAsync(Link, mode, Actors.ProgramManager);
            await foreach (var now in Sync.WatchAsync(run.RunId, Actors.ProgramManager))
            {
                if (now.State is RunState.AwaitingApproval) break;
            }
            return run.RunId;
        }
    }
}
