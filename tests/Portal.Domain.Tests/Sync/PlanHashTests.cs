using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>An approval is for a hash: it has to change with all that is decided on, and with nothing else.</summary>
[Trait("Invariant", "16")]
public class PlanHashTests
{
    private static readonly PlanInputs Inputs = Plans.Inputs("1=ana@x.org 2=bo@x.org 3=new@x.org 4=", "bo@x.org/NOT_INVITED old@x.org ?9", "old@x.org/Sync/3 bo@x.org/Sync/2");
    private static readonly string Hash = SyncPlan.Calculate(Inputs).Hash;

    public static TheoryData<string, PlanInputs> Changes => new()
    {
        { "a member more", Inputs with { Team = Plans.Inputs("1=ana@x.org 2=bo@x.org 3=new@x.org 4= 5=").Team } },
        { "another member id", Inputs with { Team = Plans.Inputs("7=ana@x.org 2=bo@x.org 3=new@x.org 4=").Team } },
        { "an address in other letters", Inputs with { Team = Plans.Inputs("1=Ana@x.org 2=bo@x.org 3=new@x.org 4=").Team } },
        { "another group", Inputs with { Group = Inputs.Group with { GroupId = "group-2" } } },
        { "a tester more", Inputs with { Group = Inputs.Group with { Testers = [.. Inputs.Group.Testers, Plans.TesterOf("cy@x.org")] } } },
        { "another tester id", Inputs with { Group = Inputs.Group with { Testers = [.. Inputs.Group.Testers.Select(t => t.Email is null ? t with { Id = "8" } : t)] } } },
        { "an invitation less", Inputs with { HasTestableBuild = false } },
        { "a removal that waits for no add", Inputs with { Ledger = Plans.Inputs(ledger: "old@x.org/Sync/5 bo@x.org/Sync/2").Ledger } },
        { "a suppression", Inputs with { Suppressed = new HashSet<string> { "ana@x.org" } } },
        { "fewer places", Inputs with { FreePlaces = 1 } },
        { "another version of the key", Inputs with { KeyVersion = 2 } },
        { "add-only", Policy(p => p with { Mirror = false }) },
        { "adopt", Policy(p => p with { AdoptMatching = true }) },
        { "removals always allowed", Policy(p => p with { RemovalsAlwaysAllowed = 4 }) },
        { "limit on removals", Policy(p => p with { RemovalLimit = 11 }) },
        { "share of removals", Policy(p => p with { RemovalShare = 0.11 }) },
        { "removals a day", Policy(p => p with { RemovalsPerDay = 26 }) },
        { "limit on adds", Policy(p => p with { AddLimit = 51 }) },
        { "share of adds", Policy(p => p with { AddShare = 0.26 }) },
        { "adds always allowed", Policy(p => p with { AddsAlwaysAllowed = 11 }) },
        { "share of a shrunken team", Policy(p => p with { ShrunkenTeamShare = 0.6 }) },
    };

    [Theory, MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Calculate_AnythingDecidedOnChanged_HasAnotherHash(string what, PlanInputs changed) =>
        Assert.False(Hash == SyncPlan.Calculate(changed).Hash, $"The hash is the same after: {what}.");

    [Fact]
    public void Calculate_SameContentLater_HasTheSameHash()
    {
        var later = Inputs with { Team = Inputs.Team with { ReadAt = Plans.Then.AddDays(1) }, Group = Inputs.Group with { ReadAt = Plans.Then.AddHours(1) }, Policy = new SyncPolicy { Every = TimeSpan.FromHours(1) } };

        Assert.Equal(Hash, SyncPlan.Calculate(later).Hash);
        Assert.Matches("^[0-9a-f]{64}$", Hash);
    }

    [Fact]
    public void Calculate_PreviewAndRealRun_MakeTheSamePlan()
    {
        var (preview, real) = (SyncPlan.Calculate(Inputs), SyncPlan.Calculate(Inputs with { Team = Inputs.Team with { ReadAt = Plans.Then.AddMinutes(1) } }));

        Assert.Equal(preview.Items, real.Items);
        Assert.Equal(preview.Hash, real.Hash);
    }

    [Fact]
    public void For_OnePerson_HasAHashOfItsOwn()
    {
        var plan = SyncPlan.Calculate(Inputs);

        Assert.NotEqual(plan.Hash, plan.For("ana@x.org").Hash);
        Assert.NotEqual(plan.For("bo@x.org").Hash, plan.For("ana@x.org").Hash);
        Assert.Equal(plan.For("ana@x.org").Hash, SyncPlan.Calculate(Inputs).For("ana@x.org").Hash);
        Assert.Matches("^[0-9a-f]{64}$", plan.For("ana@x.org").Hash);
        Assert.Equal("Add ana@x.org joined-team", Plans.Told(plan.For("ana@x.org")));
        Assert.Empty(plan.For("nobody@x.org").Items);
    }

    private static PlanInputs Policy(Func<SyncPolicy, SyncPolicy> change) => Inputs with { Policy = change(Inputs.Policy) };
}
