using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Portal.Domain.SignIn;
using Portal.Services.Credentials;
using Portal.Services.TestFlight;
using Portal.Services.TestFlight.Events;
using Portal.Services.TestFlight.Releases;
using Portal.Services.TestFlight.Rules;
using Portal.Tests;
using Portal.Web.TestFlight;
using Xunit;

namespace Portal.Web.Tests.TestFlight;

/// <summary>The pages over the real services and the simulator, drawn without a browser.</summary>
public sealed class TestFlightPageTests : IAsyncLifetime
{
    private readonly BunitContext _pages = new();
    private PortalFixture _portal = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _pages.JSInterop.Mode = JSRuntimeMode.Loose;
        _pages.Services.AddMudServices();
        _pages.Services.AddSingleton<TimeProvider>(_portal.Clock);
        _pages.Services.AddSingleton(_portal.Get<TestFlightService>());
        _pages.Services.AddSingleton(_portal.Get<ReleaseService>());
        _pages.Services.AddSingleton(_portal.Get<AutoBuildService>());
        _pages.Services.AddSingleton(_portal.Get<WebhookService>());
    }

    public async ValueTask DisposeAsync()
    {
        await _pages.DisposeAsync();
        await _portal.DisposeAsync();
    }

    [Theory]
    [InlineData(Role.KeyCustodian, "Add a key")]
    [InlineData(Role.ProgramManager, "Ask for a key")]
    [InlineData(Role.Viewer, null)]
    public void Apps_NoKeyStored_OfferTheOneNextStepOfTheRole(Role role, string? step)
    {
        var page = Draw<AppsPage>(role);
        page.WaitForElement(".empty", TimeSpan.FromSeconds(20));
        Assert.Contains("No App Store Connect key is stored yet", page.Find(".empty").TextContent);
        Assert.Equal(step, page.FindAll(".empty a").SingleOrDefault()?.TextContent.Trim());
    }

    [Fact]
    public async Task Apps_AppleFailsOnRefresh_ShowTheLastListTheProblemAndItsCode()
    {
        await StoreKeyAsync();
        var page = Draw<AppsPage>(Role.Viewer);
        page.WaitForElement("table.grid", TimeSpan.FromSeconds(20));
        Assert.Contains("13 of 13 shown", page.Markup);
        _portal.Simulator.World.AddFault("500", times: 9);
        await page.Find("button.mud-button-root").ClickAsync(new());
        page.WaitForElement("[data-code=apple-server-failed]", TimeSpan.FromSeconds(20));
        Assert.Contains("13 of 13 shown", page.Markup);
        Assert.Contains("what Apple showed last", page.Markup);
    }

    [Fact]
    public async Task Build_InAGroup_NamesEveryWayToItsTesters()
    {
        await StoreKeyAsync();
        var app = await _portal.Get<TestFlightService>().AppAsync(Actors.Viewer, _portal.Simulator.World.AppId("Aurora Notes"), false, Xunit.TestContext.Current.CancellationToken);
        var build = app.Value.Builds.Single(line => line.Build.Number == "120").Build;
        var page = Draw<BuildPage>(Role.Viewer, parameters => parameters.Add(one => one.Id, build.Id));
        page.WaitForElement("#reach", TimeSpan.FromSeconds(20));
        var rows = page.FindAll("table.grid tbody tr").Select(row => string.Join("|", row.Children.Select(cell => cell.TextContent.Trim())));
        Assert.Equal(["Aurora beta testers|External|Assigned to the group|0|Can test", "Aurora public link|External|Assigned to the group|30|Can test", "Engineering|Internal|The group gets every build|4|Can test"], rows);
    }

    [Theory]
    [InlineData(Role.Viewer, true)]
    [InlineData(Role.Administrator, true)]
    [InlineData(Role.Support, false)]
    public async Task Group_TestersByRole_AreMaskedOrNot(Role role, bool masked)
    {
        await StoreKeyAsync();
        var group = _portal.Simulator.World.GroupId("Aurora Notes", "Aurora friends");
        var page = Draw<GroupPage>(role, parameters => parameters.Add(one => one.Id, group));
        page.WaitForElement(".tester-box .state", TimeSpan.FromSeconds(20));
        Assert.Equal(masked, page.Markup.Contains("•••@", StringComparison.Ordinal));
        var address = _portal.Simulator.World.GroupMembers(group).OrderBy(member => member.Email, StringComparer.OrdinalIgnoreCase).First().Email!;
        Assert.Equal(!masked, page.Markup.Contains(address, StringComparison.Ordinal));
        Assert.Equal(masked ? 0 : 1, page.FindAll("input[type=search]").Count);
    }

    [Fact]
    [Trait("Failure", "F17")]
    public async Task Group_WithoutABuild_SaysThatNobodyIsInvitedAndOffersToAssignOne()
    {
        await StoreKeyAsync();
        var page = Draw<GroupPage>(Role.ProgramManager, parameters => parameters.Add(one => one.Id, _portal.Simulator.World.GroupId("Borealis Maps", "Borealis next season")));
        page.WaitForElement("#builds", TimeSpan.FromSeconds(20));
        Assert.Contains("No build is in this group, so Apple invites nobody. Assign one.", page.Find(".empty").TextContent);
        Assert.Contains("Assign builds", page.Find(".page-actions").TextContent);
    }

    [Fact]
    public async Task Group_GetsEveryBuildFromApple_SaysThatApplesApiOnlyShowsItAndLinksThere()
    {
        await StoreKeyAsync();
        var page = Draw<GroupPage>(Role.ProgramManager, parameters => parameters.Add(one => one.Id, _portal.Simulator.World.GroupId("Aurora Notes", "Engineering")));
        page.WaitForElement("#rule", TimeSpan.FromSeconds(20));
        Assert.Contains("Apple's API only shows this setting", page.Markup);
        Assert.StartsWith("https://appstoreconnect.apple.com/apps/", page.Find("#rule ~ p a").GetAttribute("href"));
    }

    [Fact]
    public async Task Group_UnknownId_SaysWhoseTurnItIs()
    {
        await StoreKeyAsync();
        var page = Draw<GroupPage>(Role.Viewer, parameters => parameters.Add(one => one.Id, "00000000-0000-4000-8000-000000000000"));
        page.WaitForElement("[data-code=apple-not-found]", TimeSpan.FromSeconds(20));
        Assert.Contains("Whose turn", page.Markup);
    }

    private IRenderedComponent<T> Draw<T>(Role role, Action<ComponentParameterCollectionBuilder<T>>? parameters = null) where T : IComponent
    {
        _pages.RenderTree.Add<CascadingValue<Actor>>(actor => actor.Add(one => one.Value, Actors.Person("somebody", role)));
        return _pages.Render<T>(all => parameters?.Invoke(all));
    }

    private async Task StoreKeyAsync()
    {
        var key = _portal.Simulator.World.CreateKey();
        await _portal.Get<CredentialService>().AddAppleKeyAsync(
            new() { Label = "Team key", IssuerId = key.IssuerId, File = Encoding.UTF8.GetBytes(key.P8), FileName = $"AuthKey_{key.KeyId}.p8" }, Actors.KeyCustodian);
    }
}
