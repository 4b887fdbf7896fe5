using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

public sealed class SwitchTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncDisposable
{
    private World World => simulator.World;

    public ValueTask DisposeAsync()
    {
        World.Switches = new Switches();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ReadLag_On_ShowsMembershipsWhenItsTimeHasPassed()
    {
        var group = World.GroupId("Aurora Notes", "Aurora beta testers");
        var left = World.AddTesterByHand(group, "lag.left@example.com");
        World.Advance(TimeSpan.FromMinutes(5));
        World.Switches = World.Switches with { ReadLagSeconds = 60 };
        World.AddTesterByHand(group, "lag.joined@example.com");
        World.RemoveTesterByHand(group, "lag.left@example.com");
        Assert.Equal([left.Id], await IdsAsync($"/v1/betaGroups/{group}/betaTesters"));
        Assert.Empty(await IdsAsync($"/v1/betaTesters?filter[apps]={World.AppId("Aurora Notes")}&filter[email]=lag.joined@example.com"));
        World.Advance(TimeSpan.FromSeconds(61));
        var caughtUp = Assert.Single(World.GroupMembers(group)).Id;
        Assert.Equal([caughtUp], await IdsAsync($"/v1/betaGroups/{group}/betaTesters"));
        Assert.Equal([caughtUp], await IdsAsync($"/v1/betaTesters?filter[apps]={World.AppId("Aurora Notes")}&filter[email]=lag.joined@example.com"));
        World.RemoveTesterByHand(group, "lag.joined@example.com");
    }

    [Fact]
    public async Task Next_Bent_LoopsOrLeavesTheHost()
    {
        World.Switches = World.Switches with { NextLoops = true };
        var second = (string)(await simulator.GetAsync("/v1/builds?limit=10"))["links"]!["next"]!;
        Assert.Equal(second, (string)(await simulator.GetAsync(second))["links"]!["next"]!);
        World.Switches = new Switches { NextLeavesHost = true };
        Assert.StartsWith("https://elsewhere.example.net/", (string)(await simulator.GetAsync("/v1/builds?limit=10"))["links"]!["next"]!);
    }

    [Fact]
    public async Task UnknownValues_On_AreInEveryAnswer()
    {
        World.Switches = World.Switches with { UnknownValues = true, TotalTooLowBy = 3 };
        var page = await simulator.GetAsync("/v1/betaTesters?limit=1");
        var attributes = page["data"]![0]!["attributes"]!;
        Assert.Equal("SOMETHING_NEW", (string)attributes["state"]!);
        Assert.NotNull(attributes["addedLater"]);
        World.Switches = new Switches();
        Assert.Equal(3, (int)(await simulator.GetAsync("/v1/betaTesters?limit=1"))["meta"]!["paging"]!["total"]! - (int)page["meta"]!["paging"]!["total"]!);
    }

    [Fact]
    public async Task Tester_WhoStoppedTesting_CannotBeLinkedAndIsInvitedAnew()
    {
        var (app, group) = (World.AppId("Juniper Recipes"), World.GroupId("Juniper Recipes", "External testers"));
        var friends = World.GroupId("Juniper Recipes", "Partners");
        var tester = World.AddTesterByHand(group, "stopped@example.com");
        World.SetTesterState("stopped@example.com", app, "REVOKED");
        Assert.Equal("409 STATE_ERROR", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{friends}/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", tester.Id)));
        Assert.Equal("201 ", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("stopped@example.com", group)));
        Assert.Equal("INVITED", World.GroupMembers(group).Single(m => m.Id == tester.Id).State);
    }

    [Fact]
    public void Worlds_OfOneSeed_AreTheSame()
    {
        var clock = new VirtualClock();
        var (one, two) = (new World(clock), new World(clock));
        Assert.Equal(one.IssuerId, two.IssuerId);
        Assert.Equal(one.GroupMembers(one.GroupId("Borealis Maps", "Borealis field testers")), two.GroupMembers(two.GroupId("Borealis Maps", "Borealis field testers")));
        Assert.Equal(one.TeamMembers("aurora-beta"), two.TeamMembers("aurora-beta"));
    }

    private async Task<IEnumerable<string>> IdsAsync(string path) =>
        (await simulator.GetAsync(path))["data"]!.AsArray().Select(t => (string)t!["id"]!).ToList();
}
