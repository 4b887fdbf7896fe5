using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.Sync;

public class PlanItemTests
{
    [Fact]
    public void Calculate_Member_CarriesWhatAppleIsTold()
    {
        var team = new TeamSnapshot([new Member(1, "m-1", " Ana@X.org ") { FirstName = "Ana", LastName = "Šimić" }], Plans.Then, null);

        var item = Assert.Single(SyncPlan.Calculate(Plans.Inputs() with { Team = team }).Items);

        Assert.Equal(("ana@x.org", "m-1", "Ana@X.org", "Ana", "Šimić", "Ana Šimić"), (item.PersonKey, item.MemberId, item.Email, item.FirstName, item.LastName, item.Name));
        Assert.Null(item.TesterId);
    }

    [Fact]
    public void Calculate_Tester_CarriesWhatAppleSaid()
    {
        var tester = new BetaTester("t-1", "Bo@x.org", "Bo", "Li", "EMAIL", "INSTALLED");

        var item = Assert.Single(SyncPlan.Calculate(Plans.Inputs(ledger: "bo@x.org/Sync/m-2") with { Group = new GroupSnapshot("g", [tester], Plans.Then, null) }).Items);

        Assert.Equal(("bo@x.org", "m-2", "t-1", "Bo@x.org", "Bo Li", "INSTALLED"), (item.PersonKey, item.MemberId, item.TesterId, item.Email, item.Name, item.State));
    }

    [Fact]
    public void Calculate_MemberInTheGroup_CarriesTesterAndState()
    {
        var item = Assert.Single(SyncPlan.Calculate(Plans.Inputs("m-1=ana@x.org", "ana@x.org/INVITED")).Items);

        Assert.Equal(("m-1", "t-ana@x.org", "INVITED"), (item.MemberId, item.TesterId, item.State));
    }

    [Fact]
    public void Calculate_AddressTwiceInTheGroup_TheLowestIdSpeaks()
    {
        var inputs = Plans.Inputs("1=ana@x.org") with { Group = new GroupSnapshot("g", [new("t-2", "ana@x.org", null, null, "EMAIL", "INVITED"), new("t-1", "ANA@x.org", null, null, "EMAIL", "ACCEPTED")], Plans.Then, null) };

        Assert.Equal("t-1", Assert.Single(SyncPlan.Calculate(inputs).Items).TesterId);
    }

    [Theory]
    [InlineData("Ana", "Li", "Ana Li")]
    [InlineData("Ana", null, "Ana")]
    [InlineData(null, "Li", "Li")]
    [InlineData("", "", null)]
    [InlineData(null, null, null)]
    public void Name_Parts_AreJoinedOrMissing(string? first, string? last, string? name) =>
        Assert.Equal(name, new PlanItem("k", PlanAction.Keep, PlanReasons.InGroup) { FirstName = first, LastName = last }.Name);

    [Theory]
    [InlineData("", "", "", true, 0, 0)]
    [InlineData("1=ana@x.org", "", "", false, 1, 0)]
    [InlineData("", "bo@x.org", "bo@x.org/Sync/2", false, 0, 1)]
    [InlineData("1=ana@x.org 2=", "ana@x.org ?9", "", true, 0, 0)]
    [InlineData("1=ana@x.org", "ana@x.org/NOT_INVITED", "", false, 0, 0)]
    public void ChangesNothing_Plan_IsTrueOnlyWithoutAWrite(string team, string group, string ledger, bool nothing, int adds, int removals)
    {
        var plan = SyncPlan.Calculate(Plans.Inputs(team, group, ledger));

        Assert.Equal((nothing, adds, removals), (plan.ChangesNothing, plan.Adds, plan.Removals));
    }

    [Theory, Trait("Invariant", "6")]
    [InlineData("member:ana@x.org")]
    [InlineData("tester:ana@x.org")]
    public void Calculate_IdLikeAnAddress_IsNotTakenForOne(string odd)
    {
        var plan = SyncPlan.Calculate(Plans.Inputs("ana@x.org=", odd, $"{odd}/Sync/ana@x.org"));

        Assert.Equal($"Skip tester:t-{odd} anonymous; Wait member:ana@x.org waiting-for-email", Plans.Told(plan));
    }

    [Theory]
    [InlineData(MembershipOrigin.Sync, false, true)]
    [InlineData(MembershipOrigin.Sync, true, false)]
    [InlineData(MembershipOrigin.Adopted, false, true)]
    [InlineData(MembershipOrigin.Adopted, true, false)]
    [InlineData(MembershipOrigin.Manual, false, false)]
    [InlineData(MembershipOrigin.PreExisting, false, false)]
    [Trait("Invariant", "10")]
    public void IsOurs_Origin_DecidesUntilWeTookItAway(MembershipOrigin origin, bool removed, bool ours) =>
        Assert.Equal(ours, new LedgerEntry("k", null, origin, true, removed).IsOurs);
}
