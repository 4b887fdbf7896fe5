using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Portal.Services.Tests.Simulator;

public sealed class AppleWriteTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private string Dedicated => simulator.World.GroupId("Aurora Notes", "Aurora beta testers");

    [Fact]
    public async Task Create_NewTesterInAGroupWithATestableBuild_IsInvitedOnce()
    {
        using var created = await simulator.SendAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("first+1@example.com", Dedicated));
        var tester = (await created.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["data"]!;
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.EndsWith($"/v1/betaTesters/{tester["id"]}", created.Headers.Location!.ToString());
        Assert.Equal("INVITED", (string)tester["attributes"]!["state"]!);

        using var again = await simulator.SendAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("First+1@Example.com", Dedicated));
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        var same = (await again.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["data"]!;
        Assert.Equal((string)tester["id"]!, (string)same["id"]!);
        using var linked = await simulator.SendAsync(HttpMethod.Post, $"/v1/betaGroups/{Dedicated}/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", (string)tester["id"]!));
        Assert.Equal(HttpStatusCode.NoContent, linked.StatusCode);
        Assert.Null(linked.Content.Headers.ContentType);
        Assert.Equal("invitation", Assert.Single(simulator.World.Outbox, m => m.To == "first+1@example.com").Kind);
        Assert.Single(simulator.World.GroupMembers(Dedicated), m => m.Email == "first+1@example.com");
    }

    [Fact]
    public async Task Create_InAGroupWithoutTestableBuild_WaitsForTheBuild()
    {
        var world = simulator.World;
        var early = world.GroupId("Aurora Notes", "Aurora early birds");
        using var created = await simulator.SendAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("early@example.com", early));
        Assert.Equal("NOT_INVITED", world.GroupMembers(early).Single(m => m.Email == "early@example.com").State);
        var tester = world.GroupMembers(early).Single(m => m.Email == "early@example.com").Id;
        Assert.Equal("409 STATE_ERROR.TESTER_INVITE.NO_INSTALLABLE_BUILDS", await InviteAsync(tester, world.AppId("Aurora Notes")));

        var waiting = (await simulator.GetAsync($"/v1/betaGroups/{early}/builds"))["data"]![0]!["id"]!.ToString();
        world.SetExternalState(waiting, "BETA_APPROVED");
        Assert.Equal("INVITED", world.GroupMembers(early).Single(m => m.Email == "early@example.com").State);
        Assert.Single(world.Outbox, m => m.To == "early@example.com");
        Assert.Equal("201 ", await InviteAsync(tester, world.AppId("Aurora Notes")));
        Assert.Equal(["invitation", "reinvitation"], world.Outbox.Where(m => m.To == "early@example.com").Select(m => m.Kind));

        world.Accept("early@example.com", world.AppId("Aurora Notes"));
        Assert.Equal("409 STATE_ERROR.TESTER_INVITE.ALREADY_ACCEPTED", await InviteAsync(tester, world.AppId("Aurora Notes")));
    }

    [Fact]
    public async Task Switches_Turned_AnswerTheOtherWaySeen()
    {
        var world = simulator.World;
        var member = world.AddTesterByHand(Dedicated, "switched@example.com");
        var (before, body) = (world.Switches, SimulatorFixture.Linkages("betaTesters", member.Id));
        world.Switches = before with { ExistingMemberConflicts = true, ExistingTesterConflicts = true };
        Assert.Equal("409 STATE_ERROR", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{Dedicated}/relationships/betaTesters", body));
        Assert.StartsWith("409 ENTITY_ERROR.ATTRIBUTE.INVALID", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("switched@example.com", Dedicated)));
        world.Switches = before with { ExternalTesterCap = 10 };
        Assert.Contains("INVENTED_BY_SIMULATOR", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesters", SimulatorFixture.NewTester("toomany@example.com", Dedicated)));
        world.Switches = before;
    }

    [Fact]
    public async Task Removal_OfMemberAndNonMember_Is204AndTheAppKeepsThem()
    {
        var world = simulator.World;
        var gone = world.AddTesterByHand(Dedicated, "leaver@example.com");
        for (var n = 0; n < 2; n++)
        {
            using var removed = await simulator.SendAsync(HttpMethod.Delete, $"/v1/betaGroups/{Dedicated}/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", gone.Id));
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        }
        Assert.DoesNotContain(world.GroupMembers(Dedicated), m => m.Id == gone.Id);
        Assert.Equal("leaver@example.com", (string)(await simulator.GetAsync($"/v1/betaTesters/{gone.Id}"))["data"]!["attributes"]!["email"]!);
        using var deleted = await simulator.SendAsync(HttpMethod.Delete, $"/v1/betaTesters/{gone.Id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("404 NOT_FOUND", await simulator.RefusalAsync(HttpMethod.Get, $"/v1/betaTesters/{gone.Id}"));
    }

    [Fact]
    public async Task Linkages_WithOneStranger_ChangeNothing()
    {
        var world = simulator.World;
        var mine = world.AddTesterByHand(world.GroupId("Aurora Notes", "Aurora friends"), "allornothing@example.com");
        var body = SimulatorFixture.Linkages("betaTesters", mine.Id, "00000000-0000-0000-0000-000000000000");
        Assert.Equal("409 ENTITY_ERROR.RELATIONSHIP.INVALID", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{Dedicated}/relationships/betaTesters", body));
        Assert.DoesNotContain(world.GroupMembers(Dedicated), m => m.Id == mine.Id);
        Assert.Equal("409 STATE_ERROR", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{world.GroupId("Aurora Notes", "Design review")}/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", mine.Id)));
    }

    [Fact]
    public async Task Group_CreatedPatchedDeleted_KeepsApplesRules()
    {
        var app = simulator.World.AppId("Kestrel Travel");
        object Group(string name) => new
        {
            data = new { type = "betaGroups", attributes = new { name, publicLinkEnabled = true }, relationships = new { app = new { data = new { type = "apps", id = app } } } },
        };
        using var created = await simulator.SendAsync(HttpMethod.Post, "/v1/betaGroups", Group("Made here"));
        var group = (await created.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["data"]!;
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.StartsWith("https://testflight.apple.com/join/", (string)group["attributes"]!["publicLink"]!);
        Assert.Equal("409 ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaGroups", Group("Made here")));
        object Patch(object attributes) => new { data = new { type = "betaGroups", id = (string)group["id"]!, attributes } };
        Assert.Equal("409 ENTITY_ERROR.ATTRIBUTE.NOT_ALLOWED", await simulator.RefusalAsync(HttpMethod.Patch, $"/v1/betaGroups/{group["id"]}", Patch(new { hasAccessToAllBuilds = true })));
        using var patched = await simulator.SendAsync(HttpMethod.Patch, $"/v1/betaGroups/{group["id"]}", Patch(new { name = "Renamed" }));
        Assert.Equal("Renamed", (string)(await patched.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["data"]!["attributes"]!["name"]!);
        using var deleted = await simulator.SendAsync(HttpMethod.Delete, $"/v1/betaGroups/{group["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Fact]
    public async Task Build_Assigned_FollowsItsStateAndTheGroupsKind()
    {
        var world = simulator.World;
        var build = world.UploadBuild(world.AppId("Inkwell Reader"), "9.0", "900");
        var all = world.GroupId("Inkwell Reader", "Engineering");
        var press = world.GroupId("Inkwell Reader", "Press");
        Assert.Contains((await simulator.GetAsync($"/v1/betaGroups/{all}/relationships/builds?limit=200"))["data"]!.AsArray(), b => (string)b!["id"]! == build);
        Assert.Equal("422 ENTITY_UNPROCESSABLE", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/builds/{build}/relationships/betaGroups", SimulatorFixture.Linkages("betaGroups", all)));
        using var assigned = await simulator.SendAsync(HttpMethod.Post, $"/v1/builds/{build}/relationships/betaGroups", SimulatorFixture.Linkages("betaGroups", press));
        Assert.Equal(HttpStatusCode.NoContent, assigned.StatusCode);
        Assert.Equal(1, (int)(await simulator.GetAsync($"/v1/builds?filter[betaGroups]={press}&filter[id]={build}"))["meta"]!["paging"]!["total"]!);
        using var detail = await simulator.SendAsync(HttpMethod.Patch, $"/v1/buildBetaDetails/{build}", new { data = new { type = "buildBetaDetails", id = build, attributes = new { autoNotifyEnabled = false } } });
        Assert.Equal(HttpStatusCode.OK, detail.StatusCode);
        Assert.False((bool)(await simulator.GetAsync($"/v1/buildBetaDetails?filter[build]={build}"))["data"]![0]!["attributes"]!["autoNotifyEnabled"]!);
        using var unassigned = await simulator.SendAsync(HttpMethod.Delete, $"/v1/betaGroups/{press}/relationships/builds", SimulatorFixture.Linkages("builds", build));
        Assert.Equal(HttpStatusCode.NoContent, unassigned.StatusCode);
        world.SetExternalState(build, "PROCESSING");
        Assert.Equal("422 ENTITY_UNPROCESSABLE", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/builds/{build}/relationships/betaGroups", SimulatorFixture.Linkages("betaGroups", press)));
    }

    private Task<string> InviteAsync(string tester, string app) => simulator.RefusalAsync(HttpMethod.Post, "/v1/betaTesterInvitations", new
    {
        data = new
        {
            type = "betaTesterInvitations",
            relationships = new { betaTester = new { data = new { type = "betaTesters", id = tester } }, app = new { data = new { type = "apps", id = app } } },
        },
    });
}
