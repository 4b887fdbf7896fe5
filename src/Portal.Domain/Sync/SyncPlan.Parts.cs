using Portal.Domain.Audit;

namespace Portal.Domain.Sync;

/// <summary>One write of a plan, to be named apart from it.</summary>
/// <param name="TesterId">For a removal: which of two testers with one address.</param>
public sealed record PlanTarget(PlanAction Action, string PersonKey, string? TesterId)
{
    /// <summary>Of an item.</summary>
    public static PlanTarget Of(PlanAction action, string personKey, string? testerId) => new(action, personKey, action is PlanAction.Remove ? testerId : null);
}

public sealed partial record SyncPlan
{
    /// <summary>The part of the plan about one person: their item, what it waits for and what waits for it after a change of address.</summary>
    public SyncPlan For(string personKey)
    {
        var first = Items.FirstOrDefault(item => item.PersonKey == personKey)?.After;
        PlanItem[] some = [.. Items.Where(item => item.PersonKey == personKey || item.After == personKey || (first is not null && item.PersonKey == first))];
        return new SyncPlan(some, () => CanonicalJson.Hash(new Dictionary<string, object?> { ["of"] = Hash, ["person"] = personKey }));
    }

    /// <summary>The part of the plan about these people, whatever their address is now.</summary>
    /// <param name="personKeys">Matching keys.</param>
    /// <param name="memberIds">The source's ids of the same people, where known.</param>
    public SyncPlan For(IReadOnlySet<string> personKeys, IReadOnlySet<string> memberIds)
    {
        var keys = Items.Where(item => personKeys.Contains(item.PersonKey) || (item.MemberId is { } id && memberIds.Contains(id))).Select(item => item.PersonKey).ToHashSet(StringComparer.Ordinal);
        keys.UnionWith(Items.Where(item => keys.Contains(item.PersonKey)).Select(item => item.After).OfType<string>());
        PlanItem[] some = [.. Items.Where(item => keys.Contains(item.PersonKey) || (item.After is { } first && keys.Contains(first)))];
        return new SyncPlan(some, () => CanonicalJson.Hash(new Dictionary<string, object?> { ["of"] = Hash, ["people"] = personKeys.Order(StringComparer.Ordinal).Cast<object?>().ToArray() }));
    }

    /// <summary>
    /// The same plan, hash and all, in which only these writes are left: what a second person chose, or what is left of an approved
    /// plan after a restart. An old address whose new one is left out stays too (invariant 22), and nobody else is invited.
    /// </summary>
    public SyncPlan Only(IReadOnlySet<PlanTarget> allowed) => this with
    {
        Items = [.. Items.Select(item => item.Action is not (PlanAction.Add or PlanAction.Remove) ? item with { NeedsInvitation = false }
            : IsAllowed(item, allowed) ? item : item with { Action = PlanAction.Skip, Reason = PlanReasons.NotApproved, After = null, NeedsInvitation = false })],
    };

    private static bool IsAllowed(PlanItem item, IReadOnlySet<PlanTarget> allowed) => allowed.Contains(PlanTarget.Of(item.Action, item.PersonKey, item.TesterId))
        && (item.After is null || allowed.Contains(PlanTarget.Of(PlanAction.Add, item.After, null)));

    /// <summary>Takes out everyone the ledger owns, whatever the team says; everybody else stays (invariants 8, 10). The team is not read for it.</summary>
    /// <exception cref="InvalidOperationException">The group is not complete (invariant 13).</exception>
    public static SyncPlan EndOfProject(PlanInputs inputs)
    {
        if (!inputs.Group.Complete) throw new InvalidOperationException("No plan from an incomplete read (invariant 13).");
        var nobody = Enumerable.Empty<PlanItem>().ToLookup(item => item.PersonKey);
        PlanItem[] items = [.. inputs.Group.Testers.Select(tester => ForTester(tester, nobody, [], inputs with { Policy = inputs.Policy with { Mirror = true } })).OfType<PlanItem>()
            .Select(item => item.Action is PlanAction.Remove ? item with { Reason = PlanReasons.ProjectEnds } : item)
            .OrderBy(item => item.Action).ThenBy(item => item.PersonKey, StringComparer.Ordinal).ThenBy(item => item.TesterId, StringComparer.Ordinal)];
        return new SyncPlan(items, () => HashOf(inputs, items));
    }
}
