using CsCheck;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.Sync;

/// <summary>What holds for every team, group, ledger and policy.</summary>
public class PlanProperties
{
    private const int Many = 1000;

    [Fact, Trait("Invariant", "16"), Trait("Invariant", "18")]
    public void Calculate_AfterThePlanIsApplied_NothingIsLeftToDo() => Worlds.Any.Sample(inputs =>
    {
        var after = Worlds.Apply(inputs, SyncPlan.Calculate(inputs));

        Assert.True(SyncPlan.Calculate(after).ChangesNothing, Plans.Told(SyncPlan.Calculate(after)));
    }, iter: Many, print: Worlds.Print);

    [Fact, Trait("Invariant", "10"), Trait("Invariant", "8")]
    public void Calculate_Removals_AreOursUnderMirrorAndNotInTheTeam() => Worlds.Any.Sample(inputs =>
    {
        var plan = SyncPlan.Calculate(inputs);
        var team = inputs.Team.Members.Select(m => EmailAddress.TryParse(m.AppleEmail)?.Key).OfType<string>().ToHashSet();

        foreach (var gone in plan.Items.Where(item => item.Action is PlanAction.Remove))
        {
            var known = inputs.Ledger[gone.PersonKey];
            Assert.True(known.IsOurs && inputs.Policy.Mirror || known is { IsByHand: true, EndPassed: true });
            Assert.DoesNotContain(gone.PersonKey, team);
            Assert.Equal(gone.PersonKey, EmailAddress.TryParse(inputs.Group.Testers.Single(t => t.Id == gone.TesterId).Email)?.Key);
        }
    }, iter: Many, print: Worlds.Print);

    [Fact, Trait("Invariant", "38")]
    public void Calculate_Adds_AreOfTheTeamAloneAndOnce() => Worlds.Any.Sample(inputs =>
    {
        var plan = SyncPlan.Calculate(inputs);
        var (team, group) = (Keys(inputs.Team.Members.Select(m => m.AppleEmail)), Keys(inputs.Group.Testers.Select(t => t.Email)));
        var adds = plan.Items.Where(item => item.Action is PlanAction.Add).ToList();

        Assert.All(adds, add => Assert.True(team.Contains(add.PersonKey) && !group.Contains(add.PersonKey) && !inputs.Suppressed.Contains(add.PersonKey)));
        Assert.Equal(adds.Count, adds.Select(add => add.PersonKey).Distinct().Count());
        Assert.All(plan.Items.Where(item => item.NeedsInvitation), item => Assert.True(team.Contains(item.PersonKey) && item.State == "NOT_INVITED"));
    }, iter: Many, print: Worlds.Print);

    [Fact, Trait("Invariant", "16")]
    public void Calculate_OrderOfTheInputs_NeverMatters() => Gen.Select(Worlds.Any, Gen.Int).Sample((inputs, seed) =>
    {
        var plan = SyncPlan.Calculate(inputs);
        var shuffled = SyncPlan.Calculate(Worlds.Shuffle(inputs, seed));

        Assert.Equal(plan.Items, shuffled.Items);
        Assert.Equal(plan.Hash, shuffled.Hash);
    }, iter: Many, print: pair => Worlds.Print(pair.Item1));

    [Fact, Trait("Invariant", "6"), Trait("Invariant", "7")]
    public void Calculate_EveryMemberAndTester_AppearsOnce() => Worlds.Any.Sample(inputs =>
    {
        var plan = SyncPlan.Calculate(inputs);
        var team = Keys(inputs.Team.Members.Select(m => m.AppleEmail));
        var outside = inputs.Group.Testers.Where(t => EmailAddress.TryParse(t.Email) is not { } address || !team.Contains(address.Key)).Select(t => t.Id);

        var ofMembers = plan.Items.Where(item => item.TesterId is null || team.Contains(item.PersonKey)).Select(item => item.MemberId!);
        var ofTesters = plan.Items.Where(item => item.TesterId is not null && !team.Contains(item.PersonKey)).Select(item => item.TesterId!);
        Assert.Equal(inputs.Team.Members.Select(m => m.MemberId).Order(StringComparer.Ordinal), ofMembers.Order(StringComparer.Ordinal));
        Assert.Equal(outside.Order(StringComparer.Ordinal), ofTesters.Order(StringComparer.Ordinal));
        Assert.All(inputs.Team.Members.Where(m => string.IsNullOrWhiteSpace(m.AppleEmail)), m => Assert.Contains(plan.Items, item => item.MemberId == m.MemberId && item.Action is PlanAction.Wait));
        Assert.Equal(team.Count, plan.Items.Count(item => team.Contains(item.PersonKey) && item.Reason != PlanReasons.SameAddress));
    }, iter: Many, print: Worlds.Print);

