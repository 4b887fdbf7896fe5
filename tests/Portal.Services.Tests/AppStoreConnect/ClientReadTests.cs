using Portal.Domain;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>Reading Apple's lists: to their end, or saying that they were not.</summary>
public sealed class ClientReadTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private AppleKey _key = null!;

    public async ValueTask InitializeAsync() => _key = await AppleKey.StoreAsync(portal);

    public ValueTask DisposeAsync()
    {
        portal.Simulator.World.Faults.Clear();
        portal.Simulator.World.Switches = new();
        return ValueTask.CompletedTask;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListApps_SeededTeam_NamesEveryApp()
    {
        var apps = await _key.Client.ListAppsAsync(_key.Use, Cancel);
        Assert.True(apps.Complete);
        Assert.Contains(apps.Items, app => app is { Name: "Aurora Notes", BundleId: "com.example.auroranotes" });
    }

    [Fact, Trait("Invariant", "13")]
    public async Task ListGroupTesters_MoreThanAPage_FollowsEveryPage()
    {
        var group = await _key.Client.CreateGroupAsync(_key.Use, portal.Simulator.World.AppId("Cinder Camera"), $"Large {Guid.NewGuid()}", false, Cancel);
        portal.Simulator.World.FillGroup(group.Id, 450);
        var before = _key.Calls().Count;
        var testers = await _key.Client.ListGroupTestersAsync(_key.Use, group.Id, Cancel);
        Assert.True(testers.Complete);
        Assert.Equal(450, testers.Items.Select(tester => tester.Id).Distinct().Count());
        Assert.Equal(3, _key.Calls().Count - before);
    }

    [Theory, Trait("Invariant", "13")]
    [InlineData("next-foreign", "apple-foreign-page")]
    [InlineData("next-loop", "apple-pages-loop")]
    [InlineData("short-page", "apple-count-differs")]
    [InlineData("repeated-row", "apple-list-repeats")]
    [Trait("Failure", "F24")]
    public async Task ListGroupTesters_ListThatCannotBeWhole_IsNotCompleteAndSaysWhy(string fault, string code)
    {
        var group = portal.Simulator.World.GroupId("Borealis Maps", "Borealis field testers");
        portal.Simulator.World.AddFault(fault, "GET", group);
        var testers = await _key.Client.ListGroupTestersAsync(_key.Use, group, Cancel);
        Assert.False(testers.Complete);
        Assert.Equal(code, testers.Because?.Code);
    }

    [Fact, Trait("Invariant", "13")]
    public async Task ListGroupTesters_CountLowerThanList_IsNotComplete()
    {
        portal.Simulator.World.Switches = portal.Simulator.World.Switches with { TotalTooLowBy = 2 };
        var testers = await _key.Client.ListGroupTestersAsync(_key.Use, portal.Simulator.World.GroupId("Aurora Notes", "Aurora friends"), Cancel);
        Assert.False(testers.Complete);
        Assert.Equal("apple-count-differs", testers.Because?.Code);
    }

    [Theory, Trait("Invariant", "36")]
    [InlineData("words-of-later")]
    public async Task Reads_WordsApplesApiDoesNotHaveYet_AreKeptAsTheyCame(string fault)
    {
        var world = portal.Simulator.World;
        world.AddFault(fault, "GET", "/betaTesters");
        var testers = await _key.Client.ListGroupTestersAsync(_key.Use, world.GroupId("Aurora Notes", "Aurora friends"), Cancel);
        Assert.True(testers.Complete);
        Assert.All(testers.Items, tester => Assert.Equal("WORD_OF_LATER", tester.State));
        world.AddFault(fault, "GET", "/v1/builds");
        var builds = await _key.Client.ListBuildsAsync(_key.Use, world.AppId("Aurora Notes"), Cancel);
        Assert.True(builds.Complete);
        Assert.All(builds.Items, build => Assert.Equal("WORD_OF_LATER", build.ExternalState));
        world.AddFault(fault, "GET", "/v1/betaGroups");
        Assert.True((await _key.Client.ListGroupsAsync(_key.Use, world.AppId("Aurora Notes"), Cancel)).Complete);
    }

    [Fact]
    public async Task ListGroups_ExternalAndInternal_ComeWithCountsAndSettings()
    {
        var world = portal.Simulator.World;
        var groups = await _key.Client.ListGroupsAsync(_key.Use, world.AppId("Borealis Maps"), Cancel);
        var field = Assert.Single(groups.Items, group => group.Name == "Borealis field testers");
        Assert.Equal(248, field.TesterCount);
        Assert.False(field.IsInternal);
        Assert.Null(field.HasAccessToAllBuilds);
        Assert.True(field.PublicLinkEnabled);
        Assert.Equal(world.AppId("Borealis Maps"), field.AppId);
        Assert.True(Assert.Single(groups.Items, group => group.Name == "Engineering").HasAccessToAllBuilds);
    }

    [Fact]
    public async Task GetGroup_UnknownId_IsNull()
    {
        Assert.Null(await _key.Client.GetGroupAsync(_key.Use, "00000000-0000-4000-8000-000000000000", Cancel));
        var world = portal.Simulator.World;
        var group = await _key.Client.GetGroupAsync(_key.Use, world.GroupId("Aurora Notes", "Aurora public link"), Cancel);
        Assert.Equal((world.AppId("Aurora Notes"), 500), (group!.AppId, group.PublicLinkLimit));
    }

    [Fact]
    public async Task ListBuilds_SeededApp_ComeWithVersionStatesAndGroups()
    {
        var world = portal.Simulator.World;
        var builds = await _key.Client.ListBuildsAsync(_key.Use, world.AppId("Aurora Notes"), Cancel);
        var good = Assert.Single(builds.Items, build => build.Number == "120");
        Assert.Equal(("2.0", "IOS", "VALID", "IN_BETA_TESTING"), (good.Version, good.Platform, good.ProcessingState, good.ExternalState));
        Assert.Contains(world.GroupId("Aurora Notes", "Aurora beta testers"), good.GroupIds);
        Assert.Equal(builds.Items.OrderByDescending(build => build.UploadedDate).Select(build => build.Id), builds.Items.Select(build => build.Id));
    }

    [Fact]
    public async Task ListGroupBuilds_AssignedBuild_ComesWithItsVersion()
    {
        var world = portal.Simulator.World;
        var builds = await _key.Client.ListGroupBuildsAsync(_key.Use, world.GroupId("Aurora Notes", "Aurora beta testers"), Cancel);
        Assert.Equal(("2.0", "120"), (Assert.Single(builds.Items).Version, builds.Items[0].Number));
    }

    [Fact]
    public async Task FindTesters_LooseFilterAndOtherCase_FindsExactAddressesOnly()
    {
        var world = portal.Simulator.World;
        var group = world.GroupId("Driftwood Music", "External testers");
        var plus = world.AddTesterByHand(group, "Ana+beta@example.org");
        world.AddTesterByHand(group, "not.ana+beta@example.org");
        world.Switches = world.Switches with { LooseEmailFilter = true };
        EmailAddress[] wanted = [EmailAddress.TryParse("ana+BETA@example.org")!, EmailAddress.TryParse("unknown@example.org")!];
        var found = await _key.Client.FindTestersAsync(_key.Use, world.AppId("Driftwood Music"), wanted, Cancel);
        Assert.True(found.Complete);
        var ana = Assert.Single(found.Items);
        Assert.Equal(plus.Id, ana.Id);
        Assert.Equal([group], ana.GroupIds);
    }

    [Fact]
    public async Task FindTesters_ManyAddresses_AsksInPartsApplesAddressLineCanHold()
    {
        var world = portal.Simulator.World;
        EmailAddress[] many = [.. Enumerable.Range(0, 120).Select(n => EmailAddress.TryParse($"somebody.with.a.long.name.{n}@example.org")!)];
        var before = _key.Calls().Count;
        var found = await _key.Client.FindTestersAsync(_key.Use, world.AppId("Ember Chat"), many, Cancel);
        Assert.True(found.Complete);
        Assert.Equal(2, _key.Calls().Count - before);
        Assert.All(_key.Calls().Skip(before), call => Assert.InRange(call.Query.Length, 1, 6_000));
    }

    [Theory]
    [InlineData("APP_MANAGER", false)]
    [InlineData("ADMIN", true)]
    public async Task Probe_RoleOfTheKey_TellsAdminFromTheRest(string role, bool admin)
    {
        var key = await AppleKey.StoreAsync(portal, role);
        Assert.Equal(new KeyProbe(admin, 13), await key.Client.ProbeAsync(key.Use, Cancel));
    }
}
