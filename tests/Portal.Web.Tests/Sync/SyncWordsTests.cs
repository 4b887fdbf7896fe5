using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Web.Sync;
using Portal.Web.Sync.Links;
using Portal.Web.Sync.Runs;

namespace Portal.Web.Tests.Sync;

public class SyncWordsTests
{
    private static readonly DateTimeOffset _two = new(2026, 5, 4, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Checks_WithoutChange_FoldIntoOneLine() =>
        Assert.Equal("Unchanged 14:00–17:35 UTC, 43 checks", FoldedChecks.Of(Link with { UnchangedSince = _two, LastCheckAt = _two.AddMinutes(215), ChecksSinceChange = 43 }));

    [Fact]
    public void Checks_OverMidnight_SayTheDays() =>
        Assert.Equal("Unchanged 4 May 14:00–5 May 02:00 UTC, 9 checks", FoldedChecks.Of(Link with { UnchangedSince = _two, LastCheckAt = _two.AddHours(12), ChecksSinceChange = 9 }));

    [Fact]
    public void Checks_AfterAChange_AreNotFolded() => Assert.Null(FoldedChecks.Of(Link with { LastCheckAt = _two }));

    [Fact]
    public void Pace_Applying_TellsRateAndTimeLeft()
    {
        var pace = RunPace.Of(Run with { State = RunState.Applying, ToAdd = 240, Done = 60, PlannedAt = _two }, _two.AddMinutes(2));

        Assert.Equal(25, pace.Percent);
        Assert.Equal(30, pace.PerMinute);
        Assert.Equal(TimeSpan.FromMinutes(6), pace.Left);
    }

    [Fact]
    public void Pace_NothingDoneYet_PromisesNothing() =>
        Assert.Null(RunPace.Of(Run with { State = RunState.Applying, ToAdd = 240, PlannedAt = _two }, _two.AddMinutes(2)).Left);

    [Theory]
    [InlineData(0, 0, "Changes nothing.")]
    [InlineData(1, 0, "Adds 1 person and removes nobody.")]
    [InlineData(3, 2, "Adds 3 people and removes 2 people.")]
    public void Plan_InWords_NamesThePeople(int adds, int removals, string words) => Assert.Equal(words, SyncStateViews.PlanInWords(adds, removals));

    [Fact]
    public void Link_NeverSynced_IsNotCalledPaused() => Assert.Equal("First sync open", SyncStateViews.Of(Link).Word);

    private static LinkView Link => new()
    {
        Id = Guid.Empty, ProjectName = "Aurora", ProjectKey = "aurora", ReleaseTypeName = "Beta", ReleaseTypeKey = "beta", TeamName = "Team", SourceKind = SourceKind.DataPackage, SourceUrl = "",
        Mapping = new("id", "apple"), CredentialId = Guid.Empty, AppId = "1", AppName = "Aurora", GroupId = "g", GroupName = "Group", Policy = new(), State = LinkState.Paused, FirstApplied = false,
        CreatedByName = "program-manager", CreatedAt = _two,
    };

    private static RunView Run => new()
    {
        Id = Guid.Empty, LinkId = Guid.Empty, LinkTitle = "Team → Group", Mode = SyncMode.Real, Trigger = RunTrigger.Person, State = RunState.Queued,
        StartedByName = "program-manager", StartedById = "program-manager", OnePerson = false, RequestedAt = _two, Revision = 1,
    };
}
