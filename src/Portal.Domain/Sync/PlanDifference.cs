namespace Portal.Domain.Sync;

/// <summary>What a plan does to one person: enough to compare two plans.</summary>
/// <param name="PersonKey">The matching key.</param>
/// <param name="TesterId">For a removal: which of two testers with one address.</param>
public sealed record PlannedAct(string PersonKey, PlanAction Action, string? TesterId)
{
    /// <summary>Whether it writes at Apple.</summary>
    public bool Writes => Action is PlanAction.Add or PlanAction.Remove;
}

/// <summary>Who is treated otherwise than in the plan a person saw. Null: was, or is, not touched at all.</summary>
public sealed record ChangedAct(string PersonKey, PlanAction? Before, PlanAction? Now);

/// <summary>What changed between the plan a person saw and the plan there is (invariant 16).</summary>
public static class PlanDifference
{
    /// <summary>By person, only who would be added or removed by one of the two and not alike by the other.</summary>
    public static IReadOnlyList<ChangedAct> Between(IEnumerable<PlannedAct> seen, IEnumerable<PlannedAct> now)
    {
        var (before, after) = (Writes(seen), Writes(now));
        return [.. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .SelectMany(key => OfOne(key, before.GetValueOrDefault(key, []), after.GetValueOrDefault(key, [])))];
    }

    private static IEnumerable<ChangedAct> OfOne(string key, HashSet<(PlanAction, string?)> before, HashSet<(PlanAction, string?)> after)
    {
        var gone = before.Except(after).Select(act => act.Item1).Order().ToList();
        var come = after.Except(before).Select(act => act.Item1).Order().ToList();
        for (var i = 0; i < Math.Max(gone.Count, come.Count); i++)
            yield return new ChangedAct(key, i < gone.Count ? gone[i] : null, i < come.Count ? come[i] : null);
    }

    // An add has no tester yet in one plan and an id of the app's in another: it is the same add.
    private static Dictionary<string, HashSet<(PlanAction, string?)>> Writes(IEnumerable<PlannedAct> acts) => acts.Where(act => act.Writes)
        .GroupBy(act => act.PersonKey, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Select(act => (act.Action, act.Action is PlanAction.Remove ? act.TesterId : null)).ToHashSet(), StringComparer.Ordinal);
}
