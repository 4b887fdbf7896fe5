using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>Plans narrowed to what was allowed, and the end of a project.</summary>
public class PlanPartTests
{
    [Theory, Trait("Invariant", "14")]
    [InlineData("+a@x.org", "Add a@x.org joined-team; Skip b@x.org not-approved; Skip c@x.org not-approved")]
    [InlineData("-c@x.org", "Skip a@x.org not-approved; Skip b@x.org not-approved; Remove c@x.org left-team")]
    [InlineData("", "Skip a@x.org not-approved; Skip b@x.org not-approved; Skip c@x.org not-approved")]
    public void Only_ChosenWrites_LeavesTheOthersOutAndSaysSo(string chosen, string expected)
    {
        var plan = SyncPlan.Calculate(Plans.Inputs("1=a@x.org 2=b@x.org", "c@x.org", "c@x.org/Sync/3"));

        var only = plan.Only(Targets(chosen));

        Assert.Equal(expected, string.Join("; ", only.Items.OrderBy(i => i.PersonKey).Select(Plans.Told)));
        Assert.Equal(plan.Hash, only.Hash);
    }

    [Fact, Trait("Invariant", "22")]
    public void Only_OldAddressWithoutItsNewOne_StaysToo()
    {
        var plan = SyncPlan.Calculate(Plans.Inputs("1=new@x.org", "old@x.org", "old@x.org/Sync/1"));

        Assert.Equal("Skip new@x.org not-approved; Skip old@x.org not-approved", Plans.Told(plan.Only(Targets("-old@x.org"))));
    }

    [Fact]
    public void Only_SomebodyToInvite_IsNotInvitedUnlessAllIsAllowed()
    {
        var plan = SyncPlan.Calculate(Plans.Inputs("1=a@x.org 2=b@x.org", "b@x.org/NOT_INVITED", "b@x.org/Sync/2"));

        Assert.Equal("Add a@x.org joined-team; Keep b@x.org in-group", Plans.Told(plan.Only(Targets("+a@x.org"))));
    }

    [Fact, Trait("Invariant", "10"), Trait("Invariant", "8")]
    public void EndOfProject_OwnedByhandAnonymousAndBySupport_TakesOutOnlyTheOwned()
    {
        var inputs = Plans.Inputs("1=a@x.org", "a@x.org b@x.org c@x.org d@x.org ?9", "a@x.org/Sync/1 b@x.org/Adopted/2 d@x.org/Manual/-", policy: new SyncPolicy { Mirror = false });

        Assert.Equal("Remove a@x.org project-ends; Remove b@x.org project-ends; Skip c@x.org unmanaged; Skip d@x.org added-by-support; Skip tester:9 anonymous", Plans.Told(SyncPlan.EndOfProject(inputs)));
    }

    [Fact, Trait("Invariant", "13")]
    public void EndOfProject_GroupCutShort_IsNoPlan()
    {
        var inputs = Plans.Inputs("", "a@x.org", "a@x.org/Sync/1");

        Assert.Throws<InvalidOperationException>(() => SyncPlan.EndOfProject(inputs with { Group = inputs.Group with { Problem = Plans.CutShort } }));
    }

    private static HashSet<PlanTarget> Targets(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => PlanTarget.Of(word[0] == '+' ? PlanAction.Add : PlanAction.Remove, word[1..], $"t-{word[1..]}"))];
}
