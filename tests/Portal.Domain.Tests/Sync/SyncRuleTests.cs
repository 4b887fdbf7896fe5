using CsCheck;
using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

public class SyncRuleTests
{
    private static readonly ColumnMapping Mapping = new("id", "apple");

    private static readonly DateTimeOffset Grid = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 300)]
    [InlineData(1, 299)]
    [InlineData(299, 1)]
    [InlineData(300, 300)]
    [InlineData(2000, 100)]
    public void NextDue_FiveMinutes_IsTheNextOfTheIntervalsTimes(int after, int seconds) =>
        Assert.Equal(Grid.AddSeconds(after + seconds), CheckSchedule.NextDue(Grid.AddSeconds(after), TimeSpan.FromMinutes(5), 0));

    [Fact]
    public void NextDue_SameSpreadAtDifferentMoments_ComeTogether() => Gen.Long.Select(Gen.Int[0, 299], Gen.Int[0, 299]).Sample((spread, one, other) =>
    {
        var slot = CheckSchedule.NextDue(Grid, TimeSpan.FromMinutes(5), spread)!.Value;
        Assert.Equal(CheckSchedule.NextDue(slot.AddSeconds(one), TimeSpan.FromMinutes(5), spread), CheckSchedule.NextDue(slot.AddSeconds(other), TimeSpan.FromMinutes(5), spread));
    });

    [Fact]
    public void NextDue_AnySpread_IsLaterThanNowAndWithinTheInterval() => Gen.Long.Select(Gen.Int[1, 10_000]).Sample((spread, minutes) =>
        Assert.InRange(CheckSchedule.NextDue(Plans.Then, TimeSpan.FromMinutes(minutes), spread)!.Value, Plans.Then.AddTicks(1), Plans.Then.AddMinutes(minutes)));

    [Fact]
    public void Spread_OfOneKeyAndApp_IsTheSameEverywhereAndOfOthersAnother()
    {
        var key = Guid.Parse("6d4b5a02-93f7-4c0e-9a55-0f2f6b1d8e11");

        Assert.Equal(CheckSchedule.Spread(key, "1"), CheckSchedule.Spread(key, "1"));
        Assert.NotEqual(CheckSchedule.Spread(key, "1"), CheckSchedule.Spread(key, "2"));
        Assert.NotEqual(CheckSchedule.Spread(key, "1"), CheckSchedule.Spread(Guid.Empty, "1"));
    }

    [Fact]
    public void NextDue_SourceThatSyncsOnUpload_IsNever() => Assert.Null(CheckSchedule.NextDue(Plans.Then, null, 7));

    [Fact]
    public void Policy_Defaults_AreThoseOfTheTable()
    {
        var policy = new SyncPolicy();

        Assert.Equal((true, false, TimeSpan.FromMinutes(5)), (policy.Mirror, policy.AdoptMatching, policy.Every));
        Assert.Equal((3, 10, 0.10, 25), (policy.RemovalsAlwaysAllowed, policy.RemovalLimit, policy.RemovalShare, policy.RemovalsPerDay));
        Assert.Equal((50, 0.25, 10, 0.5), (policy.AddLimit, policy.AddShare, policy.AddsAlwaysAllowed, policy.ShrunkenTeamShare));
        Assert.Null(PolicyRules.Check(policy));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(7 * 86400)]
    public void Check_IntervalAtItsEnds_IsAllowed(int seconds) => Assert.Null(PolicyRules.Check(new SyncPolicy { Every = TimeSpan.FromSeconds(seconds) }));

    [Theory]
    [InlineData(59)]
    [InlineData(7 * 86400 + 1)]
    [InlineData(0)]
    [InlineData(-300)]
    public void Check_IntervalOutOfRange_IsRefused(int seconds) => Refused("The interval must be 1 minute to 7 days.", new SyncPolicy { Every = TimeSpan.FromSeconds(seconds) });

    [Fact]
    public void Check_LimitsAtTheirEnds_AreAllowed()
    {
        Assert.Null(PolicyRules.Check(new SyncPolicy { Every = null }));
        Assert.Null(PolicyRules.Check(new SyncPolicy { RemovalsAlwaysAllowed = 0, RemovalLimit = 0, RemovalsPerDay = 0, AddLimit = 0, AddsAlwaysAllowed = 0, RemovalShare = 0, AddShare = 0, ShrunkenTeamShare = 0 }));
        Assert.Null(PolicyRules.Check(new SyncPolicy { RemovalsAlwaysAllowed = 100, RemovalLimit = 10_000, RemovalsPerDay = 10_000, AddLimit = 10_000, AddsAlwaysAllowed = 10_000, RemovalShare = 1, AddShare = 1, ShrunkenTeamShare = 1 }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void Check_LimitOutOfRange_IsRefused(int limit)
    {
        Refused("The removals always allowed must be 0 to 100.", new SyncPolicy { RemovalsAlwaysAllowed = limit });
        Refused("The removals always allowed must be 0 to 100.", new SyncPolicy { RemovalsAlwaysAllowed = 101 });
        Refused("The limit on removals must be 0 to 10,000.", new SyncPolicy { RemovalLimit = limit });
        Refused("The limit on removals must be 0 to 10,000.", new SyncPolicy { RemovalsPerDay = limit });
        Refused("The limit on adds must be 0 to 10,000.", new SyncPolicy { AddLimit = limit });
        Refused("The limit on adds must be 0 to 10,000.", new SyncPolicy { AddsAlwaysAllowed = limit });
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Check_ShareOutOfRange_IsRefused(double share)
    {
        Refused("A share must be 0 to 100 %.", new SyncPolicy { RemovalShare = share });
        Refused("A share must be 0 to 100 %.", new SyncPolicy { AddShare = share });
        Refused("A share must be 0 to 100 %.", new SyncPolicy { ShrunkenTeamShare = share });
    }

    [Fact]
    public void Differences_ChangedPolicy_NamesEachValueBeforeAndAfter()
    {
        var before = new SyncPolicy();

        Assert.Empty(PolicyRules.Differences(before, before with { }));
        Assert.Equal(new Dictionary<string, object?> { ["Mirror"] = "True → False", ["RemovalShare"] = "0.1 → 0.25", ["Every"] = "00:05:00 → " },
            PolicyRules.Differences(before, before with { Mirror = false, RemovalShare = 0.25, Every = null }));
    }

    [Theory]
    [InlineData("p", "r", "t", "id", "apple", true, null)]
    [InlineData(" ", "r", "t", "id", "apple", true, "The Centercode project is missing.")]
    [InlineData("p", "", "t", "id", "apple", true, "The release type is missing.")]
    [InlineData("p", "r", "", "id", "apple", true, "The team is missing.")]
    [InlineData("p", "r", "t", "", "apple", true, "The column with the stable user id is missing.")]
    [InlineData("p", "r", "t", "id", " ", true, "The column with the Apple e-mail is missing.")]
    [InlineData("p", "r", "t", "id", "apple", false, "Two syncs on one group undo each other.")]
    public void Check_NewLink_SaysWhatIsMissing(string project, string releaseType, string team, string id, string apple, bool off, string? says)
    {
        var problem = NewLinkRules.Check(project, releaseType, team, new ColumnMapping(id, apple), off);

        if (says is null) Assert.Null(problem);
        else Assert.StartsWith(says, problem!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NewLinkWithAnEndlessName_IsRefused()
    {
        Assert.Null(NewLinkRules.Check(new string('x', 200), "r", "t", Mapping, true));
        Assert.Equal("link-incomplete", NewLinkRules.Check(new string('x', 201), "r", "t", Mapping, true)?.Code);
    }

    [Fact, Trait("Invariant", "17")]
    public void Unfinished_States_AreQueuedToVerifyingAndNotHeld() =>
        Assert.Equal([RunState.Queued, RunState.Reading, RunState.Planned, RunState.Applying, RunState.Verifying], RunStates.Unfinished);

    [Theory, Trait("Invariant", "17")]
    [InlineData(RunState.Queued, false, false)]
    [InlineData(RunState.Reading, false, false)]
    [InlineData(RunState.Planned, true, false)]
    [InlineData(RunState.AwaitingApproval, false, false)]
    [InlineData(RunState.Applying, false, false)]
    [InlineData(RunState.Verifying, false, false)]
    [InlineData(RunState.Succeeded, true, true)]
    [InlineData(RunState.Partial, true, true)]
    [InlineData(RunState.Failed, true, true)]
    [InlineData(RunState.Blocked, true, true)]
    [InlineData(RunState.Cancelled, true, true)]
    public void IsOver_State_DiffersOnlyAtThePlan(RunState state, bool preview, bool real) =>
        Assert.Equal((preview, real), (state.IsOver(SyncMode.Preview), state.IsOver(SyncMode.Real)));

    private static void Refused(string says, SyncPolicy policy)
    {
        var problem = PolicyRules.Check(policy);

        Assert.Equal(("policy-out-of-range", Turn.Requester), (problem?.Code, problem?.Turn));
        Assert.StartsWith(says, problem!.Sentence, StringComparison.Ordinal);
    }
}
