using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>What is to be done on Centercode's side.</summary>
public class CentercodeChecklistTests
{
    [Fact]
    public void Of_NothingKnownYet_NamesEveryStepItsTurnAndClaimsNothing()
    {
        var steps = CentercodeChecklist.Of(new CentercodeSide { Source = SourceKind.DataPackage });

        Assert.All(steps, step => Assert.Null(step.IsDone));
        Assert.Equal([Turn.CommunityManager, Turn.CommunityManager, Turn.KeyCustodian, Turn.CommunityManager, Turn.CommunityManager], steps.Select(step => step.Turn));
        Assert.All(steps, step => Assert.Null(step.Seen));
    }

    [Fact]
    public void Of_FileInsteadOfDataPackage_AsksForNoKey()
    {
        var steps = CentercodeChecklist.Of(new CentercodeSide { Source = SourceKind.Csv });

        Assert.DoesNotContain(steps, step => step.Turn is Turn.KeyCustodian);
        Assert.Contains(steps, step => step.What == "A file lists the team");
    }

    [Theory, Trait("Invariant", "7"), Trait("Failure", "F10")]
    [InlineData(0, true, "everybody read has one")]
    [InlineData(1, false, "1 member has none yet")]
    [InlineData(10, false, "10 members have none yet")]
    public void Of_MembersWithoutAppleEmail_AreCounted(int without, bool done, string seen)
    {
        var first = CentercodeChecklist.Of(new CentercodeSide { Source = SourceKind.DataPackage, Reads = true, Members = 250, WithoutAppleEmail = without })[0];

        Assert.Equal((done, seen), (first.IsDone, first.Seen));
    }

    [Fact, Trait("Failure", "F38")]
    public void Of_EverythingSeen_IsDone() => Assert.All(CentercodeChecklist.Of(new CentercodeSide { Source = SourceKind.DataPackage, HasConnection = true, Reads = true, Members = 3, WithoutAppleEmail = 0, OwnSyncIsOff = true }), step => Assert.True(step.IsDone));
}
