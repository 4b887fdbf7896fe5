using Portal.Domain.Audit;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Sync;

/// <summary>One change an earlier run made, as recorded, and what became of it since.</summary>
/// <param name="Action">Add or Remove.</param>
/// <param name="IsConfirmed">Whether a read has shown it at Apple.</param>
/// <param name="ChangedSince">Whether a later run or somebody by hand added or removed the person again.</param>
public sealed record DoneAct(string PersonKey, PlanAction Action, bool IsConfirmed, bool ChangedSince)
{
    /// <summary>The source's id.</summary>
    public string? MemberId { get; init; }
    /// <summary>Apple's id in this app.</summary>
    public string? TesterId { get; init; }
    /// <summary>The address as written.</summary>
    public string? Email { get; init; }
    /// <summary>First and last name.</summary>
    public string? Name { get; init; }
}

public sealed partial record SyncPlan
{
    /// <summary>
    /// The inverse of a run: whom it added goes from this group, whom it removed comes again, as far as nobody changed that since.
    /// The team is not read for it.
    /// <list type="table">
    /// <item><term>added, in the group, ours</term><description>Remove</description></item>
    /// <item><term>added, out already or not ours any more</term><description>Skip (invariants 10, 18)</description></item>
    /// <item><term>removed, not in the group</term><description>Add; Skip when kept out since or without an address; Wait when the app is full or Apple refused them lately</description></item>
    /// <item><term>removed, in again already</term><description>Skip (invariant 18)</description></item>
    /// <item><term>changed again since, or not confirmed</term><description>Skip</description></item>
    /// <item><term>changed address</term><description>the old comes again, then the new goes (invariant 22)</description></item>
    /// </list>
    /// </summary>
    /// <exception cref="InvalidOperationException">The group is not complete (invariant 13).</exception>
    public static SyncPlan Undo(PlanInputs inputs, Guid runId, IReadOnlyCollection<DoneAct> done)
    {
        if (!inputs.Group.Complete) throw new InvalidOperationException("No plan from an incomplete read (invariant 13).");
        var testers = inputs.Group.Testers.ToLookup(tester => EmailAddress.TryParse(tester.Email)?.Key, StringComparer.Ordinal);
        var comeAgain = CutAtFreePlaces([.. done.Where(act => act.Action is PlanAction.Remove).DistinctBy(act => act.PersonKey).Select(act => Rested(AddAgain(act, testers[act.PersonKey], inputs), inputs))], inputs);
        var go = done.Where(act => act.Action is PlanAction.Add).Select(act => Rested(AfterTheOld(TakeOut(act, testers[act.PersonKey], inputs), comeAgain), inputs));
        PlanItem[] items = [.. comeAgain.Concat(go).OrderBy(item => item.Action).ThenBy(item => item.PersonKey, StringComparer.Ordinal).ThenBy(item => item.TesterId, StringComparer.Ordinal)];
        return new SyncPlan(items, () => CanonicalJson.Hash(new Dictionary<string, object?> { ["of"] = HashOf(inputs, items), ["undoes"] = runId.ToString() }));
    }

    private static PlanItem TakeOut(DoneAct act, IEnumerable<BetaTester> inGroup, PlanInputs inputs)
    {
        var tester = inGroup.OrderBy(t => t.Id != act.TesterId).ThenBy(t => t.Id, StringComparer.Ordinal).FirstOrDefault();
        var item = OfDone(act) with { TesterId = tester?.Id, State = tester?.State };
        if (!act.IsConfirmed) return item with { Reason = PlanReasons.NotConfirmed };
        if (tester is null) return item with { Reason = PlanReasons.OutAlready };
        if (act.ChangedSince) return item with { Reason = PlanReasons.ChangedSince };
        return inputs.Ledger.GetValueOrDefault(act.PersonKey) is { IsOurs: true, RemovedByUs: false } ? item with { Action = PlanAction.Remove, Reason = PlanReasons.UndoneAdd } : item with { Reason = PlanReasons.NotOurs };
    }

    private static PlanItem AddAgain(DoneAct act, IEnumerable<BetaTester> inGroup, PlanInputs inputs)
    {
        var item = OfDone(act);
        if (!act.IsConfirmed) return item with { Reason = PlanReasons.NotConfirmed };
        // Apple still lists the revoked, but they are out.
        if (inGroup.MinBy(t => t.Id, StringComparer.Ordinal) is { } tester)
            return item with { TesterId = tester.Id, State = tester.State, Reason = tester.State == "REVOKED" ? PlanReasons.LeftAtApple : PlanReasons.InAlready };
        if (inputs.Suppressed.Contains(act.PersonKey)) return item with { Reason = PlanReasons.Suppressed };
        if (act.ChangedSince) return item with { Reason = PlanReasons.ChangedSince };
        if (EmailAddress.TryParse(act.Email) is null) return item with { Reason = PlanReasons.NoAddressLeft };
        return item with { Action = PlanAction.Add, Reason = PlanReasons.UndoneRemoval };
    }

    /// <summary>Who changed their address in the run keeps the new one until the old is in again (invariant 22).</summary>
    private static PlanItem AfterTheOld(PlanItem item, List<PlanItem> comeAgain)
    {
        if (item is not { Action: PlanAction.Remove, MemberId: { } member } || comeAgain.Find(old => old.MemberId == member) is not { } old || old.PersonKey == item.PersonKey) return item;
        if (old.Action is PlanAction.Add) return item with { After = old.PersonKey };
        return old.Reason.Code == PlanReasons.InAlready.Code ? item : item with { Action = PlanAction.Skip, Reason = PlanReasons.OldAddressStaysOut };
    }

    private static PlanItem OfDone(DoneAct act)
    {
        var names = act.Name?.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return new PlanItem(act.PersonKey, PlanAction.Skip, PlanReasons.ChangedSince)
        {
            MemberId = act.MemberId, Email = act.Email, FirstName = names.ElementAtOrDefault(0), LastName = names.ElementAtOrDefault(1),
        };
    }
}
