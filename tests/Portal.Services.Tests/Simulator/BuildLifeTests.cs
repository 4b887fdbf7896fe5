using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>Builds, review and mails as they go on by themselves on the simulator's clock.</summary>
public sealed class BuildLifeTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IAsyncDisposable
{
    private World World => simulator.World;
    private string App => World.AppId("Meadow Puzzles");
    private string External => World.GroupId("Meadow Puzzles", "Press");

    public ValueTask DisposeAsync()
    {
        World.Reset();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Upload_Processed_ThenAsksForComplianceAndIsReadyWhenAnswered()
    {
        World.Switches = new Switches { ProcessingSeconds = 600, UploadsMissCompliance = true, ComplianceReviewSeconds = 3600 };
        var build = World.UploadBuild(App, "8.0", "800");
        Assert.Equal(("PROCESSING", "PROCESSING"), await StatesAsync(build));
        Assert.Equal("422 ENTITY_UNPROCESSABLE", await AssignAsync(build, External));
        World.Advance(TimeSpan.FromSeconds(601));
        Assert.Equal(("MISSING_EXPORT_COMPLIANCE", "MISSING_EXPORT_COMPLIANCE"), await StatesAsync(build));
        Assert.StartsWith("200", await DeclareAsync(build, true));
        Assert.Equal("IN_EXPORT_COMPLIANCE_REVIEW", (await StatesAsync(build)).External);
        Assert.StartsWith("409", await DeclareAsync(build, true));
        World.Advance(TimeSpan.FromSeconds(3601));
        Assert.Equal("READY_FOR_BETA_SUBMISSION", (await StatesAsync(build)).External);
        Assert.StartsWith("204", await AssignAsync(build, External));
    }

    [Theory]
    [InlineData(null, false, "IN_BETA_TESTING", 2)]
    [InlineData("REJECTED", false, "BETA_REJECTED", 0)]
    [InlineData("APPROVED", true, "IN_BETA_TESTING", 2)]
    [InlineData(null, true, "BETA_REJECTED", 0)]
    public async Task Review_Ends_AsScriptOrSwitchSay(string? script, bool rejects, string expected, int mails)
    {
        World.Switches = new Switches { ReviewWaitSeconds = 3600, ReviewSeconds = 7200, ReviewRejects = rejects };
        World.SeedTesters(App, External, 1, "ACCEPTED");
        World.SeedTesters(App, External, 1, "NOT_INVITED", from: 1);
        var build = World.UploadBuild(App, "8.1", "810");
        World.ScriptReview(build, script);
        Assert.StartsWith("204", await AssignAsync(build, External));
        Assert.StartsWith("201", await SubmitAsync(build));
        Assert.Equal("WAITING_FOR_BETA_REVIEW", (await StatesAsync(build)).External);
        World.Advance(TimeSpan.FromSeconds(3601));
        Assert.Equal("IN_BETA_REVIEW", (await StatesAsync(build)).External);
        World.Advance(TimeSpan.FromSeconds(7201));
        Assert.Equal(expected, (await StatesAsync(build)).External);
        Assert.Equal(mails, World.Outbox.Count);
    }

    [Fact]
    public async Task AutoNotify_Off_WaitsForTheNotificationAndMailsNobodyTwice()
    {
        World.Switches = new Switches { ReviewWaitSeconds = 60, ReviewSeconds = 60 };
        var email = World.SeedTesters(App, External, 1).Single();
        var build = World.UploadBuild(App, "8.2", "820");
        using var patched = await simulator.SendAsync(HttpMethod.Patch, $"/v1/buildBetaDetails/{build}", new { data = new { type = "buildBetaDetails", id = build, attributes = new { autoNotifyEnabled = false } } });
        await AssignAsync(build, External);
        await SubmitAsync(build);
        World.Advance(TimeSpan.FromSeconds(61));
        await StatesAsync(build);
        World.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("READY_FOR_BETA_TESTING", (await StatesAsync(build)).External);
        Assert.Empty(World.Outbox);
        object notification = new { data = new { type = "buildBetaNotifications", relationships = new { build = new { data = new { type = "builds", id = build } } } } };
        Assert.StartsWith("201", await simulator.RefusalAsync(HttpMethod.Post, "/v1/buildBetaNotifications", notification));
        Assert.StartsWith("201", await simulator.RefusalAsync(HttpMethod.Post, "/v1/buildBetaNotifications", notification));
        Assert.Equal(("IN_BETA_TESTING", email), ((await StatesAsync(build)).External, Assert.Single(World.Outbox).To));
    }

    [Fact]
    public async Task Submission_SecondOfAVersionOrSeventhOfADay_IsRefused()
    {
        var first = World.UploadBuild(App, "8.3", "830");
        var second = World.UploadBuild(App, "8.3", "831");
        Assert.StartsWith("201", await SubmitAsync(first));
        Assert.Equal("422 ENTITY_UNPROCESSABLE.ANOTHER_BUILD_IN_REVIEW", await SubmitAsync(second));
        Assert.Equal("422 ENTITY_UNPROCESSABLE.INVALID_QC_STATE", await SubmitAsync(first));
        for (var n = 0; n < 5; n++) Assert.StartsWith("201", await SubmitAsync(World.UploadBuild(App, $"8.4.{n}", "840")));
        var seventh = World.UploadBuild(App, "8.5", "850");
        Assert.Equal("422 ENTITY_UNPROCESSABLE.SUBMISSION_LIMIT_REACHED", await SubmitAsync(seventh));
        World.Advance(TimeSpan.FromHours(25));
        Assert.StartsWith("201", await SubmitAsync(seventh));
    }

    [Fact]
    public async Task LaterBuild_OfAnApprovedVersion_SkipsReviewWithTheSwitch()
    {
        World.Switches = new Switches { LaterBuildsSkipReview = true };
        World.UploadBuild(App, "8.6", "860", "BETA_APPROVED");
        var later = World.UploadBuild(App, "8.6", "861");
        await AssignAsync(later, External);
        Assert.StartsWith("201", await SubmitAsync(later));
        Assert.Equal("IN_BETA_TESTING", (await StatesAsync(later)).External);
    }

    [Fact]
    public async Task InternalOnly_Build_IsRefusedForExternalGroups()
    {
        var build = World.UploadBuild(App, "8.7", "870", internalOnly: true);
        Assert.Equal("422 ENTITY_UNPROCESSABLE", await AssignAsync(build, External));
        Assert.StartsWith("204", await AssignAsync(build, World.GroupId("Meadow Puzzles", "Design review")));
        Assert.Equal("422 ENTITY_UNPROCESSABLE.INVALID_QC_STATE", await SubmitAsync(build));
        Assert.Equal("422 ENTITY_UNPROCESSABLE", await simulator.RefusalAsync(HttpMethod.Post, "/v1/betaGroups", new
        {
            data = new
            {
                type = "betaGroups", attributes = new { name = "Never made" },
                relationships = new { app = new { data = new { type = "apps", id = App } }, builds = new { data = new[] { new { type = "builds", id = build } } } },
            },
        }));
        Assert.Throws<KeyNotFoundException>(() => World.GroupId("Meadow Puzzles", "Never made"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AllBuildsGroup_GetsNewBuildsAloneOrEarlierOnesToo(bool backfill)
    {
        World.Switches = new Switches { AllBuildsBackfill = backfill };
        var early = World.UploadBuild(App, "8.8", "880");
        using var made = await simulator.SendAsync(HttpMethod.Post, "/v1/betaGroups", new
        {
            data = new
            {
                type = "betaGroups", attributes = new { name = "Every build", isInternalGroup = true, hasAccessToAllBuilds = true },
                relationships = new { app = new { data = new { type = "apps", id = App } } },
            },
        });
        var group = World.GroupId("Meadow Puzzles", "Every build");
        var late = World.UploadBuild(App, "8.8", "881");
        var builds = (await simulator.GetAsync($"/v1/betaGroups/{group}/relationships/builds?limit=200"))["data"]!.AsArray().Select(b => (string)b!["id"]!).ToList();
        Assert.Equal((backfill, true), (builds.Contains(early), builds.Contains(late)));
        Assert.Equal("422 ENTITY_UNPROCESSABLE", await AssignAsync(late, group));
        Assert.DoesNotContain((await simulator.GetAsync($"/v1/betaGroups?filter[builds]={late}&limit=200"))["data"]!.AsArray(), g => (string)g!["id"]! == group);
    }

    [Fact]
    public async Task Build_After90Days_IsExpiredAndNobodyIsInvitedToIt()
    {
        var build = World.UploadBuild(App, "8.9", "890", "BETA_APPROVED");
        await AssignAsync(build, External);
        World.Advance(TimeSpan.FromDays(91));
        Assert.Equal(("EXPIRED", "EXPIRED"), await StatesAsync(build));
        Assert.Equal("NOT_INVITED", World.AddTesterByHand(External, "too.late@example.com").State);
    }

    [Fact]
    public async Task NewBuild_UnderLag_Is404AndInNoList()
    {
        World.Switches = new Switches { NewBuildLagSeconds = 120 };
        var build = World.UploadBuild(App, "9.1", "910");
        Assert.Equal("404 NOT_FOUND", await simulator.RefusalAsync(HttpMethod.Get, $"/v1/builds/{build}"));
        Assert.Equal("404 NOT_FOUND", await AssignAsync(build, External));
        Assert.Empty((await simulator.GetAsync($"/v1/builds?filter[id]={build}"))["data"]!.AsArray());
        World.Advance(TimeSpan.FromSeconds(121));
        Assert.Single((await simulator.GetAsync($"/v1/builds?filter[id]={build}"))["data"]!.AsArray());
        Assert.StartsWith("204", await AssignAsync(build, External));
    }

    private async Task<(string Internal, string External)> StatesAsync(string build)
    {
        JsonNode attributes = (await simulator.GetAsync($"/v1/buildBetaDetails/{build}"))["data"]!["attributes"]!;
        return ((string)attributes["internalBuildState"]!, (string)attributes["externalBuildState"]!);
    }

    private Task<string> AssignAsync(string build, string group) =>
        simulator.RefusalAsync(HttpMethod.Post, $"/v1/builds/{build}/relationships/betaGroups", SimulatorFixture.Linkages("betaGroups", group));

    private Task<string> DeclareAsync(string build, bool own) =>
        simulator.RefusalAsync(HttpMethod.Patch, $"/v1/builds/{build}", new { data = new { type = "builds", id = build, attributes = new { usesNonExemptEncryption = own } } });

    private Task<string> SubmitAsync(string build) => simulator.RefusalAsync(HttpMethod.Post, "/v1/betaAppReviewSubmissions", new
    {
        data = new { type = "betaAppReviewSubmissions", relationships = new { build = new { data = new { type = "builds", id = build } } } },
    });
}
