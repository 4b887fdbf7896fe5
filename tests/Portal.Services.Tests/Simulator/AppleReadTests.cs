using System.Text.Json.Nodes;

namespace Portal.Services.Tests.Simulator;

public sealed class AppleReadTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Fact]
    public async Task World_OnTheFirstDay_HoldsWhatTheDemoNeeds()
    {
        Assert.True(Total(await simulator.GetAsync("/v1/apps")) >= 12);
        Assert.True(Total(await simulator.GetAsync("/v1/betaGroups")) >= 40);
        var builds = await simulator.GetAsync("/v1/builds?limit=200&include=buildBetaDetail,preReleaseVersion");
        Assert.True(Total(builds) >= 60);
        var states = builds["included"]!.AsArray().Where(i => (string)i!["type"]! == "buildBetaDetails").Select(i => (string)i!["attributes"]!["externalBuildState"]!).ToHashSet();
        string[] all =
        [
            "PROCESSING", "PROCESSING_EXCEPTION", "MISSING_EXPORT_COMPLIANCE", "READY_FOR_BETA_TESTING", "IN_BETA_TESTING", "EXPIRED", "READY_FOR_BETA_SUBMISSION",
            "IN_EXPORT_COMPLIANCE_REVIEW", "WAITING_FOR_BETA_REVIEW", "IN_BETA_REVIEW", "BETA_REJECTED", "BETA_APPROVED", "NOT_APPLICABLE",
        ];
        Assert.Superset(all.ToHashSet(), states);
    }

    [Fact]
    public async Task Pages_FollowedByTheirLinks_HoldEveryTesterOnce()
    {
        var group = simulator.World.GroupId("Borealis Maps", "Borealis field testers");
        var seen = new List<string>();
        var next = $"/v1/betaGroups/{group}/betaTesters";
        var pages = 0;
        while (next is not null)
        {
            var page = await simulator.GetAsync(next);
            Assert.Equal(50, (int)page["meta"]!["paging"]!["limit"]!);
            Assert.Equal(248, Total(page));
            Assert.Equal(pages++ > 0, page["links"]!["first"] is not null);
            seen.AddRange(page["data"]!.AsArray().Select(t => (string)t!["id"]!));
            next = (string?)page["links"]!["next"];
            Assert.True(next is null || Uri.IsWellFormedUriString(next, UriKind.Absolute));
        }
        Assert.Equal(5, pages);
        Assert.Equal(248, seen.Distinct().Count());
        Assert.Equal(248, seen.Count);
    }

    [Theory]
    [InlineData("/v1/betaTesters?filter[emaill]=x", "400 PARAMETER_ERROR.INVALID")]
    [InlineData("/v1/apps?fields[apps]=nope", "400 PARAMETER_ERROR.INVALID")]
    [InlineData("/v1/betaTesters?include=betaTesterMetrics", "400 PARAMETER_ERROR.INVALID")]
    [InlineData("/v1/betaTesters?limit=201", "400 PARAMETER_ERROR.INVALID")]
    [InlineData("/v1/betaTesters?cursor=eyJvZmZzZXQiOiIyMCJ9", "400 PARAMETER_ERROR.INVALID")]
    [InlineData("/v1/apps?limit=1&limit=2", "400 PARAMETER_ERROR.INVALID")]
    [InlineData("/v1/betaAppReviewSubmissions", "400 PARAMETER_ERROR.REQUIRED")]
    [InlineData("/v1/betaGroups/{group}/betaTesters?include=apps", "400 PARAMETER_ERROR.ILLEGAL")]
    [InlineData("/v1/betaTesters?filter[apps]=1&filter[betaGroups]=2", "400 PARAMETER_ERROR.ILLEGAL")]
    [InlineData("/v1/betaGroups/nobody", "404 NOT_FOUND")]
    [InlineData("/v1/bulkBetaTesterAssignments", "404 PATH_ERROR")]
    [InlineData("/v1/builds/{build}/relationships/betaGroups", "403 FORBIDDEN_ERROR")]
    public async Task Read_AppleWouldRefuse_AnswersWithApplesCode(string path, string expected)
    {
        path = path.Replace("{group}", simulator.World.GroupId("Aurora Notes", "Engineering"))
            .Replace("{build}", (string)(await simulator.GetAsync("/v1/builds?limit=1"))["data"]![0]!["id"]!);
        Assert.Equal(expected, await simulator.RefusalAsync(HttpMethod.Get, path));
    }

    [Fact]
    public async Task Document_Included_CarriesLinkageTotalsAndNullAttributes()
    {
        var app = simulator.World.AppId("Borealis Maps");
        var document = await simulator.GetAsync($"/v1/betaGroups?filter[app]={app}&include=app,builds,betaTesters&limit[betaTesters]=1&limit=200");
        var group = document["data"]!.AsArray().Single(g => (string)g!["attributes"]!["name"]! == "Borealis field testers")!;
        Assert.Equal(248, (int)group["relationships"]!["betaTesters"]!["meta"]!["paging"]!["total"]!);
        Assert.Single(group["relationships"]!["betaTesters"]!["data"]!.AsArray());
        Assert.True(group["attributes"]!.AsObject().ContainsKey("hasAccessToAllBuilds"));
        Assert.Null(group["attributes"]!["hasAccessToAllBuilds"]);
        Assert.Equal(app, (string)group["relationships"]!["app"]!["data"]!["id"]!);
        Assert.Contains("filter%5Bapp%5D=", (string)document["links"]!["self"]!);
        var keys = document["included"]!.AsArray().Select(i => (string)i!["type"]! + (string)i["id"]!).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());

        var plain = await simulator.GetAsync($"/v1/betaGroups/{group["id"]}?fields[betaGroups]=name,builds");
        Assert.Equal(["name"], plain["data"]!["attributes"]!.AsObject().Select(a => a.Key));
        Assert.Equal(["builds"], plain["data"]!["relationships"]!.AsObject().Select(a => a.Key));
        Assert.False(plain["data"]!["relationships"]!["builds"]!.AsObject().ContainsKey("data"));
    }

    [Fact]
    public async Task Testers_ByEmail_AreOnePerApp()
    {
        var groupA = simulator.World.GroupId("Cinder Camera", "External testers");
        var groupB = simulator.World.GroupId("Driftwood Music", "External testers");
        var inA = simulator.World.AddTesterByHand(groupA, "twice+one@example.com");
        var inB = simulator.World.AddTesterByHand(groupB, "twice+one@example.com");
        Assert.NotEqual(inA.Id, inB.Id);
        Assert.Equal(2, Total(await simulator.GetAsync("/v1/betaTesters?filter[email]=Twice%2BOne@example.com,other@example.com")));
        var one = await simulator.GetAsync($"/v1/betaTesters?filter[email]=twice%2Bone@example.com&filter[apps]={simulator.World.AppId("Driftwood Music")}&include=betaGroups,apps,builds");
        Assert.Equal(inB.Id, (string)Assert.Single(one["data"]!.AsArray())!["id"]!);
        Assert.Equal("409 STATE_ERROR", await simulator.RefusalAsync(HttpMethod.Post, $"/v1/betaGroups/{groupA}/relationships/betaTesters", SimulatorFixture.Linkages("betaTesters", inB.Id)));
    }

    [Fact]
    public async Task Group_OfTenThousand_PagesInSeconds()
    {
        var group = simulator.World.GroupId("Meadow Puzzles", "Press");
        simulator.World.FillGroup(group, 9_900);
        var count = 0;
        var next = $"/v1/betaGroups/{group}/betaTesters?limit=200&fields[betaTesters]=email,state";
        var started = TimeProvider.System.GetTimestamp();
        while (next is not null)
        {
            var page = await simulator.GetAsync(next);
            count += page["data"]!.AsArray().Count;
            next = (string?)page["links"]!["next"];
        }
        Assert.True(count >= 9_900);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    private static int Total(JsonObject document) => (int)document["meta"]!["paging"]!["total"]!;
}
