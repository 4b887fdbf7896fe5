using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;

namespace Portal.Domain.Tests.Sync.Approvals;

/// <summary>Which changes of a policy need a second person.</summary>
[Trait("Invariant", "31")]
public class LooseningTests
{
    public static TheoryData<string, bool> Cases => new()
    {
        { nameof(SyncPolicy.RemovalsAlwaysAllowed), true }, { nameof(SyncPolicy.RemovalLimit), true }, { nameof(SyncPolicy.RemovalShare), true },
        { nameof(SyncPolicy.RemovalsPerDay), true }, { nameof(SyncPolicy.AddLimit), true }, { nameof(SyncPolicy.AddShare), true },
        { nameof(SyncPolicy.AddsAlwaysAllowed), true }, { nameof(SyncPolicy.AddsPerDay), true },
        { nameof(SyncPolicy.ShrunkenTeamShare), false },   // the more must be left, the tighter
    };

    [Theory, MemberData(nameof(Cases))]
    public void Loosens_OneLimitMoved_OnlyTheWayThatLetsMoreThrough(string limit, bool moreIsLooser)
    {
        var before = new SyncPolicy();
        Assert.Equal(moreIsLooser, Loosening.Loosens(before, Moved(limit, +1)));
        Assert.Equal(!moreIsLooser, Loosening.Loosens(before, Moved(limit, -1)));
    }

    [Fact]
    public void Loosens_MirrorSwitchedOn_AndNotOff()
    {
        Assert.True(Loosening.Loosens(new SyncPolicy { Mirror = false }, new SyncPolicy()));
        Assert.False(Loosening.Loosens(new SyncPolicy(), new SyncPolicy { Mirror = false }));
    }

    [Fact]
    public void Loosens_IntervalAndAdoption_AreNoLimits() =>
        Assert.False(Loosening.Loosens(new SyncPolicy(), new SyncPolicy { Every = TimeSpan.FromHours(1), AdoptMatching = true }));

    [Fact]
    public void Loosens_OneTighterAndOneLooser_IsLooser() =>
        Assert.True(Loosening.Loosens(new SyncPolicy(), new SyncPolicy { RemovalLimit = 5, AddLimit = 51 }));

    [Fact]
    public void Changes_NamesOnlyWhatDiffers_InTheWordsOfThePage()
    {
        var changes = Loosening.Changes(new SyncPolicy(), new SyncPolicy { RemovalLimit = 2000, RemovalShare = 0.25, Every = TimeSpan.FromHours(1), Mirror = false });

        Assert.Equal(["Remove people who leave the team: yes → no", "Time between checks: 5 minutes → 60 minutes", "Removals in one sync: 10 → 2,000", "Removals as a share of the group: 10 % → 25 %"],
            changes.Select(change => $"{change.Name}: {change.Before} → {change.After}"));
        Assert.Equal([new ValueChange("Column of the first name", "none", "First")], Loosening.Changes(new ColumnMapping("id", "mail"), new ColumnMapping("id", "mail", FirstName: "First")));
    }

    private static SyncPolicy Moved(string limit, int by)
    {
        var policy = new SyncPolicy();
        var property = typeof(SyncPolicy).GetProperty(limit)!;
        object moved = property.GetValue(policy) is double share ? (object)(share + (by * 0.01)) : (int)property.GetValue(policy)! + by;
        property.SetValue(policy, moved);
        return policy;
    }
}
