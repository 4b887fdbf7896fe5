using Portal.Domain;
using Portal.Services.AppStoreConnect;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>Reads by many values in one filter, of an Apple that takes fewer than the portal sends.</summary>
public sealed class FilterValuesTests : IAsyncLifetime
{
    private const string App = "Aurora Notes";
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private World World => _key.World;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task FindTesters_MoreAddressesThanAppleTakes_AreHalvedAndFewerAskedForAfter()
    {
        var group = World.GroupId(App, "Aurora friends");
        var people = Enumerable.Range(0, 60).Select(n => $"filter{n}@example.com").ToList();
        foreach (var email in people) World.AddTesterByHand(group, email);
        var addresses = people.Select(email => EmailAddress.TryParse(email)!).ToList();
        World.Switches = World.Switches with { MaxFilterValues = 10 };

        var found = await _key.Client.FindTestersAsync(_key.Use, World.AppId(App), addresses, Cancel);

        Assert.True(found.Complete);
        Assert.Equal(people.Order(), found.Items.Select(t => t.Email!).Order());
        // 60, 30 and 15 are too many; then 7 and 8, at most 7 of each half.
        Assert.Equal(3, _key.Calls().Count(call => call.Status == 400));
        World.Ledger.Clear();
        Assert.Equal(9, _key.Client.LookUps(addresses));
        await _key.Client.FindTestersAsync(_key.Use, World.AppId(App), addresses, Cancel);
        Assert.Equal(Enumerable.Repeat(200, 9), _key.Calls().Select(call => call.Status));
    }

    [Fact]
    public async Task ListGroupBuilds_MoreIdsThanAppleTakes_AreHalved()
    {
        var group = World.GroupId(App, "Aurora beta testers");
        for (var n = 0; n < 6; n++) await _key.Client.AssignBuildAsync(_key.Use, group, Ready($"{300 + n}"), Cancel);
        World.Switches = World.Switches with { MaxFilterValues = 2 };

        var builds = await _key.Client.ListGroupBuildsAsync(_key.Use, group, Cancel);

        Assert.True(builds.Complete);
        Assert.Equal(7, builds.Items.Count);
        Assert.Equal(builds.Items.OrderByDescending(b => b.UploadedDate).Select(b => b.Id), builds.Items.Select(b => b.Id));
    }

    [Fact]
    public async Task FindTesters_RefusedForAnotherReason_IsNotAskedInHalves()
    {
        World.AddFault("500", times: 9);
        var addresses = Enumerable.Range(0, 8).Select(n => EmailAddress.TryParse($"filter{n}@example.com")!).ToList();

        await Assert.ThrowsAsync<AppleException>(() => _key.Client.FindTestersAsync(_key.Use, World.AppId(App), addresses, Cancel));

        // The one read and its two repetitions.
        Assert.Single(_key.Calls().Select(call => call.Query).Distinct());
        Assert.Equal(3, _key.Calls().Count);
    }

    private string Ready(string number)
    {
        var build = World.UploadBuild(World.AppId(App), "3.0", number);
        World.SetExternalState(build, "BETA_APPROVED");
        return build;
    }
}
