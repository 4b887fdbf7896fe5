using Portal.Domain;
using Portal.Domain.TestFlight;
using Portal.Services.TestFlight;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.TestFlight;

public sealed class TestFlightServiceTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private TestFlightService Service => _portal.Get<TestFlightService>();

    [Fact]
    public async Task Apps_SeenByTwoCredentials_AreOneAppEach()
    {
        await AppleKey.StoreAsync(_portal, "DEVELOPER");
        var apps = await Service.AppsAsync(Actors.Viewer, false, Cancel);
        Assert.Null(apps.Problem);
        Assert.Equal(2, apps.Value.Credentials);
        var aurora = Assert.Single(apps.Value.Apps, line => line.App.Name == "Aurora Notes");
        Assert.Equal((2, 6, "142"), (aurora.Keys.Count, aurora.Groups, aurora.Newest!.Number));
        Assert.Equal(_key.Row.Id, aurora.Keys[0].Id);
        Assert.Equal(25 + 8 + 30, aurora.Testers);
    }

    [Fact]
    public async Task Apps_NoCredential_AreAnEmptyList()
    {
        await using var portal = await PortalFixture.StartAsync();
        var apps = await portal.Get<TestFlightService>().AppsAsync(Actors.Viewer, false, Cancel);
        Assert.Equal((0, 0), (apps.Value.Apps.Count, apps.Value.Credentials));
    }

    [Fact]
    public async Task Apps_AskedAgain_AreKeptTenMinutesUnlessRefreshed()
    {
        var first = await Service.AppsAsync(Actors.Viewer, false, Cancel);
        var calls = _key.Calls().Count;
        Assert.Equal(first.ReadAt, (await Service.AppsAsync(Actors.Viewer, false, Cancel)).ReadAt);
        Assert.Equal(calls, _key.Calls().Count);
        _portal.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(first.ReadAt, (await Service.AppsAsync(Actors.Viewer, false, Cancel)).ReadAt);
        Assert.True((await Service.AppsAsync(Actors.Viewer, true, Cancel)).ReadAt > first.ReadAt);
        Assert.Equal(2 * calls, _key.Calls().Count);
        _portal.Clock.Advance(TimeSpan.FromMinutes(11));
        await Service.AppsAsync(Actors.Viewer, false, Cancel);
        Assert.Equal(3 * calls, _key.Calls().Count);
    }

    [Fact]
    public async Task Apps_RefreshedByManyAtOnce_AreReadOnce()
    {
        await Service.AppsAsync(Actors.Viewer, false, Cancel);
        var before = _key.Calls().Count;
        _key.World.AddFault("hold", "GET", "/v1/apps");
        var all = Enumerable.Range(0, 8).Select(_ => Service.AppsAsync(Actors.Viewer, true, Cancel)).ToList();
        await _key.World.Faults.WaitUntilHeldAsync(Cancel);
        _key.World.Faults.Release();
        await Task.WhenAll(all);
        Assert.Single(_key.Calls().Skip(before), call => call.Path == "/v1/apps");
    }

    [Fact]
    public async Task Apps_AppleFails_KeepTheLastGoodListWithItsAgeAndTheProblem()
    {
        var good = await Service.AppsAsync(Actors.Viewer, false, Cancel);
        _portal.Clock.Advance(TimeSpan.FromHours(1));
        _key.World.AddFault("500", times: 9);
        var kept = await Service.AppsAsync(Actors.Viewer, false, Cancel);
        Assert.Equal((good.ReadAt, good.Value.Apps.Count, "apple-server-failed"), (kept.ReadAt, kept.Value.Apps.Count, kept.Problem?.Code));
        _portal.Clock.Advance(TimeSpan.FromMinutes(2));
        _key.World.Faults.Clear();
        Assert.Null((await Service.AppsAsync(Actors.Viewer, false, Cancel)).Problem);
    }

    [Fact]
    public async Task Apps_NothingKeptAndRevokedKey_ThrowTheProblem()
    {
        _key.World.RevokeKey(_key.KeyId);
        Assert.Equal("apple-key-refused", (await Assert.ThrowsAsync<ProblemException>(() => Service.AppsAsync(Actors.Viewer, false, Cancel))).Problem.Code);
    }

    [Fact]
    public async Task App_SeededApp_SaysWhoGetsWhichBuildAndHow()
    {
        var app = (await Service.AppAsync(Actors.Viewer, _key.World.AppId("Aurora Notes"), false, Cancel)).Value;
        var good = Assert.Single(app.Builds, line => line.Build.Number == "120");
        Assert.Contains(good.Reach, line => line is { Way: ReachWay.GroupAssignment, Group.Name: "Aurora beta testers", Now: true });
        Assert.Contains(good.Reach, line => line is { Way: ReachWay.AllBuilds, Group.Name: "Engineering" });
        Assert.Equal(AutoBuildKind.AppleSendsAll, Assert.Single(app.Groups, line => line.Group.Name == "Engineering").AutoBuild.Kind);
        Assert.Equal(AutoBuildKind.SeemsByHand, Assert.Single(app.Groups, line => line.Group.Name == "Aurora beta testers").AutoBuild.Kind);
    }

    [Fact]
    public async Task GroupAndBuild_SeededOnes_KnowTheirApp()
    {
        var group = (await Service.GroupAsync(Actors.Viewer, _key.World.GroupId("Aurora Notes", "Aurora beta testers"), false, Cancel)).Value;
        Assert.Equal(("Aurora Notes", "120"), (group.App.Name, Assert.Single(group.Builds).Build.Number));
        var build = (await Service.BuildAsync(Actors.Viewer, group.Builds[0].Build.Id, false, Cancel)).Value;
        Assert.Contains(build.Reach, line => line.Group?.Id == group.Group.Id);
    }

    [Fact]
    public async Task GroupAppBuild_UnknownIds_AreNotFound()
    {
        const string unknown = "00000000-0000-4000-8000-000000000000";
        Assert.Equal("apple-not-found", (await Assert.ThrowsAsync<ProblemException>(() => Service.GroupAsync(Actors.Viewer, unknown, false, Cancel))).Problem.Code);
        Assert.Equal("apple-not-found", (await Assert.ThrowsAsync<ProblemException>(() => Service.AppAsync(Actors.Viewer, "1", false, Cancel))).Problem.Code);
        Assert.Equal("apple-not-found", (await Assert.ThrowsAsync<ProblemException>(() => Service.BuildAsync(Actors.Viewer, unknown, false, Cancel))).Problem.Code);
    }

    [Fact]
    public async Task GroupTesters_WithoutTheRight_AreMaskedAndCannotBeSearchedByAddress()
    {
        var group = _key.World.GroupId("Aurora Notes", "Aurora friends");
        var address = _key.World.GroupMembers(group)[0].Email!;
        var masked = (await Service.GroupTestersAsync(Actors.Viewer, group, null, null, 0, 50, false, Cancel)).Value;
        Assert.Equal(25, masked.Total);
        Assert.All(masked.Testers, tester => Assert.Equal((true, null, null), (tester.Email!.Contains("•••"), tester.FirstName, tester.LastName)));
        Assert.Equal(0, (await Service.GroupTestersAsync(Actors.KeyCustodian, group, null, address, 0, 50, false, Cancel)).Value.Matching);
        Assert.Equal(address, Assert.Single((await Service.GroupTestersAsync(Actors.Support, group, null, address, 0, 50, false, Cancel)).Value.Testers).Email);
    }

    [Fact]
    public async Task GroupTesters_ByStateAndPiece_AreCountedWhole()
    {
        var group = _key.World.GroupId("Borealis Maps", "Borealis field testers");
        var invited = (await Service.GroupTestersAsync(Actors.Support, group, "INVITED", null, 5, 10, false, Cancel)).Value;
        Assert.Equal((10, 24, 248), (invited.Testers.Count, invited.Matching, invited.Total));
        Assert.Equal(248, invited.States.Sum(state => state.Count));
    }

    [Fact]
    public async Task GroupTesters_TenThousand_AreKept()
    {
        var group = _key.World.GroupId("Cinder Camera", "External testers");
        _key.World.FillGroup(group, 9_000);
        await Service.GroupTestersAsync(Actors.Support, group, null, null, 0, 10, false, Cancel);
        var calls = _key.Calls().Count;
        Assert.InRange((await Service.GroupTestersAsync(Actors.Support, group, null, null, 8_000, 10, false, Cancel)).Value.Total, 9_000, 9_100);
        Assert.Equal(calls, _key.Calls().Count);
    }

    [Fact]
    public async Task EveryRead_WithoutARole_IsRefused()
    {
        Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => Service.AppsAsync(Actors.Nobody, false, Cancel))).Problem.Code);
        Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => Service.AppAsync(Actors.Nobody, "1", false, Cancel))).Problem.Code);
        Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => Service.GroupAsync(Actors.Nobody, "1", false, Cancel))).Problem.Code);
        Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => Service.BuildAsync(Actors.Nobody, "1", false, Cancel))).Problem.Code);
        Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => Service.GroupTestersAsync(Actors.Nobody, "1", null, null, 0, 1, false, Cancel))).Problem.Code);
    }
}
