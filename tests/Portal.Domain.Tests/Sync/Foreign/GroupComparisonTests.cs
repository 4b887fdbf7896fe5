using Portal.Domain.Sync;
using Portal.Domain.Sync.Foreign;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.Sync.Foreign;

[Trait("Invariant", "40")]
[Trait("Failure", "F38")]
public sealed class GroupComparisonTests
{
    private static readonly DateTimeOffset ReadAt = new(2026, 5, 4, 14, 5, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(60);

    // was in the group, is in it now, what the portal did (a: add, r: remove; capital: seen done), seconds before the reading, kind of the change or none, taken as in
    [Theory]
    [InlineData(false, true, "", 0, nameof(ForeignChangeKind.Added), true)]
    [InlineData(true, false, "", 0, nameof(ForeignChangeKind.Removed), false)]
    [InlineData(true, true, "", 0, null, true)]
    [InlineData(false, true, "A", 300, null, true)]
    [InlineData(false, true, "a", 300, null, true)]
    [InlineData(false, false, "a", 300, null, false)]
    [InlineData(false, false, "A", 300, nameof(ForeignChangeKind.Removed), false)]
    [InlineData(true, false, "A", 300, nameof(ForeignChangeKind.Removed), false)]
    [InlineData(true, false, "R", 300, null, false)]
    [InlineData(true, false, "r", 300, null, false)]
    [InlineData(true, true, "r", 300, null, true)]
    [InlineData(true, true, "R", 300, nameof(ForeignChangeKind.Added), true)]
    [InlineData(false, true, "R", 300, nameof(ForeignChangeKind.Added), true)]
    // Within the lag an old answer looks just like it: the next reading tells.
    [InlineData(false, false, "A", 30, null, true)]
    [InlineData(true, true, "R", 30, null, false)]
    // Done while the group was being read.
    [InlineData(false, false, "A", -30, null, true)]
    public void Of_OneTester_IsForeignUnlessOurs(bool wasIn, bool isIn, string act, int secondsBefore, string? kind, bool takenAsIn)
    {
        OwnAct[] acts = act.Length == 0 ? [] : [new(act is "a" or "A" ? PlanAction.Add : PlanAction.Remove, "ana@example.org", act is "A" or "R" ? "t1" : null, act is "A" or "R", ReadAt.AddSeconds(-secondsBefore))];

        var compared = GroupComparison.Of(new GroupLook(wasIn ? [new("t1", "ana@example.org")] : [], isIn ? [Tester("t1", "Ana@Example.org")] : [], acts, ReadAt, Lag));

        Assert.Equal(kind is null ? [] : [new ForeignChange("t1", "ana@example.org", Enum.Parse<ForeignChangeKind>(kind))], compared.Changes);
        Assert.Equal(takenAsIn, compared.Members.Any(m => m.TesterId == "t1"));
    }

    [Fact]
    public void Of_TwoActsOfOurs_TheLaterOneSays()
    {
        OwnAct[] acts = [Act(PlanAction.Add, 400), Act(PlanAction.Remove, 300)];
        Assert.Empty(GroupComparison.Of(new GroupLook([], [], acts, ReadAt, Lag)).Changes);
        Assert.Equal(ForeignChangeKind.Added, Assert.Single(GroupComparison.Of(new GroupLook([], [Tester("t1", "ana@example.org")], acts, ReadAt, Lag)).Changes).Kind);
    }

    [Fact]
    public void Of_NeverSeenBefore_TakesWhatIsThere()
    {
        var compared = GroupComparison.Of(new GroupLook(null, [Tester("t1", "ana@example.org"), Tester("t2", null)], [], ReadAt, Lag));
        Assert.Empty(compared.Changes);
        Assert.Equal([new SeenMember("t1", "ana@example.org"), new SeenMember("t2", null)], compared.Members);
    }

    [Fact]
    public void Of_CameByThePublicLink_IsNoOtherWriter()
    {
        var compared = GroupComparison.Of(new GroupLook([], [Tester("t1", null, "PUBLIC_LINK"), Tester("t2", "bo@example.org", "PUBLIC_LINK")], [], ReadAt, Lag));
        Assert.All(compared.Changes, change => Assert.Equal((ForeignChangeKind.JoinedByPublicLink, false), (change.Kind, change.IsAnotherWriters)));
        Assert.Equal(2, compared.Changes.Count);
    }

    [Theory]
    [Trait("Failure", "F28")]
    [InlineData(1, nameof(ForeignChangeKind.LeftTesting))]
    [InlineData(GroupComparison.MostWhoLeave, nameof(ForeignChangeKind.LeftTesting))]
    [InlineData(GroupComparison.MostWhoLeave + 1, nameof(ForeignChangeKind.Removed))]
    public void Of_GoneFromTheAppToo_LeftByTheirOwnHandUnlessTheyAreMany(int people, string kind)
    {
        var ids = Enumerable.Range(0, people).Select(i => $"t{i}").ToList();
        var compared = GroupComparison.Of(new GroupLook([.. ids.Select(id => new SeenMember(id, $"{id}@example.org"))], [], [], ReadAt, Lag) { LeftTesting = ids.ToHashSet() });
        Assert.All(compared.Changes, change => Assert.Equal(kind, change.Kind.ToString()));
        Assert.Equal(people, compared.Changes.Count);
    }

    [Fact]
    public void Of_ContradictsWhatWasJustNoted_WaitsForTheNextReading()
    {
        var look = new GroupLook([new("t1", "ana@example.org")], [], [], ReadAt, Lag) { JustNoted = new HashSet<string> { "t1" } };
        Assert.Empty(GroupComparison.Of(look).Changes);
        Assert.Single(GroupComparison.Of(look).Members);
        Assert.Single(GroupComparison.Of(look with { JustNoted = new HashSet<string>() }).Changes);
    }

    [Fact]
    public void Of_RemovalOfOneOfTwoTestersWithOneAddress_IsOursForThatOneOnly()
    {
        var both = new GroupLook([new("t1", "ana@example.org"), new("t2", "ana@example.org")], [], [Act(PlanAction.Remove, 300)], ReadAt, Lag);
        Assert.Equal("t2", Assert.Single(GroupComparison.Of(both).Changes).TesterId);
    }

    [Theory]
    [InlineData("2 1", null, false, false)]
    [InlineData("3 2 1", null, false, true)]
    [InlineData("3 2 1", null, true, false)]
    [InlineData("25 2 1", null, false, false)]
    [InlineData("24 2 1", null, false, false)]
    [InlineData("5 4 3", 3, false, false)]
    [InlineData("5 4 3 2 1", 3, false, false)]
    [InlineData("5 4 3 2 1 0", 3, false, true)]
    public void IsDue_ChangesHoursAgo_AsksOnceFromThreeInARollingDaySinceTheAnswer(string hoursAgo, int? answeredHoursAgo, bool isOpen, bool isDue) => Assert.Equal(isDue,
        ForeignQuestion.IsDue(hoursAgo.Split(' ').Select(h => ReadAt.AddHours(-int.Parse(h, System.Globalization.CultureInfo.InvariantCulture))), isOpen, answeredHoursAgo is { } h ? ReadAt.AddHours(-h) : null, ReadAt));

    private static OwnAct Act(PlanAction action, int secondsBefore) => new(action, "ana@example.org", "t1", true, ReadAt.AddSeconds(-secondsBefore));

    private static BetaTester Tester(string id, string? email, string inviteType = "EMAIL") => new(id, email, null, null, inviteType, "INVITED");
}
