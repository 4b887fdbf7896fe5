using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.TestFlight;
using Portal.Services.Data;
using Portal.Services.TestFlight;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Tests;

namespace Portal.Services.Tests.TestFlight;

/// <summary>A build given to a group: seen there afterwards, said in words when not, and never kept from the pages by an old answer.</summary>
public sealed class AssignBuildTests : IAsyncLifetime
{
    private const string App = "Aurora Notes";
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private TestFlightService Service => _portal.Get<TestFlightService>();
    private string AppId => _portal.World.AppId(App);
    private string Group => _portal.World.GroupId(App, "Aurora early birds");

    [Fact]
    public async Task AssignBuildAsync_ReadyBuild_IsInTheGroupOnRecordAndOnThePageAtOnce()
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", "BETA_APPROVED");
        var before = await Service.GroupAsync(Actors.ProgramManager, Group, false, Cancel);

        var done = await Service.AssignBuildAsync(Actors.ProgramManager, Group, build, Cancel);
        var again = await Service.AssignBuildAsync(Actors.ProgramManager, Group, build, Cancel);

        Assert.Equal((true, false, "300"), (done.Confirmed, done.WasIn, done.Build.Number));
        Assert.Equal((true, true), (again.Confirmed, again.WasIn));
        Assert.Contains(build, _portal.World.GroupBuilds(Group));
        Assert.Equal(1, Asked());
        Assert.DoesNotContain(before.Value.Builds, line => line.Build.Id == build);
        Assert.Contains((await Service.GroupAsync(Actors.Viewer, Group, false, Cancel)).Value.Builds, line => line.Build.Id == build);
        Assert.Contains((await Service.AppAsync(Actors.Viewer, AppId, false, Cancel)).Value.Builds, line => line.Build.Id == build && line.Reach.Count > 0);
        Assert.Equal([AuditCodes.BuildAssigned.Name], await CodesAsync());
    }

    [Theory]
    [InlineData("MISSING_EXPORT_COMPLIANCE", 0, "build-not-ready", "encryption")]
    [InlineData("PROCESSING", 0, "build-not-ready", "preparing")]
    [InlineData("BETA_APPROVED", 100, "build-expired", "newer build")]
    public async Task AssignBuildAsync_BuildNotReady_SaysWhyAndAsksAppleNothing(string state, int age, string code, string words)
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", state, age);

        var refused = await RefusedAsync(Actors.ProgramManager, Group, build);

        Assert.Equal(code, refused.Code);
        Assert.Contains(words, refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(0, Asked());
    }

    [Fact]
    public async Task AssignBuildAsync_GroupThatGetsEveryBuild_SaysSo()
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", "MISSING_EXPORT_COMPLIANCE");
        var every = (await Service.AppAsync(Actors.ProgramManager, AppId, true, Cancel)).Value.Groups.First(line => line.Group.HasAccessToAllBuilds is true).Group;
        Assert.Contains((await Service.BuildChoicesAsync(Actors.ProgramManager, Group, Cancel)), choice => choice.Build.Id == build && choice.Because?.Code == "build-not-ready");

        Assert.All(await Service.BuildChoicesAsync(Actors.ProgramManager, every.Id, Cancel), choice => Assert.True(choice.IsIn || choice.Because?.Code == "group-gets-all-builds"));
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task AssignBuildAsync_AnswerLost_IsDecidedByWhatIsSeen()
    {
        var build = _portal.World.UploadBuild(AppId, "3.0", "300", "BETA_APPROVED");
        var other = _portal.World.UploadBuild(AppId, "3.0", "301", "BETA_APPROVED");
        _portal.World.AddFault("500-after-commit", "POST", "relationships/builds");
        var done = await Service.AssignBuildAsync(Actors.ProgramManager, Group, build, Cancel);
        _portal.World.AddFault("500", "POST", "relationships/builds");
        var refused = await RefusedAsync(Actors.ProgramManager, Group, other);

        Assert.Equal((true, "assign-unconfirmed"), (done.Confirmed, refused.Code));
        Assert.Equal([AuditCodes.BuildAssignFailed.Name, AuditCodes.BuildAssigned.Name], await CodesAsync());
        Assert.True((await Service.AssignBuildAsync(Actors.ProgramManager, Group, other, Cancel)).Confirmed);
    }

    [Fact]
    public async Task AssignBuildAsync_Support_IsRefused()
    {
        var refused = await RefusedAsync(Actors.Support, Group, "1");

        Assert.Equal("access-refused", refused.Code);
    }

    private int Asked() => _key.Calls().Count(call => call.Method == "POST" && call.Path.EndsWith("/relationships/builds", StringComparison.Ordinal));

    private async Task<Problem> RefusedAsync(Domain.SignIn.Actor actor, string group, string build) =>
        (await Assert.ThrowsAsync<ProblemException>(() => Service.AssignBuildAsync(actor, group, build, Cancel))).Problem;

    private async Task<List<string>> CodesAsync()
    {
        await using var db = _portal.Get<Database>().Open();
        return await db.AuditEvents.Where(e => e.Code.StartsWith("build.")).Select(e => e.Code).Order().ToListAsync(Cancel);
    }
}
