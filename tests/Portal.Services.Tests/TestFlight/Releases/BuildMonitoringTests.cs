using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.TestFlight;
using Portal.Services.TestFlight.Releases;
using Portal.Services.Tests.Sync;
using Portal.Tests;
using Portal.Tests.Mail;

namespace Portal.Services.Tests.TestFlight.Releases;

/// <summary>A new build in a linked group, seen within a cycle, makes one release by the link's policy and mails those it names.</summary>
public sealed class BuildMonitoringTests
{
    private static CancellationToken Cancel => ReleaseStage.Cancel;

    [Theory, EachDatabase]
    public async Task Check_NewBuildInTheGroup_MakesOneDraftAndNoneForThoseThereBefore(DatabaseKind kind)
    {
        await using var stage = await ReleaseStage.StartAsync(kind: kind);
        var before = stage.World.GroupBuilds(stage.Sync.GroupId)[0];
        await stage.CycleAsync();
        var build = await stage.ComesAsync();

        await stage.CycleAsync();
        await stage.CycleAsync();

        var made = Assert.Single(stage.World.Releases);
        var body = JsonNode.Parse(made.Body)!;
        Assert.Equal(("aurora", "public-beta", "Aurora Notes 3.0 (300)"), (made.Project, made.ReleaseType, made.Title));
        Assert.Equal(("iOS", "3.0 (300)", null), ((string?)body["subtitle"], (string?)body["releaseValue"], (string?)body["startDate"]));
        var release = await stage.ReleaseAsync(build);
        Assert.Equal((ReleaseState.Created, ReleaseMode.Draft, "1", 1), (release.State, release.Mode, release.CentercodeId, release.Attempts));
        Assert.Equal((NoRelease.ThereBefore, (ReleaseView?)null), ((await stage.LineAsync(before)).WhyNone, (await stage.LineAsync(before)).Release));
        Assert.Equal([AuditCodes.MonitorChanged.Name, AuditCodes.ReleaseWanted.Name, AuditCodes.ReleaseAttempted.Name, AuditCodes.ReleaseCreated.Name], await stage.CodesAsync());
    }

    [Fact]
    public async Task Check_Published_HasAStartDateAndWhatToTest()
    {
        await using var stage = await ReleaseStage.StartAsync(ReleaseMode.Published, settings: new Dictionary<string, string?> { ["Centercode:ReleaseStateField"] = "status" });
        await stage.CycleAsync();
        var build = await stage.ComesAsync();
        await stage.Portal.Get<TestFlightService>().WriteBuildTextAsync(Actors.ProgramManager, build, "en-US", "Try the search & tell us", Cancel);

        await stage.CycleAsync();

        var body = JsonNode.Parse(Assert.Single(stage.World.Releases).Body)!;
        Assert.Equal("Published", (string?)body["status"]);
        Assert.NotNull((string?)body["startDate"]);
        Assert.Contains("<p>Try the search &amp; tell us</p>", (string?)body["body"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NothingNew_CostsAppleNotOneCallMore()
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        var before = stage.World.Ledger.Entries.Count(entry => entry.Path.StartsWith("/v1/", StringComparison.Ordinal));

        await stage.CycleAsync();

        Assert.Equal(1, stage.World.Ledger.Entries.Count(entry => entry.Path.StartsWith("/v1/", StringComparison.Ordinal)) - before);
        Assert.Equal(1, await stage.Sync.DataAsync(db => db.SeenBuilds.CountAsync(Cancel)));
    }

    [Fact]
    [Trait("Failure", "F26")]
    public async Task Check_TeamUnreadable_StillSeesTheBuild()
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        var build = await stage.ComesAsync();
        stage.World.Switches = stage.World.Switches with { CentercodeRemovedPackages = ["ember-insiders"] };

        await stage.CycleAsync();

        Assert.Equal(ReleaseState.Created, (await stage.ReleaseAsync(build)).State);
    }

    [Fact]
    [Trait("Invariant", "34")]
    public async Task Check_PausedLink_WritesNothingAndAPersonMayCreateTheRelease()
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        await stage.Sync.Sync.PauseAsync(stage.LinkId, Actors.ProgramManager, Cancel);
        var build = await stage.ComesAsync();
        await stage.CycleAsync();
        await stage.Sync.Sync.ResumeAsync(stage.LinkId, Actors.ProgramManager, Cancel);
        await stage.CycleAsync();
        Assert.Equal((NoRelease.LinkPaused, 0), ((await stage.LineAsync(build)).WhyNone, stage.World.Releases.Count));

        var asked = await stage.Service.CreateAsync(stage.LinkId, build, ReleaseMode.Published, Actors.SecondProgramManager, Cancel);
        await stage.SweepAsync();

        Assert.Equal((ReleaseState.Wanted, "program-manager-2"), (asked.State, asked.AskedByName));
        Assert.Equal(ReleaseState.Created, (await stage.ReleaseAsync(build)).State);
        Assert.Equal("release-there", (await RefusedAsync(() => stage.Service.CreateAsync(stage.LinkId, build, ReleaseMode.Draft, Actors.ProgramManager, Cancel))).Code);
        Assert.Single(stage.World.Releases);
    }

    [Fact]
    public async Task ChangeMonitor_SwitchedOn_IsForBuildsFromThenOn()
    {
        await using var stage = await ReleaseStage.StartAsync(ReleaseMode.Off);
        await stage.CycleAsync();
        var first = await stage.ComesAsync("300");
        await stage.CycleAsync();
        await stage.Service.ChangeMonitorAsync(stage.LinkId, ReleaseMode.Draft, "", null, Actors.ProgramManager, Cancel);
        var second = await stage.ComesAsync("301");

        await stage.CycleAsync();

        Assert.Equal((NoRelease.MonitoringOff, (ReleaseView?)null), ((await stage.LineAsync(first)).WhyNone, (await stage.LineAsync(first)).Release));
        Assert.Equal(ReleaseState.Created, (await stage.ReleaseAsync(second)).State);
        Assert.Single(stage.World.Releases);
    }

