using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>Whom Apple refuses is not tried again every five minutes.</summary>
public class PersonRestTests
{
    [Theory]
    [InlineData(1, 5, 15)]
    [InlineData(2, 5, 30)]
    [InlineData(3, 5, 60)]
    [InlineData(7, 5, 960)]
    [InlineData(8, 5, 1440)]
    [InlineData(200, 5, 1440)]
    [InlineData(1, 60, 60)]
    [InlineData(3, 60, 240)]
    [InlineData(1, 10080, 10080)]
    [InlineData(1, 0, 15)]
    public void RestOfPerson_RefusalsInARow_GrowsFromAQuarterHourToADay(int refusals, int interval, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), BackOff.RestOfPerson(refusals, interval == 0 ? null : TimeSpan.FromMinutes(interval)));

    [Theory]
    [InlineData("1=a@x.org", "", "", "Wait a@x.org resting-after-refusal")]
    [InlineData("1=b@x.org", "a@x.org b@x.org", "a@x.org/Sync/1 b@x.org/Sync/2", "Keep b@x.org in-group; Wait a@x.org resting-after-refusal")]
    [InlineData("1=a@x.org", "a@x.org/NOT_INVITED", "a@x.org/Sync/1", "Keep a@x.org in-group")]
    [InlineData("1=a@x.org", "a@x.org", "a@x.org/Sync/1", "Keep a@x.org in-group")]
    public void Calculate_RestingPerson_IsNeitherAddedRemovedNorInvited(string team, string group, string ledger, string expected) =>
        Assert.Equal(expected, Plans.Told(SyncPlan.Calculate(Plans.Inputs(team, group, ledger) with { Resting = Plans.Resting("a@x.org") })));

    [Fact]
    public void Calculate_RestingPersonWithAnotherAddressNow_IsTriedAtOnce() =>
        Assert.Equal("Add new@x.org joined-team", Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=new@x.org") with { Resting = Plans.Resting("a@x.org") })));

    [Fact, Trait("Invariant", "22")]
    public void Calculate_NewAddressRests_TheOldStaysIn() =>
        Assert.Equal("Keep old@x.org address-unclear; Wait new@x.org resting-after-refusal",
            Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=new@x.org", "old@x.org", "old@x.org/Sync/1") with { Resting = Plans.Resting("new@x.org") })));

    [Fact, Trait("Invariant", "15")]
    public void Calculate_RestingPerson_TakesNobodysPlace() =>
        Assert.Equal("Add b@x.org joined-team; Wait a@x.org resting-after-refusal", Plans.Told(SyncPlan.Calculate(Plans.Inputs("1=a@x.org 2=b@x.org", places: 1) with { Resting = Plans.Resting("a@x.org") })));

    [Fact, Trait("Invariant", "16")]
    public void Calculate_RestOver_IsAnotherPlan()
    {
        var inputs = Plans.Inputs("1=a@x.org");
        var resting = inputs with { Resting = Plans.Resting("a@x.org") };

        Assert.NotEqual(SyncPlan.Calculate(inputs).Hash, SyncPlan.Calculate(resting).Hash);
        // When it is over is no content: the plan of now stays the same while they rest.
        Assert.Equal(SyncPlan.Calculate(resting).Hash, SyncPlan.Calculate(inputs with { Resting = new Dictionary<string, PersonRest> { ["a@x.org"] = new(Plans.Then.AddDays(1), "Else.") } }).Hash);
    }

    [Fact]
    public void RestingUntil_SaysWhenAndWhy() =>
        Assert.Equal("Apple refused this person; next try 23 Nov 2026 10:00 UTC. No place.", PlanReasons.RestingUntil(new PersonRest(Plans.Then, "No place.")).Sentence);

    [Theory]
    [InlineData("a@x.org", "", "Add a@x.org joined-team")]
    [InlineData("gone@x.org", "2", "Add b@x.org joined-team")]
    [InlineData("old@x.org", "", "Add new@x.org joined-team; Remove old@x.org address-changed after new@x.org")]
    [InlineData("new@x.org", "", "Add new@x.org joined-team; Remove old@x.org address-changed after new@x.org")]
    [InlineData("nobody@x.org", "", "")]
    public void For_WhatFailed_IsTheirPartOfTheNewPlan(string keys, string members, string expected)
    {
        var plan = SyncPlan.Calculate(Plans.Inputs("1=a@x.org 2=b@x.org 3=new@x.org", "old@x.org", "old@x.org/Sync/3"));

        var part = plan.For(Words(keys), Words(members));

        Assert.Equal(expected, Plans.Told(part));
        Assert.NotEqual(plan.Hash, part.Hash);
    }

    private static HashSet<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
