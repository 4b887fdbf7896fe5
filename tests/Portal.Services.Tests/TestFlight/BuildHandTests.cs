using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.TestFlight;
using Portal.Services.Data;
using Portal.Services.TestFlight;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Tests;
using Portal.Tests.Credentials;

namespace Portal.Services.Tests.TestFlight;

/// <summary>Several builds and groups by hand, what testers are asked to test, and telling them.</summary>
public sealed class BuildHandTests : IAsyncLifetime
{
    private const string App = "Aurora Notes";
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private TestFlightService Service => _portal.Get<TestFlightService>();
    private string AppId => _portal.World.AppId(App);

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task ChangeAssignments_OneBuildForSeveralGroups_SaysOfEachWhatCameOfIt()
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", "BETA_APPROVED");
        var (friends, early, every) = (Group("Aurora friends"), Group("Aurora early birds"), Group("Engineering"));
        _portal.World.AddFault("500", "POST", early);
        await Service.AssignBuildAsync(Actors.ProgramManager, friends, build, Cancel);

        var done = await Service.ChangeAssignmentsAsync(Actors.ProgramManager, new(Give: true, [friends, early, Group("Aurora public link"), every, "00000000-0000-4000-8000-000000000000"], [build]), Cancel);

        Assert.Equal(
            [(AssignmentOutcome.Already, null), (AssignmentOutcome.Refused, "assign-unconfirmed"), (AssignmentOutcome.Confirmed, null), (AssignmentOutcome.Already, null), (AssignmentOutcome.Refused, "apple-not-found")],
            done.Select(one => (one.Outcome, one.Problem?.Code)));
        Assert.Equal([AuditCodes.BuildAssignFailed.Name, AuditCodes.BuildAssigned.Name, AuditCodes.BuildAssigned.Name], await CodesAsync());
    }

    [Fact]
    public async Task ChangeAssignments_SeveralBuildsForOneGroup_GivesThoseThatCanBeGiven()
    {
        var group = Group("Aurora early birds");
        string[] builds = [_portal.World.UploadBuild(AppId, "3.0", "300", "BETA_APPROVED"), _portal.World.UploadBuild(AppId, "3.0", "301", "PROCESSING"), _portal.World.UploadBuild(AppId, "3.0", "302", "IN_BETA_REVIEW")];

        var done = await Service.ChangeAssignmentsAsync(Actors.ProgramManager, new(Give: true, [group], builds), Cancel);

        Assert.Equal([AssignmentOutcome.Confirmed, AssignmentOutcome.Refused, AssignmentOutcome.Confirmed], done.Select(one => one.Outcome));
        Assert.Equal("build-not-ready", done[1].Problem?.Code);
        Assert.Superset(new HashSet<string>([builds[0], builds[2]]), _portal.World.GroupBuilds(group).ToHashSet());
    }

    [Fact]
    [Trait("Invariant", "18")]
    public async Task ChangeAssignments_TakenAway_IsReadBackAndTwiceIsNoFailure()
    {
        var (group, build) = (Group("Aurora beta testers"), _portal.World.GroupBuilds(Group("Aurora beta testers"))[0]);

        var done = await Service.ChangeAssignmentsAsync(Actors.ProgramManager, new(Give: false, [group], [build]), Cancel);
        var again = await Service.ChangeAssignmentsAsync(Actors.ProgramManager, new(Give: false, [group], [build]), Cancel);

        Assert.Equal((AssignmentOutcome.Confirmed, AssignmentOutcome.Already), (done[0].Outcome, again[0].Outcome));
        Assert.Empty(_portal.World.GroupBuilds(group));
        Assert.Equal(1, _key.Calls().Count(call => call.Method == "DELETE"));
        Assert.Equal([AuditCodes.BuildUnassigned.Name], await CodesAsync());
    }

    [Theory]
    [Trait("Invariant", "37")]
    [InlineData("500-after-commit", AssignmentOutcome.Confirmed, null)]
    [InlineData("500", AssignmentOutcome.Refused, "unassign-unconfirmed")]
    public async Task ChangeAssignments_TakenAwayAndAnswerLost_IsDecidedByWhatIsSeen(string fault, AssignmentOutcome outcome, string? code)
    {
        var (group, build) = (Group("Aurora beta testers"), _portal.World.GroupBuilds(Group("Aurora beta testers"))[0]);
        _portal.World.AddFault(fault, "DELETE", "relationships/builds");

        var done = await Service.ChangeAssignmentsAsync(Actors.ProgramManager, new(Give: false, [group], [build]), Cancel);

        Assert.Equal((outcome, code), (done[0].Outcome, done[0].Problem?.Code));
        Assert.Equal(1, _key.Calls().Count(call => call.Method == "DELETE"));
    }

    [Fact]
    public async Task ChangeAssignments_NothingOrTooMuchChosen_AsksAppleNothing()
    {
        var none = await RefusedAsync(() => Service.ChangeAssignmentsAsync(Actors.ProgramManager, new(Give: true, [], ["1"]), Cancel));
        var many = await RefusedAsync(() => Service.ChangeAssignmentsAsync(Actors.ProgramManager, new(Give: true, ["1"], [.. Enumerable.Range(0, TestFlightService.MostAssignments + 1).Select(n => $"{n}")]), Cancel));
        var support = await RefusedAsync(() => Service.ChangeAssignmentsAsync(Actors.Support, new(Give: false, ["1"], ["1"]), Cancel));

        Assert.Equal(("build-choice-missing", "build-choice-many", "access-refused"), (none.Code, many.Code, support.Code));
        Assert.Empty(_key.Calls());
    }

    [Fact]
    public async Task GroupsForBuild_OfAnApp_SayWhichCannotBeGivenItAndWhy()
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", "BETA_APPROVED", internalOnly: false);

        var groups = await Service.GroupsForBuildAsync(Actors.ProgramManager, build, Cancel);

        Assert.Equal((true, (string?)null), groups.Where(one => one.Group.Name == "Engineering").Select(one => (one.IsIn, one.Because?.Code)).Single());
        Assert.Equal((false, (string?)null), groups.Where(one => one.Group.Name == "Aurora friends").Select(one => (one.IsIn, one.Because?.Code)).Single());
    }

    [Fact]
    public async Task WriteBuildText_LanguageThereAndNot_IsReadBackAndRecordedWithoutTheText()
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", "BETA_APPROVED");
        var before = await Service.BuildTextsAsync(Actors.Viewer, build, Cancel);

        var written = await Service.WriteBuildTextAsync(Actors.ProgramManager, build, "en-US", "Try the new search.\r\nTell us what is slow.", Cancel);
        var added = await Service.WriteBuildTextAsync(Actors.ProgramManager, build, "de-DE", "Bitte die neue Suche ausprobieren.", Cancel);

        Assert.Contains(before, text => text.Locale == "en-US");
        Assert.Equal("Try the new search.\nTell us what is slow.", written.Single(text => text.Locale == "en-US").Text);
        Assert.Equal(["de-DE", "en-US"], added.Select(text => text.Locale));
        Assert.Equal([AuditCodes.BuildTextChanged.Name, AuditCodes.BuildTextChanged.Name], await CodesAsync());
        Assert.DoesNotContain("search", await _portal.QueryAsync(db => db.AuditTexts.Select(text => text.Details).ToListAsync(Cancel)).ContinueWith(all => string.Concat(all.Result), Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "build-text-empty")]
    [InlineData("<b>new</b>", "build-text-characters")]
    [InlineData("new \U0001F680", "build-text-characters")]
    [InlineData(null, "build-text-long")]
    public async Task WriteBuildText_AppleWouldNotTakeIt_SaysSoAndAsksNothing(string? text, string code)
    {
        var refused = await RefusedAsync(() => Service.WriteBuildTextAsync(Actors.ProgramManager, "1", "en-US", text ?? new string('ä', 2001), Cancel));

        Assert.Equal(code, refused.Code);
        Assert.Empty(_key.Calls());
    }

    [Fact]
    [Trait("Failure", "F20")]
    public async Task NotifyTesters_AutoNotifyOff_BuildSaysItIsSilentAndOneButtonTellsThem()
    {
        var (app, group) = (_portal.World.AppId("Cinder Camera"), _portal.World.GroupId("Cinder Camera", "External testers"));
        var build = _portal.World.UploadBuild(app, "9.0", "900", "BETA_APPROVED");
        await Service.AssignBuildAsync(Actors.ProgramManager, group, build, Cancel);
        await SilenceAsync(build);
        var silent = (await Service.BuildAsync(Actors.Viewer, build, true, Cancel)).Value.Build;

        await Service.NotifyTestersAsync(Actors.ProgramManager, build, Cancel);

        var told = (await Service.BuildAsync(Actors.Viewer, build, true, Cancel)).Value.Build;
        Assert.True(silent.IsSilent(_portal.Clock.GetUtcNow()));
        Assert.Contains("auto-notify is off", silent.External(_portal.Clock.GetUtcNow()).Next, StringComparison.Ordinal);
        Assert.False(told.IsSilent(_portal.Clock.GetUtcNow()));
        Assert.Contains(AuditCodes.BuildNotified.Name, await CodesAsync());
    }

    [Fact]
    [Trait("Failure", "F18")]
    public async Task NotifyTesters_BuildInReview_SaysWhatComesNextAndAsksAppleNothing()
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", "IN_BETA_REVIEW");

        var refused = await RefusedAsync(() => Service.NotifyTestersAsync(Actors.ProgramManager, build, Cancel));

        Assert.Equal(("notify-too-early", Turn.AppTeam), (refused.Code, refused.Turn));
        Assert.Contains("in review", refused.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(_key.Calls(), call => call.Method == "POST");
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task NotifyTesters_AnswerLost_IsNotRepeatedAndSaysTestersMayHaveBeenTold()
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", "BETA_APPROVED");
        _portal.World.AddFault("500-after-commit", "POST", "buildBetaNotifications");

        var refused = await RefusedAsync(() => Service.NotifyTestersAsync(Actors.ProgramManager, build, Cancel));

        Assert.Equal("notify-unconfirmed", refused.Code);
        Assert.Equal(1, _key.Calls().Count(call => call.Path.EndsWith("/buildBetaNotifications", StringComparison.Ordinal)));
        Assert.Equal([AuditCodes.BuildNotifyFailed.Name], await CodesAsync());
    }

    private string Group(string name) => _portal.World.GroupId(App, name);

    private async Task SilenceAsync(string build)
    {
        var client = _portal.Get<Portal.Services.AppStoreConnect.AppStoreConnectClient>();
        var use = new Portal.Services.AppStoreConnect.KeyUse(_key.Row.Id, Actors.ProgramManager, "test");
        await client.SetAutoNotifyAsync(use, (await client.GetBuildAsync(use, build, Cancel))!.DetailId!, on: false, Cancel);
        _portal.World.SetExternalState(build, "READY_FOR_BETA_TESTING");
    }

    private static async Task<Problem> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem;

    private Task<List<string>> CodesAsync() => _portal.QueryAsync(db => db.AuditEvents.Where(e => e.Code.StartsWith("build.")).Select(e => e.Code).Order().ToListAsync(Cancel));
}
