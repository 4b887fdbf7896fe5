using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>A member whose Apple e-mail changed: the new one in, then the old one out, and nothing taken while it is unclear.</summary>
[Trait("Invariant", "22")]
public class AddressChangeTests
{
    [Theory]
    [InlineData("1=new@x.org", "old@x.org", "old@x.org/Sync/1", "Add new@x.org joined-team; Remove old@x.org address-changed after new@x.org")]
    [InlineData("1=new@x.org", "old@x.org", "old@x.org/Adopted/1", "Add new@x.org joined-team; Remove old@x.org address-changed after new@x.org")]
    [InlineData("1=new@x.org", "old@x.org new@x.org", "old@x.org/Sync/1", "Keep new@x.org in-group; Remove old@x.org address-changed")]
    [InlineData("1=new@x.org", "old@x.org older@x.org", "old@x.org/Sync/1 older@x.org/Sync/1", "Add new@x.org joined-team; Remove old@x.org address-changed after new@x.org; Remove older@x.org address-changed after new@x.org")]
    [InlineData("1=bo@x.org 2=ana@x.org", "ana@x.org bo@x.org", "ana@x.org/Sync/1 bo@x.org/Sync/2", "Keep ana@x.org in-group; Keep bo@x.org in-group")]
    public void Calculate_NewAddress_GoesInBeforeTheOldGoesOut(string team, string group, string ledger, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, group, ledger))));

    [Theory]
    [InlineData("1=", "", "Keep old@x.org address-unclear; Wait member:1 waiting-for-email")]
    [InlineData("1=nonsense", "", "Keep old@x.org address-unclear; Skip member:1 bad-email")]
    [InlineData("0=ana@x.org 1=ana@x.org", "", "Add ana@x.org joined-team; Keep old@x.org address-unclear; Skip ana@x.org same-address")]
    [InlineData("1=new@x.org", "new@x.org", "Keep old@x.org address-unclear; Skip new@x.org suppressed")]
    public void Calculate_NewAddressNotUsable_TheOldStays(string team, string suppressed, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, "old@x.org", "old@x.org/Sync/1", suppressed))));

    [Fact]
    public void Calculate_NewAddressLeftAtApple_TheOldStays() => Assert.Equal("Keep old@x.org address-unclear; Skip new@x.org left-at-apple",
        Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=new@x.org", "old@x.org", "old@x.org/Sync/1 new@x.org/Sync/1"))));

    [Fact, Trait("Invariant", "14")]
    public void Calculate_NewAddressAtTheCap_TheOldIsHeldForAPerson() => Assert.Equal("Keep old@x.org address-unclear; Wait new@x.org waiting-for-place",
        Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=new@x.org", "old@x.org", "old@x.org/Sync/1", places: 0))));

    [Theory]
    [InlineData("old@x.org/Manual/1", "Add new@x.org joined-team; Skip old@x.org added-by-support")]
    [InlineData("old@x.org/Manual/1/ended", "Add new@x.org joined-team; Remove old@x.org address-changed after new@x.org")]
    [InlineData("old@x.org/PreExisting/1", "Add new@x.org joined-team; Skip old@x.org unmanaged")]
    [InlineData("old@x.org/Sync/2", "Add new@x.org joined-team; Remove old@x.org left-team")]
    [InlineData("old@x.org/Sync/-", "Add new@x.org joined-team; Remove old@x.org left-team")]
    public void Calculate_OldAddressNotOfThatMember_NoChangeIsSeen(string ledger, string plan) =>
        Assert.Equal(plan, Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=new@x.org", "old@x.org", ledger))));

    [Fact]
    public void Calculate_AddressChangedUnderAddOnly_TheOldStays() => Assert.Equal("Add new@x.org joined-team; Keep old@x.org left-team-kept",
        Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=new@x.org", "old@x.org", "old@x.org/Sync/1", policy: new SyncPolicy { Mirror = false }))));

    [Theory]
    [InlineData("new@x.org")]
    [InlineData("old@x.org")]
    public void For_EitherAddress_HoldsTheAddAndWhatWaitsForIt(string person)
    {
        var plan = SyncPlan.Calculate(Plans.Inputs("1=new@x.org 2=bo@x.org", "old@x.org", "old@x.org/Sync/1"));

        Assert.Equal("Add new@x.org joined-team; Remove old@x.org address-changed after new@x.org", Plans.Told(plan.For(person)));
    }
}
