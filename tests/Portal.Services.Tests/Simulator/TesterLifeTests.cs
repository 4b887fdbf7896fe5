using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Testers and their invitations, capacity, and the points nobody has seen for certain.</summary>
public sealed class TesterLifeTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncDisposable
{
    private World World => simulator.World;
    private string App => World.AppId("Aurora Notes");
    private string Group => World.GroupId("Aurora Notes", "Aurora beta testers");

    public ValueTask DisposeAsync()
    {
        World.Reset();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Tester_Invited_AcceptsAndInstallsInTime()
    {
        World.Switches = new Switches { AcceptSeconds = 60, InstallSeconds = 60 };
        World.AddTesterByHand(Group, "walks@example.com");
        string State() => World.GroupMembers(Group).Single(m => m.Email == "walks@example.com").State;
        Assert.Equal("INVITED", State());
        World.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("ACCEPTED", State());
        World.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("INSTALLED", State());
    }

    [Fact]
    public async Task Tester_AddedAgainInEveryWay_GetsOneInvitation()
    {
        await CreateAsync("once@example.com");
        await CreateAsync("once@example.com");
        var id = World.GroupMembers(Group).Single(m => m.Email == "once@example.com").Id;
        var body = SimulatorFixture.Linkages("betaTesters", id);
        var path = $"/v1/betaGroups/{Group}/relationships/betaTesters";
        Assert.StartsWith("204", await simulator.RefusalAsync(HttpMethod.Post, path, body));
        Assert.StartsWith("204", await simulator.RefusalAsync(HttpMethod.Delete, path, body));
        Assert.StartsWith("204", await simulator.RefusalAsync(HttpMethod.Post, path, body));
        Assert.Single(World.Outbox);
        Assert.StartsWith("204", await simulator.RefusalAsync(HttpMethod.Delete, $"/v1/betaTesters/{id}"));
        await CreateAsync("once@example.com");
        Assert.Equal(2, World.Outbox.Count);
    }

    [Fact]
    public async Task Ghost_OfSomebodyWhoStopped_IsListedAndCannotBeDeletedOrLinked()
    {
        var ghost = World.AddTesterByHand(Group, "ghost@example.com");
        World.SetTesterState("ghost@example.com", App, "REVOKED");
        Assert.Null(World.Accept("ghost@example.com", App));
        Assert.Contains((await simulator.GetAsync($"/v1/betaGroups/{Group}/betaTesters"))["data"]!.AsArray(), t => (string)t!["id"]! == ghost.Id);
        Assert.Equal("404 NOT_FOUND", await simulator.RefusalAsync(HttpMethod.Delete, $"/v1/betaTesters/{ghost.Id}"));
        var friends = World.GroupId("Aurora Notes", "Aurora friends");
        Assert.Equal("409 STATE_ERROR", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{friends}/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", ghost.Id)));
        World.Switches = new Switches { RevokedCannotBeDeleted = false };
        Assert.StartsWith("204", await simulator.RefusalAsync(HttpMethod.Delete, $"/v1/betaTesters/{ghost.Id}"));
    }

    [Fact]
    public async Task Invitation_ToOneTester_IsRefusedWithTheSwitch()
    {
        var tester = World.AddTesterByHand(Group, "again@example.com").Id;
        World.Switches = new Switches { InvitationToTesterRefused = true };
        Assert.Equal("409 ENTITY_ERROR.RELATIONSHIP.NOT_ALLOWED", await InviteAsync(tester));
        Assert.Single(World.Outbox);
        World.Switches = new Switches();
        Assert.StartsWith("201", await InviteAsync(tester));
        Assert.Equal(["invitation", "reinvitation"], World.Outbox.Select(m => m.Kind));
    }

    [Fact]
    public async Task Invitation_WithTheAppAlone_IsRefusedOrReachesEverybody()
    {
        World.AddTesterByHand(Group, "one@example.com");
        World.AddTesterByHand(Group, "two@example.com");
        World.ClearOutbox();
        Assert.StartsWith("409", await InviteAsync(null));
        Assert.Empty(World.Outbox);
        World.Switches = new Switches { InvitationWithoutTester = InvitationWithoutTester.ReachesEverybody };
        Assert.StartsWith("201", await InviteAsync(null));
        Assert.Equal(2, World.Outbox.Count);
    }

    [Fact]
    public async Task Cap_OfExternalTesters_IsFreedByLeavingOnlyWithTheSwitch()
    {
        var world = World;
        var first = world.AddTesterByHand(Group, "first@example.com").Id;
        var others = (await simulator.GetAsync($"/v1/betaTesters?filter[apps]={App}&limit=1"))["meta"]!["paging"]!["total"]!.GetValue<int>() - 6;
        world.Switches = new Switches { ExternalTesterCap = others };
        Assert.Equal("409 STATE_ERROR.INVENTED_BY_SIMULATOR.TESTER_LIMIT_REACHED", await CreateAsync("second@example.com"));
        await simulator.RefusalAsync(HttpMethod.Delete, $"/v1/betaGroups/{Group}/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", first));
        world.Switches = world.Switches with { LeavingGroupsFreesPlace = false };
        Assert.StartsWith("409", await CreateAsync("second@example.com"));
        world.Switches = world.Switches with { LeavingGroupsFreesPlace = true };
        Assert.StartsWith("201", await CreateAsync("second@example.com"));
    }

    [Fact]
    public async Task Cap_OfInternalTesters_IsRefusedWithAnInventedCode()
    {
        var (everyone, some) = (World.GroupId("Aurora Notes", "Engineering"), World.GroupId("Aurora Notes", "Design review"));
        var member = World.GroupMembers(everyone)[0];
        World.RemoveTesterByHand(everyone, member.Email!);
        World.Switches = new Switches { InternalTesterCap = 5 };
        var body = SimulatorFixture.Linkages("betaTesters", member.Id);
        Assert.Equal("409 STATE_ERROR.INVENTED_BY_SIMULATOR.INTERNAL_TESTER_LIMIT_REACHED", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{some}/relationships/betaTesters", body));
        World.Switches = new Switches { InternalTesterCap = 6 };
        Assert.StartsWith("204", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{some}/relationships/betaTesters", body));
    }

    [Fact]
    public async Task PublicLink_Full_TakesNobodyMore()
    {
        object Patch(object attributes) => new { data = new { type = "betaGroups", id = Group, attributes } };
        Assert.Null(World.JoinByPublicLink(Group));
        Assert.Equal("409 ENTITY_ERROR.ATTRIBUTE.INVALID", await simulator.RefusalAsync(HttpMethod.Patch, $"/v1/betaGroups/{Group}", Patch(new { publicLinkLimit = 10_001 })));
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Patch, $"/v1/betaGroups/{Group}", Patch(new { publicLinkEnabled = true, publicLinkLimitEnabled = true, publicLinkLimit = 1 })));
        Assert.Equal((null, "PUBLIC_LINK"), (World.JoinByPublicLink(Group)!.Email, World.GroupMembers(Group).Single().InviteType));
        Assert.Null(World.JoinByPublicLink(Group, "by.link@example.com"));
    }

    [Fact]
    public async Task Linkages_WithOneStranger_AreDoneInPartWithTheSwitch()
    {
        World.Switches = new Switches { PartialLinkages = true };
        var friends = World.GroupId("Aurora Notes", "Aurora friends");
        var known = World.GroupMembers(friends)[0].Id;
        var body = SimulatorFixture.Linkages("betaTesters", known, "00000000-0000-0000-0000-000000000000");
        Assert.Equal("409 ENTITY_ERROR.RELATIONSHIP.INVALID", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{Group}/relationships/betaTesters", body));
        Assert.Equal(known, Assert.Single(World.GroupMembers(Group)).Id);
        World.Switches = new Switches { MaxLinkages = 1, TooManyLinkagesStatus = 413 };
        Assert.StartsWith("413", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{Group}/relationships/betaTesters", body));
    }

    [Fact]
    public async Task KnownTester_PostedAgain_DoesNotJoinWithTheSwitch()
    {
        World.SeedTesters(App, null, 1);
        World.Switches = new Switches { ExistingTesterJoins = false };
        var email = World.SeedTesters(App, null, 1).Single();
        Assert.StartsWith("201", await CreateAsync(email));
        Assert.Empty(World.GroupMembers(Group));
    }

    [Fact]
    public async Task Total_UnderLag_IsBehindTheRowsBesideIt()
    {
        World.Switches = new Switches { TotalLagSeconds = 60 };
        World.AddTesterByHand(Group, "counted.later@example.com");
        async Task<(int Rows, int Total, int Probed)> Read()
        {
            var page = await simulator.GetAsync($"/v1/betaGroups/{Group}/betaTesters");
            var probe = (await simulator.GetAsync($"/v1/betaGroups/{Group}?include=betaTesters"))["data"]!["relationships"]!["betaTesters"]!["meta"]!;
            return (page["data"]!.AsArray().Count, (int)page["meta"]!["paging"]!["total"]!, (int)probe["paging"]!["total"]!);
        }
        Assert.Equal((1, 0, 0), await Read());
        World.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal((1, 1, 1), await Read());
        World.RemoveTesterByHand(Group, "counted.later@example.com");
        Assert.Equal((0, 1, 1), await Read());
    }

    [Fact]
    public async Task Lags_OfTestersRemovalsAndAgreement_PassWithTheClock()
    {
        World.Switches = new Switches { NewTesterLagMilliseconds = 1500, DeletesAccepted = true, RemovalLagSeconds = 30 };
        Assert.StartsWith("201", await CreateAsync("lagging@example.com"));
        var id = World.GroupMembers(Group).Single().Id;
        Assert.Empty((await simulator.GetAsync($"/v1/betaGroups/{Group}/betaTesters"))["data"]!.AsArray());
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Get, $"/v1/betaTesters/{id}"));
        World.Advance(TimeSpan.FromSeconds(2));
        Assert.Single((await simulator.GetAsync($"/v1/betaGroups/{Group}/betaTesters"))["data"]!.AsArray());
        Assert.StartsWith("202", await simulator.RefusalAsync(HttpMethod.Delete, $"/v1/betaTesters/{id}"));
        Assert.Single(World.GroupMembers(Group));
        World.Advance(TimeSpan.FromSeconds(31));
        Assert.Empty(World.GroupMembers(Group));

        World.Switches = new Switches { AgreementMissing = true };
        World.Switches = new Switches { AgreementLagSeconds = 180 };
        Assert.StartsWith("403 FORBIDDEN.REQUIRED_AGREEMENTS", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
        World.Advance(TimeSpan.FromSeconds(181));
        Assert.StartsWith("200", await simulator.RefusalAsync(HttpMethod.Get, "/v1/apps"));
    }

    private Task<string> CreateAsync(string email) => simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester(email, Group));

    private Task<string> InviteAsync(string? tester) => simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesterInvitations", tester is null
        ? new { data = new { type = "betaTesterInvitations", relationships = new { app = new { data = new { type = "apps", id = App } } } } }
        : new
        {
            data = new
            {
                type = "betaTesterInvitations",
                relationships = new { betaTester = new { data = new { type = "betaTesters", id = tester } }, app = new { data = new { type = "apps", id = App } } },
            },
        });
}
