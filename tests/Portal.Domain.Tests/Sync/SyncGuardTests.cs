using Portal.Domain.Sync;

namespace Portal.Domain.Tests.Sync;

/// <summary>The guard on both sides of every line of the Defaults table.</summary>
public class SyncGuardTests
{
    private const string Go = "proceed";

    [Theory, Trait("Invariant", "14")]
    [InlineData(0, 0, Go)]
    [InlineData(1, 5, Go)]
    [InlineData(3, 4, Go)]                          // up to 3 are always allowed
    [InlineData(3, 30, Go)]
    [InlineData(4, 5, "approve too-many-removals")]
    [InlineData(4, 39, "approve too-many-removals")]
    [InlineData(4, 40, Go)]                         // 10 %
    [InlineData(5, 40, "approve too-many-removals")]
    [InlineData(5, 49, "approve too-many-removals")]
    [InlineData(5, 50, Go)]
    [InlineData(9, 99, Go)]
    [InlineData(10, 99, "approve too-many-removals")]
    [InlineData(10, 100, Go)]                       // 10 and 10 % meet
    [InlineData(11, 100, "approve too-many-removals")]
    [InlineData(10, 5000, Go)]                      // the lower of the two
    [InlineData(11, 5000, "approve too-many-removals")]
    public void Check_RemovalsInOneRun_AreHeldAboveTheLimit(int removals, int members, string verdict) =>
        Assert.Equal(verdict, Told(Check(removals: removals, group: members)));

    [Theory, Trait("Invariant", "14")]
    [InlineData(3, 22, Go)]
    [InlineData(3, 23, "approve too-many-removals-today")]
    [InlineData(1, 24, Go)]
    [InlineData(1, 25, "approve too-many-removals-today")]
    [InlineData(0, 25, Go)]
    [InlineData(0, 400, Go)]
    [InlineData(10, 15, Go)]
    [InlineData(10, 16, "approve too-many-removals-today")]
    [InlineData(11, 25, "approve too-many-removals")]
    public void Check_RemovalsOfADay_AreHeldAbove25(int removals, int before, string verdict) =>
        Assert.Equal(verdict, Told(Check(removals: removals, group: 1000, today: before)));

    [Theory, Trait("Invariant", "14")]
    [InlineData(1, 0, 1, "approve group-would-be-empty")]
    [InlineData(1, 0, 2, Go)]
    [InlineData(3, 0, 3, "approve group-would-be-empty")]
    [InlineData(4, 0, 3, "approve group-would-be-empty")]
    [InlineData(12, 0, 12, "approve group-would-be-empty")]
    [InlineData(3, 1, 3, Go)]                       // somebody comes in
    [InlineData(0, 0, 0, Go)]
    public void Check_GroupThatWouldBeEmpty_IsHeld(int removals, int adds, int members, string verdict) =>
        Assert.Equal(verdict, Told(Check(adds, removals, members)));

    [Theory, Trait("Invariant", "38")]
    [InlineData(10, 0, Go)]                         // never below 10
    [InlineData(11, 0, "approve too-many-adds")]
    [InlineData(11, 43, "approve too-many-adds")]
    [InlineData(11, 44, Go)]                        // 25 %
    [InlineData(12, 44, "approve too-many-adds")]
    [InlineData(49, 199, Go)]
    [InlineData(50, 199, "approve too-many-adds")]
    [InlineData(50, 200, Go)]                       // 50 and 25 % meet
    [InlineData(51, 200, "approve too-many-adds")]
    [InlineData(50, 9000, Go)]                      // the lower of the two
    [InlineData(51, 9000, "approve too-many-adds")]
    public void Check_AddsAfterTheFirstFill_AreHeldAboveTheLimit(int adds, int members, string verdict) =>
        Assert.Equal(verdict, Told(Check(adds, group: members)));

    [Theory, Trait("Invariant", "38")]
    [InlineData(1, 49, Go)]
    [InlineData(1, 50, "approve too-many-adds-today")]
    [InlineData(50, 0, Go)]
    [InlineData(50, 1, "approve too-many-adds-today")]
    [InlineData(0, 400, Go)]                        // what came before holds nothing up by itself
    [InlineData(51, 50, "approve too-many-adds")]
    public void Check_AddsOfADay_AreHeldAbove50(int adds, int before, string verdict) =>
        Assert.Equal(verdict, Told(SyncGuard.Check(Plan(adds, 0), new SyncPolicy(), new GuardFacts(1000, 1000, 1000, 0, FirstFill: false, AddsToday: before))));

    [Theory, Trait("Invariant", "38")]
    [InlineData(11)]
    [InlineData(5000)]
    public void Check_AddsOfTheFirstFill_AreAppliedByAPersonWithoutLimit(int adds) =>
        Assert.Equal(Go, Told(SyncGuard.Check(Plan(adds, 0), new SyncPolicy(), new GuardFacts(adds, null, 0, 0, FirstFill: true))));

    [Fact, Trait("Invariant", "14")]
    public void Check_RemovalsOfTheFirstFill_AreHeldAllTheSame() =>
        Assert.Equal("approve too-many-removals", Told(SyncGuard.Check(Plan(0, 4), new SyncPolicy(), new GuardFacts(10, null, 20, 0, FirstFill: true))));

