using System.Diagnostics;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Worlds of every size. How long things take is measured in tests/Portal.Benchmarks; here it is counted.</summary>
public sealed class WorldSizeTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Fact]
    public async Task Large_HasAGroupOfTenThousand_ReadInFiftyPages()
    {
        var world = simulator.World;
        world.Reset(WorldSize.Large);
        Assert.InRange((await simulator.GetAsync("/v1/apps?limit=1"))["meta"]!["paging"]!["total"]!.GetValue<int>(), 50, 200);
        Assert.InRange((await simulator.GetAsync("/v1/betaGroups?limit=1"))["meta"]!["paging"]!["total"]!.GetValue<int>(), 200, 2_000);
        var group = world.GroupId("Zenith Crowd", "Everybody");
        var mark = world.Ledger.Last;
        var ids = new HashSet<string>();
        var watch = Stopwatch.StartNew();
        for (string? next = $"/v1/betaGroups/{group}/betaTesters?fields[betaTesters]=email,state,inviteType&limit=200"; next is not null;)
        {
            var page = await simulator.GetAsync(next);
            ids.UnionWith(page["data"]!.AsArray().Select(t => (string)t!["id"]!));
            next = (string?)page["links"]!["next"];
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"50 pages: {watch.ElapsedMilliseconds} ms");
        Assert.Equal((10_000, 50), (ids.Count, world.Ledger.Since(mark).Count));
        var members = world.GroupMembers(group);
        Assert.Equal(200, members.Count(m => m.Email is null));
        Assert.Contains(members, m => m.Email?.Contains('+') == true);
        Assert.Contains(members, m => m.Email is not null && m.Email != m.Email.ToLowerInvariant());
        world.Reset();
    }

    [Fact]
    public async Task Reset_AfterEverything_IsTheFirstDayWithTheSameKeys()
    {
        var world = simulator.World;
        var group = world.GroupId("Aurora Notes", "Aurora beta testers");
        world.Reset();
        var fresh = world.GroupMembers(world.GroupId("Borealis Maps", "Borealis field testers"));
        world.SeedTesters(world.AppId("Aurora Notes"), group, 500);
        world.ShrinkTeam("aurora-beta", 1);
        world.ThrowFaults(1);
        world.Switches = new Switches { AgreementMissing = true };
        world.Reset();
        Assert.Equal(group, world.GroupId("Aurora Notes", "Aurora beta testers"));
        Assert.Equal(fresh, world.GroupMembers(world.GroupId("Borealis Maps", "Borealis field testers")));
        Assert.Equal((0, 250, 0, new Switches().HourLimit), (world.GroupMembers(group).Count, world.TeamMembers("aurora-beta").Count, world.Ledger.Count, world.Switches.HourLimit));
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
    }

    [Fact]
    public void Small_HasTheGroupSyncTestsStandOn_AndNothingElse()
    {
        var world = new World(new VirtualClock(), size: WorldSize.Small);
        Assert.Empty(world.GroupMembers(world.GroupId("Aurora Notes", "Aurora beta testers")));
        Assert.Equal("INVITED", world.AddTesterByHand(world.GroupId("Aurora Notes", "Aurora beta testers"), "small@example.com").State);
        Assert.Throws<KeyNotFoundException>(() => world.AppId("Borealis Maps"));
    }

    [Fact]
    public void SeedTesters_OfTheSameNumbers_AreTheSamePeople()
    {
        var world = new World(new VirtualClock(), size: WorldSize.Small);
        var (app, group) = (world.AppId("Aurora Notes"), world.GroupId("Aurora Notes", "Aurora beta testers"));
        var known = world.SeedTesters(app, null, 1_000);
        Assert.Equal(known, world.SeedTesters(app, group, 1_000));
        Assert.Equal(1_000, world.GroupMembers(group).Select(m => m.Email!.ToLowerInvariant()).Distinct().Count());
        Assert.Equal(2_000, world.SeedTesters(app, group, 1_000, from: 1_000).Concat(known).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Empty(world.Outbox);
    }
}
