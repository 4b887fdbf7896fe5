namespace Portal.Domain.Sync;

/// <summary>What the guard weighs a plan against.</summary>
/// <param name="TeamCount">Members in the team now.</param>
/// <param name="LastGoodTeamCount">Members in its last good snapshot; null before the first.</param>
/// <param name="GroupCount">Testers in the group now.</param>
/// <param name="RemovalsToday">Removals of the rolling day before this plan, support's single ones counted.</param>
/// <param name="FirstFill">Whether nothing was ever applied: then adds have no limit (a person applies it).</param>
/// <param name="AddsToday">Adds of the rolling day before this plan, support's single ones counted, those of the first fill not.</param>
public sealed record GuardFacts(int TeamCount, int? LastGoodTeamCount, int GroupCount, int RemovalsToday, bool FirstFill, int AddsToday = 0);

/// <summary>What the guard says. Only <see cref="Proceed"/> lets a run write.</summary>
public abstract record SyncVerdict
{
    private SyncVerdict() { }

    /// <summary>Within every limit.</summary>
    public sealed record Proceed : SyncVerdict;

    /// <summary>Over a limit that a second person may lift for this plan.</summary>
    public sealed record NeedsApproval(Problem Problem) : SyncVerdict;

    /// <summary>Something is wrong with a side; no approval helps.</summary>
    public sealed record Blocked(Problem Problem) : SyncVerdict;
}

/// <summary>Safety limits as a second pure function over the plan (invariants 13, 14, 38).</summary>
public static class SyncGuard
{
    /// <summary>Weighs the plan.</summary>
    public static SyncVerdict Check(SyncPlan plan, SyncPolicy policy, GuardFacts facts)
    {
        if (facts.TeamCount == 0) return new SyncVerdict.Blocked(SyncProblems.TeamEmpty);
        if (facts.LastGoodTeamCount is { } before && facts.TeamCount < before * (decimal)policy.ShrunkenTeamShare)
            return new SyncVerdict.Blocked(SyncProblems.TeamShrunk(before, facts.TeamCount));
        return Limits(plan, policy, facts);
    }

    /// <summary>The limits alone, for a plan the team has no say in.</summary>
    public static SyncVerdict Limits(SyncPlan plan, SyncPolicy policy, GuardFacts facts)
    {
        var removals = plan.Removals;
        // Somebody who goes because their new address comes is no loss of a tester, but the group could still end empty.
        if (removals > 0 && removals >= facts.GroupCount && plan.Adds == 0) return new SyncVerdict.NeedsApproval(SyncProblems.GroupWouldBeEmpty(removals));
        if (removals > RemovalLimit(policy, facts.GroupCount)) return new SyncVerdict.NeedsApproval(SyncProblems.TooManyRemovals(removals, facts.GroupCount));
        if (removals > 0 && facts.RemovalsToday + removals > policy.RemovalsPerDay)
            return new SyncVerdict.NeedsApproval(SyncProblems.TooManyRemovalsToday(removals, facts.RemovalsToday, policy.RemovalsPerDay));
        if (!facts.FirstFill && plan.Adds > AddLimit(policy, facts.GroupCount)) return new SyncVerdict.NeedsApproval(SyncProblems.TooManyAdds(plan.Adds, facts.GroupCount));
        if (!facts.FirstFill && plan.Adds > 0 && facts.AddsToday + plan.Adds > policy.AddsPerDay)
            return new SyncVerdict.NeedsApproval(SyncProblems.TooManyAddsToday(plan.Adds, facts.AddsToday, policy.AddsPerDay));
        return new SyncVerdict.Proceed();
    }

    /// <summary>More than 3, and more than 10 or 10 % of the members (the lower), are held.</summary>
    public static int RemovalLimit(SyncPolicy policy, int members) =>
        Math.Max(policy.RemovalsAlwaysAllowed, Math.Min(policy.RemovalLimit, Share(policy.RemovalShare, members)));

    /// <summary>More than 50 or 25 % of the members (the lower, never below 10) are held.</summary>
    public static int AddLimit(SyncPolicy policy, int members) =>
        Math.Max(policy.AddsAlwaysAllowed, Math.Min(policy.AddLimit, Share(policy.AddShare, members)));

    // Decimal: 29 % of 100 are 29, which they are not in binary fractions.
    private static int Share(double share, int members) => (int)Math.Floor((decimal)share * members);
}