    [Theory, Trait("Invariant", "13")]
    [InlineData(0, null, "blocked team-empty")]
    [InlineData(0, 0, "blocked team-empty")]
    [InlineData(0, 100, "blocked team-empty")]
    [InlineData(1, null, Go)]
    [InlineData(1, 2, Go)]
    [InlineData(1, 3, "blocked team-shrunk")]
    [InlineData(50, 100, Go)]                       // half is not smaller than half
    [InlineData(49, 100, "blocked team-shrunk")]
    [InlineData(50, 101, "blocked team-shrunk")]
    [InlineData(51, 101, Go)]
    [InlineData(300, 100, Go)]
    public void Check_EmptyOrShrunkenTeam_IsBlockedAndNoApprovalHelps(int team, int? before, string verdict) =>
        Assert.Equal(verdict, Told(SyncGuard.Check(Plan(0, 0), new SyncPolicy(), new GuardFacts(team, before, 100, 0, FirstFill: false))));

    [Fact, Trait("Invariant", "13")]
    public void Check_ShrunkenTeamWithTooManyRemovals_IsBlockedFirst()
    {
        var verdict = SyncGuard.Check(Plan(60, 60), new SyncPolicy(), new GuardFacts(40, 100, 100, 25, FirstFill: false));

        Assert.Equal(SyncProblems.TeamShrunk(100, 40), Assert.IsType<SyncVerdict.Blocked>(verdict).Problem);
    }

    [Fact]
    public void Check_HeldPlan_SaysTheNumbers()
    {
        Assert.Equal(SyncProblems.TooManyRemovals(11, 100), Held(Check(removals: 11)));
        Assert.Equal(SyncProblems.TooManyRemovalsToday(3, 24, 25), Held(Check(removals: 3, today: 24)));
        Assert.Equal(SyncProblems.TooManyAdds(51, 1000), Held(Check(adds: 51, group: 1000)));
        Assert.Equal(SyncProblems.GroupWouldBeEmpty(2), Held(Check(removals: 2, group: 2)));
        Assert.Contains("11 of 100 ", SyncProblems.TooManyRemovals(11, 100).Sentence, StringComparison.Ordinal);
        Assert.Contains("3 would be removed after 24 within a day, more than the 25 ", SyncProblems.TooManyRemovalsToday(3, 24, 25).Sentence, StringComparison.Ordinal);
        Assert.Contains("51 would be invited to a group of 1000,", SyncProblems.TooManyAdds(51, 1000).Sentence, StringComparison.Ordinal);
        Assert.Contains("all 2 testers", SyncProblems.GroupWouldBeEmpty(2).Sentence, StringComparison.Ordinal);
        Assert.Contains("40 members where it had 100", SyncProblems.TeamShrunk(100, 40).Sentence, StringComparison.Ordinal);
    }

    [Theory, Trait("Invariant", "14")]
    [InlineData(0.29, 100, 29)]                     // 0.29 × 100 is below 29 in binary fractions
    [InlineData(0.57, 100, 57)]
    [InlineData(0.07, 100, 7)]
    [InlineData(1.0, 100, 100)]
    [InlineData(0.0, 100, 3)]
    public void RemovalLimit_ChosenShare_IsExact(double share, int members, int limit) =>
        Assert.Equal(limit, SyncGuard.RemovalLimit(new SyncPolicy { RemovalShare = share, RemovalLimit = 1000 }, members));

    [Theory, Trait("Invariant", "13")]
    [InlineData(55, Go)]                            // 0.55 × 100 is above 55 in binary fractions
    [InlineData(54, "blocked team-shrunk")]
    public void Check_ChosenShareOfTheTeam_IsExact(int team, string verdict) =>
        Assert.Equal(verdict, Told(SyncGuard.Check(Plan(0, 0), new SyncPolicy { ShrunkenTeamShare = 0.55 }, new GuardFacts(team, 100, 100, 0, FirstFill: false))));

    [Fact]
    public void Check_ChosenLimits_ReplaceTheDefaults()
    {
        var policy = new SyncPolicy { RemovalsAlwaysAllowed = 0, RemovalLimit = 2, RemovalsPerDay = 2, AddsAlwaysAllowed = 0, AddLimit = 1 };

        Assert.Equal((2, 1), (SyncGuard.RemovalLimit(policy, 1000), SyncGuard.AddLimit(policy, 1000)));
        Assert.Equal("approve too-many-removals", Told(SyncGuard.Check(Plan(0, 3), policy, new GuardFacts(100, 100, 1000, 0, FirstFill: false))));
        Assert.Equal("approve too-many-removals-today", Told(SyncGuard.Check(Plan(0, 2), policy, new GuardFacts(100, 100, 1000, 1, FirstFill: false))));
        Assert.Equal("approve too-many-adds", Told(SyncGuard.Check(Plan(2, 0), policy, new GuardFacts(100, 100, 1000, 0, FirstFill: false))));
    }

    private static SyncVerdict Check(int adds = 0, int removals = 0, int group = 100, int today = 0) =>
        SyncGuard.Check(Plan(adds, removals), new SyncPolicy(), new GuardFacts(100, 100, group, today, FirstFill: false));

    private static SyncPlan Plan(int adds, int removals) => new([
        .. Enumerable.Range(0, adds).Select(i => new PlanItem($"new{i}@x.org", PlanAction.Add, PlanReasons.JoinedTeam)),
        .. Enumerable.Range(0, removals).Select(i => new PlanItem($"old{i}@x.org", PlanAction.Remove, PlanReasons.LeftTeam)),
        .. Enumerable.Range(0, 60).Select(i => new PlanItem($"in{i}@x.org", PlanAction.Keep, PlanReasons.InGroup))], "hash");

    private static Problem Held(SyncVerdict verdict) => Assert.IsType<SyncVerdict.NeedsApproval>(verdict).Problem;

    private static string Told(SyncVerdict verdict) => verdict switch
    {
        SyncVerdict.Proceed => Go,
        SyncVerdict.NeedsApproval held => $"approve {held.Problem.Code}",
        SyncVerdict.Blocked blocked => $"blocked {blocked.Problem.Code}",
        _ => "?",
    };
}