    [Fact]
    public async Task ChangeMonitor_WhatCannotBe_IsRefused()
    {
        await using var stage = await ReleaseStage.StartAsync(ReleaseMode.Off);

        var support = await RefusedAsync(() => stage.Service.ChangeMonitorAsync(stage.LinkId, ReleaseMode.Draft, "", null, Actors.Support, Cancel));
        var address = await RefusedAsync(() => stage.Service.ChangeMonitorAsync(stage.LinkId, ReleaseMode.Draft, "no address", null, Actors.ProgramManager, Cancel));
        var other = await RefusedAsync(() => stage.Service.CreateAsync(stage.LinkId, stage.World.GroupBuilds(stage.World.GroupId("Borealis Maps", "Borealis field testers"))[0], ReleaseMode.Draft, Actors.ProgramManager, Cancel));
        var off = await RefusedAsync(() => stage.Service.CreateAsync(stage.LinkId, "1", ReleaseMode.Off, Actors.ProgramManager, Cancel));

        Assert.Equal(("access-refused", "release-mail-unreadable", "release-build-not-found", "release-mode-missing"), (support.Code, address.Code, other.Code, off.Code));
        Assert.Null((await stage.Service.MonitorAsync(stage.LinkId, Actors.Viewer, Cancel)).MailTo);
    }

    [Fact]
    public async Task Release_Created_MailsEachOfThoseNamedOnce()
    {
        using var server = await MailServer.StartAsync();
        await using var stage = await ReleaseStage.StartAsync(mailTo: "ana@example.com, bo@example.com", settings: new Dictionary<string, string?>
        {
            ["Mail:Host"] = "localhost", ["Mail:Port"] = $"{server.Port}", ["Mail:From"] = "portal@example.com", ["Mail:UseTls"] = "false",
        });
        await stage.CycleAsync();
        var build = await stage.ComesAsync();
        await stage.CycleAsync();
        await stage.CycleAsync();

        var mails = new[] { await server.NextAsync(Cancel), await server.NextAsync(Cancel) };

        Assert.Equal(["ana@example.com", "bo@example.com"], mails.Select(mail => Assert.Single(mail.To)).Order());
        Assert.All(mails, mail => Assert.Equal("Draft release created: Aurora Notes 3.0 (300)", mail.Message.Subject));
        Assert.Contains($"https://portal.example/links/{stage.LinkId}", mails[0].Message.TextBody, StringComparison.Ordinal);
        Assert.Equal([AuditCodes.ReleaseMailed.Name], (await stage.CodesAsync()).Where(code => code.StartsWith("release.mail", StringComparison.Ordinal)));
        Assert.Null((await stage.ReleaseAsync(build)).MailProblem);
    }

    [Fact]
    public async Task Release_CreatedWithoutAMailServer_SaysThatNobodyWasMailed()
    {
        await using var stage = await ReleaseStage.StartAsync(mailTo: "ana@example.com");
        await stage.CycleAsync();
        var build = await stage.ComesAsync();

        await stage.CycleAsync();

        var release = await stage.ReleaseAsync(build);
        Assert.Equal(ReleaseState.Created, release.State);
        Assert.Contains("1 of 1 mails", release.MailProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_TeamAsAFile_SeesNewBuildsThoughThereIsNoCycle()
    {
        await using var stage = await SyncStage.StartAsync();
        var wanted = stage.Wanted() with
        {
            SourceKind = SourceKind.Csv,
            ConnectionId = null,
            SourceUrl = "",
            ReleaseTypeKey = "early-access",
            GroupId = stage.World.GroupId(SyncStage.App, "Aurora early birds"),
            Csv = new("team.csv", System.Text.Encoding.UTF8.GetBytes("User ID,Apple Account Email,Email,First Name,Last Name\r\n1,ana@example.com,ana@example.com,Ana,Horvat\r\n")),
        };
        var link = await stage.Sync.CreateLinkAsync(wanted, Actors.ProgramManager, Cancel);
        var asked = await stage.Sync.RequestAsync(link.Id, SyncMode.Real, Actors.ProgramManager, cancel: Cancel);
        await stage.Portal.Get<Portal.Services.Sync.SyncRunner>().RunAsync(asked.RunId, Cancel);
        var service = stage.Portal.Get<ReleaseService>();
        Assert.Equal("release-no-connection", (await RefusedAsync(() => service.ChangeMonitorAsync(link.Id, ReleaseMode.Draft, "", null, Actors.ProgramManager, Cancel))).Code);
        await service.ChangeMonitorAsync(link.Id, ReleaseMode.Draft, "", stage.ConnectionId, Actors.ProgramManager, Cancel);
        var worker = stage.Portal.Get<BuildWorker>();
        await worker.SweepAsync(Cancel);
        var build = stage.World.UploadBuild(stage.AppId, "3.0", "300", "BETA_APPROVED");
        await stage.Portal.Get<TestFlightService>().AssignBuildAsync(Actors.ProgramManager, link.GroupId, build, Cancel);
        await worker.SweepAsync(Cancel);
        Assert.Empty(stage.World.Releases);

        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(6));
        await worker.SweepAsync(Cancel);

        Assert.Equal("Aurora Notes 3.0 (300)", Assert.Single(stage.World.Releases).Title);
    }

    private static async Task<Problem> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem;
}
