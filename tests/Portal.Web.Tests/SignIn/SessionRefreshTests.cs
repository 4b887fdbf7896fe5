using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Tests;

namespace Portal.Web.Tests.SignIn;

/// <summary>What the provider says of somebody after they signed in reaches their open pages within a minute (invariant 32).</summary>
[Trait("Invariant", "32")]
public sealed class SessionRefreshTests : IAsyncLifetime
{
    private static readonly TimeSpan AMinute = TimeSpan.FromSeconds(59);
    private WebFixture _web = null!;

    public async ValueTask InitializeAsync() => _web = await WebFixture.StartAsync();
    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task OpenPage_RoleTakenAwayAtTheProvider_HasTheRolesOfNowWithinAMinute()
    {
        await using var page = await OpenPage.OfAsync(_web, "program-manager");
        _web.Simulator.People.SetGroups("program-manager", "portal-viewers");

        _web.Clock.Advance(AMinute);
        var now = await page.HearAsync();

        Assert.Equal([Role.Viewer], now.Roles);
        Assert.False(now.May(Permission.RunSync));
        var seen = Assert.Single(await EventsAsync(AuditCodes.SessionRolesChanged));
        Assert.Equal("program-manager", seen.ActorId);
    }

    [Fact]
    public async Task OpenPage_AccountRemovedAtTheProvider_IsNobodysWithinAMinute()
    {
        await using var page = await OpenPage.OfAsync(_web, "program-manager");
        _web.Simulator.People.Remove("program-manager");

        _web.Clock.Advance(AMinute);
        var now = await page.HearAsync();

        Assert.Equal(ActorKind.Anonymous, now.Kind);
        Assert.Null(await page.NowAsync());
        Assert.Single(await EventsAsync(AuditCodes.SessionEndedByProvider));
    }

    [Fact]
    public async Task Request_WithoutAnyOpenPage_AsksTheProviderBeforeItIsAnswered()
    {
        await using var page = await OpenPage.OfAsync(_web, "administrator", pages: 0);
        _web.Simulator.People.SetGroups("administrator", "portal-viewers");
        _web.Clock.Advance(AMinute);

        using var settings = await page.Browser.GetAsync("/settings");

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, settings.StatusCode);
    }

    [Fact]
    public async Task OpenPages_SeveralOfOneSession_RedeemOnceAndAllHear()
    {
        await using var page = await OpenPage.OfAsync(_web, "support", pages: 5);
        _web.Simulator.People.SetGroups("support", "portal-viewers");

        _web.Clock.Advance(AMinute);
        // One asks; the others find its answer when they look again.
        Assert.Equal([Role.Viewer], (await page.HearAsync()).Roles);
        _web.Clock.Advance(TimeSpan.FromSeconds(11));
        for (var others = 0; others < 4; others++) Assert.Equal([Role.Viewer], (await page.HearAsync()).Roles);

        Assert.Equal(1, _web.Simulator.People.Redeemed("support"));
        Assert.Single(await EventsAsync(AuditCodes.SessionRolesChanged));
    }

    [Fact]
    public async Task OpenPage_NothingChanged_KeepsTheSessionThroughRotatingTokens()
    {
        await using var page = await OpenPage.OfAsync(_web, "viewer", pages: 0);
        for (var minute = 0; minute < 5; minute++)
        {
            _web.Clock.Advance(AMinute);
            Assert.Equal([Role.Viewer], (await page.NowAsync())!.Roles);
        }

        Assert.Equal(5, _web.Simulator.People.Redeemed("viewer"));
        Assert.Empty(await EventsAsync(AuditCodes.SessionRolesChanged));
    }

    [Fact]
    public async Task Session_ProviderSilent_StandsUntilTheBoundAndIsOverThen()
    {
        await using var page = await OpenPage.OfAsync(_web, "viewer", pages: 0);
        _web.Simulator.People.Answers = false;

        _web.Clock.Advance(AMinute);
        Assert.NotNull(await page.NowAsync());
        _web.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.NotNull(await page.NowAsync());
        _web.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await page.NowAsync());
        Assert.Single(await EventsAsync(AuditCodes.SessionUnconfirmed));
    }

    [Fact]
    public async Task Session_ProviderAnswersAgain_BeginsTheBoundAnew()
    {
        await using var page = await OpenPage.OfAsync(_web, "viewer", pages: 0);
        _web.Simulator.People.Answers = false;
        _web.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull(await page.NowAsync());

        _web.Simulator.People.Answers = true;
        _web.Clock.Advance(AMinute);
        Assert.NotNull(await page.NowAsync());
        _web.Simulator.People.Answers = false;
        _web.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.NotNull(await page.NowAsync());
    }

    private async Task<IReadOnlyList<AuditView>> EventsAsync(AuditCode code) =>
        (await _web.Services.GetRequiredService<AuditLog>().SearchAsync(new AuditQuery { Codes = [code.Name] }, Actors.SecurityReviewer)).Events;
}