    [Fact, Trait("Invariant", "22")]
    public void Calculate_ChangedAddress_NeverGoesBeforeTheNewOneIsIn() => Worlds.Any.Sample(inputs =>
    {
        var plan = SyncPlan.Calculate(inputs);
        foreach (var gone in plan.Items.Where(item => item.Action is PlanAction.Remove && item.MemberId is not null && inputs.Team.Members.Any(m => m.MemberId == item.MemberId)))
        {
            var next = plan.Items.First(item => item.MemberId == gone.MemberId && item.Action is PlanAction.Add or PlanAction.Keep && item != gone);
            Assert.Equal(PlanReasons.AddressChanged, gone.Reason);
            Assert.Equal(next.Action is PlanAction.Add ? next.PersonKey : null, gone.After);
            Assert.Contains(plan.For(gone.PersonKey).Items, item => item == next || gone.After is null);
        }
        Assert.All(plan.Items.Where(item => item.After is not null), item => Assert.Contains(plan.Items, add => add.PersonKey == item.After && add.Action is PlanAction.Add));
    }, iter: Many, print: Worlds.Print);

    [Fact, Trait("Invariant", "14"), Trait("Invariant", "15")]
    public void Calculate_FreePlaces_AreNeverExceededNorLeftUnused() => Worlds.Any.Sample(inputs =>
    {
        var (plan, uncut) = (SyncPlan.Calculate(inputs), SyncPlan.Calculate(inputs with { FreePlaces = null }));

        Assert.Equal(inputs.FreePlaces is { } places ? Math.Min(uncut.Adds, places) : uncut.Adds, plan.Adds);
        Assert.Equal(uncut.Adds - plan.Adds, plan.Items.Count(item => item.Reason == PlanReasons.AppFull));
        Assert.True(plan.Removals <= uncut.Removals);
    }, iter: Many, print: Worlds.Print);

    [Fact, Trait("Invariant", "13")]
    public void Calculate_IncompleteRead_IsAlwaysRefused() => Gen.Select(Worlds.Any, Gen.Bool).Sample((inputs, team) =>
    {
        var torn = team ? inputs with { Team = inputs.Team with { Problem = Plans.CutShort } } : inputs with { Group = inputs.Group with { Problem = Plans.CutShort } };

        Assert.Throws<InvalidOperationException>(() => SyncPlan.Calculate(torn));
    }, iter: 200, print: pair => Worlds.Print(pair.Item1));

    [Fact, Trait("Invariant", "21")]
    public void Calculate_LeftAtApple_IsNeverAddedAgain() => Worlds.Any.Sample(inputs =>
    {
        var left = inputs.Ledger.Values.Where(known => known is { Confirmed: true, RemovedByUs: false }).Select(known => known.PersonKey).ToHashSet();

        Assert.DoesNotContain(SyncPlan.Calculate(inputs).Items, item => item.Action is PlanAction.Add && left.Contains(item.PersonKey));
    }, iter: Many, print: Worlds.Print);

    [Fact, Trait("Invariant", "14"), Trait("Invariant", "38")]
    public void Check_PlanThatMayProceed_IsWithinEveryLimit() => Gen.Select(Worlds.Any, Gen.Int[0, 30], Gen.Int[0, 12], Gen.Bool).Sample((inputs, today, before, first) =>
    {
        var plan = SyncPlan.Calculate(inputs);
        var facts = new GuardFacts(inputs.Team.Members.Count, before == 0 ? null : before, inputs.Group.Testers.Count, today, first);
        if (SyncGuard.Check(plan, inputs.Policy, facts) is not SyncVerdict.Proceed) return;

        Assert.True(facts.TeamCount > 0 && facts.TeamCount * 2 >= before);
        Assert.True(plan.Removals <= 3 || (plan.Removals <= 10 && plan.Removals * 10 <= facts.GroupCount));
        Assert.True(plan.Removals == 0 || today + plan.Removals <= 25);
        Assert.True(plan.Removals == 0 || facts.GroupCount - plan.Removals + plan.Adds > 0);
        Assert.True(first || plan.Adds <= 10 || (plan.Adds <= 50 && plan.Adds * 4 <= facts.GroupCount));
    }, iter: Many, print: world => Worlds.Print(world.Item1));

    private static HashSet<string> Keys(IEnumerable<string?> addresses) => addresses.Select(text => EmailAddress.TryParse(text)?.Key).OfType<string>().ToHashSet();
}
