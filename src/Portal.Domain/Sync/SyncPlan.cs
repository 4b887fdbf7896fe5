using Portal.Domain.Audit;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Sync;

/// <summary>What is to be done about one person, and why.</summary>
/// <param name="PersonKey">Matching key; <c>member:{id}</c> for a member without a usable address; <c>tester:{id}</c> for a tester without one.</param>
public sealed record PlanItem(string PersonKey, PlanAction Action, PlanReason Reason)
{
    /// <summary>The source's id.</summary>
    public string? MemberId { get; init; }
    /// <summary>Apple's id in this app.</summary>
    public string? TesterId { get; init; }
    /// <summary>The address as written.</summary>
    public string? Email { get; init; }
    /// <summary>First name to give Apple.</summary>
    public string? FirstName { get; init; }
    /// <summary>Last name to give Apple.</summary>
    public string? LastName { get; init; }
    /// <summary>Tester state as read.</summary>
    public string? State { get; init; }
    /// <summary>For a removal that waits for an add: the key of that add (invariant 22).</summary>
    public string? After { get; init; }
    /// <summary>The ledger takes this membership over.</summary>
    public bool Adopt { get; init; }
    /// <summary>In the group without an invitation while there is something to test (invariant 20).</summary>
    public bool NeedsInvitation { get; init; }
    /// <summary>First and last name, or null.</summary>
    public string? Name => $"{FirstName} {LastName}".Trim() is { Length: > 0 } name ? name : null;
}

/// <summary>
/// The difference between a team and a group as a value: preview, progress, audit and undo are this same record.
/// <list type="table">
/// <item><term>in team, in group</term><description>Keep; Skip when revoked there (invariant 21)</description></item>
/// <item><term>in team, not in group</term><description>Add; Skip when suppressed or left at Apple; Wait when the app is full</description></item>
/// <item><term>in team, no Apple address</term><description>Wait (invariant 7)</description></item>
/// <item><term>in team, address malformed or another member's</term><description>Skip (F11, F12)</description></item>
/// <item><term>Apple refused them lately</term><description>Wait until their rest is over</description></item>
/// <item><term>not in team, ours</term><description>Remove under mirror, Keep under add-only</description></item>
/// <item><term>not in team, added by hand</term><description>Skip until its day, then Remove, under add-only too (F37)</description></item>
/// <item><term>not in team, not ours or anonymous</term><description>Skip (invariants 8, 10)</description></item>
/// <item><term>address changed</term><description>Add the new; Remove the old after it (invariant 22)</description></item>
/// </list>
/// </summary>
public sealed partial record SyncPlan
{
    private readonly Lazy<string> _hash;

    /// <summary>A plan of these items with a hash that is known.</summary>
    public SyncPlan(IReadOnlyList<PlanItem> items, string hash) : this(items, () => hash) { }

    // Most plans change nothing and nobody asks for their hash, which costs as much as planning does.
    private SyncPlan(IReadOnlyList<PlanItem> items, Func<string> hash) => (Items, _hash) = (items, new Lazy<string>(hash));

    /// <summary>Everybody the plan says something about.</summary>
    public IReadOnlyList<PlanItem> Items { get; private init; }

    /// <summary>What seals it: the same content has the same hash at any time.</summary>
    public string Hash => _hash.Value;

    /// <summary>People to put in.</summary>
    public int Adds => Items.Count(item => item.Action is PlanAction.Add);

    /// <summary>People to take out.</summary>
    public int Removals => Items.Count(item => item.Action is PlanAction.Remove);

    /// <summary>Whether applying it would write anything at Apple.</summary>
    public bool ChangesNothing => !Items.Any(item => item.Action is PlanAction.Add or PlanAction.Remove || item.NeedsInvitation);

    /// <summary>Makes the plan. The order of the inputs never matters.</summary>
    /// <exception cref="InvalidOperationException">A side is not complete: no plan from an incomplete read (invariant 13).</exception>
    public static SyncPlan Calculate(PlanInputs inputs)
    {
        if (!inputs.Team.Complete || !inputs.Group.Complete) throw new InvalidOperationException("No plan from an incomplete read (invariant 13).");
        var members = MatchedMember.Match(inputs.Team.Members);
        // Apple can list one address twice in a group only by a fault; the lowest id speaks for it.
        var testers = inputs.Group.Testers
            .Select(tester => (Tester: tester, EmailAddress.TryParse(tester.Email)?.Key))
            .Where(pair => pair.Key is not null)
            .GroupBy(pair => pair.Key!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Tester).MinBy(tester => tester.Id, StringComparer.Ordinal)!, StringComparer.Ordinal);

        var suppressed = SuppressedMembers(members, inputs);
        var ofMembers = members.Select(member => ForMember(member, testers, suppressed, inputs)).ToList();
        ofMembers = CutAtFreePlaces([.. ofMembers.Select(item => Rested(item, inputs))], inputs);
        var byKey = ofMembers.Where(item => item.Reason.Code != PlanReasons.SameAddress.Code).ToLookup(item => item.PersonKey, StringComparer.Ordinal);
        var ofTesters = inputs.Group.Testers.Select(tester => ForTester(tester, byKey, members, inputs)).OfType<PlanItem>().Select(item => Rested(item, inputs));
        PlanItem[] items = [.. ofMembers.Concat(ofTesters).OrderBy(item => item.Action).ThenBy(item => item.PersonKey, StringComparer.Ordinal)
            .ThenBy(item => item.MemberId, StringComparer.Ordinal).ThenBy(item => item.TesterId, StringComparer.Ordinal)];
        return new SyncPlan(items, () => HashOf(inputs, items));
    }

    /// <summary>Whom Apple refused lately is left in peace for a while: neither added, removed nor invited.</summary>
    private static PlanItem Rested(PlanItem item, PlanInputs inputs) => inputs.RestOf(item.PersonKey) is not { } rest ? item
        : item.Action is PlanAction.Add or PlanAction.Remove ? item with { Action = PlanAction.Wait, Reason = PlanReasons.RestingUntil(rest), After = null }
        : item with { NeedsInvitation = false };

    /// <summary>A decision is about a person, so it holds under a new address too; not when that address is somebody else's by now.</summary>
    private static HashSet<string> SuppressedMembers(IReadOnlyList<MatchedMember> members, PlanInputs inputs) => inputs.Ledger.Values
        .Where(known => inputs.Suppressed.Contains(known.PersonKey) && !members.Any(m => m.Reason is null && m.PersonKey == known.PersonKey && m.Member.MemberId != known.MemberId))
        .Select(known => known.MemberId).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private static PlanItem ForMember(MatchedMember member, Dictionary<string, BetaTester> testers, HashSet<string> suppressed, PlanInputs inputs)
    {
        var item = new PlanItem(member.PersonKey, PlanAction.Add, PlanReasons.JoinedTeam)
        {
            MemberId = member.Member.MemberId, Email = member.Member.AppleEmail?.Trim(),
            FirstName = member.Member.FirstName, LastName = member.Member.LastName,
        };
        if (member.Reason is not null) return item with { Action = member.Reason.Code == PlanReasons.NoAppleEmail.Code ? PlanAction.Wait : PlanAction.Skip, Reason = member.Reason };
        inputs.Ledger.TryGetValue(member.PersonKey, out var known);
        var isSuppressed = inputs.Suppressed.Contains(member.PersonKey) || suppressed.Contains(member.Member.MemberId);
        if (testers.TryGetValue(member.PersonKey, out var tester))
        {
            // Apple still lists them, but they are out.
            if (tester.State == "REVOKED") return item with { Action = PlanAction.Skip, Reason = isSuppressed ? PlanReasons.Suppressed : PlanReasons.LeftAtApple, TesterId = tester.Id, State = tester.State };
            var adopt = inputs.Policy.AdoptMatching && known is null or { Origin: MembershipOrigin.PreExisting, RemovedByUs: false };
            return item with
            {
                Action = PlanAction.Keep,
                Reason = adopt ? PlanReasons.Adopted : PlanReasons.InGroup,
                Adopt = adopt,
                TesterId = tester.Id,
                State = tester.State,
                NeedsInvitation = tester.State == "NOT_INVITED" && inputs.HasTestableBuild && !isSuppressed,
            };
        }
        if (isSuppressed) return item with { Action = PlanAction.Skip, Reason = PlanReasons.Suppressed };
        if (known is { Confirmed: true, RemovedByUs: false }) return item with { Action = PlanAction.Skip, Reason = PlanReasons.LeftAtApple };
        return item;
    }

    private static PlanItem? ForTester(BetaTester tester, ILookup<string, PlanItem> byKey, IReadOnlyList<MatchedMember> members, PlanInputs inputs)
    {
        var key = EmailAddress.TryParse(tester.Email)?.Key;
        var item = new PlanItem(key ?? $"tester:{tester.Id}", PlanAction.Skip, PlanReasons.Anonymous)
        {
            TesterId = tester.Id, Email = tester.Email, FirstName = tester.FirstName, LastName = tester.LastName, State = tester.State,
        };
        if (key is null) return item;
        if (byKey.Contains(key)) return null;
        inputs.Ledger.TryGetValue(key, out var known);
        item = item with { MemberId = known?.MemberId };
        if (known is { IsByHand: true, EndPassed: false }) return item with { Reason = PlanReasons.AddedBySupport };
        // Support set the day, so it holds under add-only too; who is in the team by then, under whatever address, is a member like any other.
        if (known is { IsByHand: true }) return members.Any(m => known.MemberId is not null && m.Member.MemberId == known.MemberId) ? AfterAddressChange(item, known.MemberId!, byKey, members) : item with { Action = PlanAction.Remove, Reason = PlanReasons.ManualEnded };
        if (known is not { IsOurs: true }) return item with { Reason = PlanReasons.Unmanaged };
        if (!inputs.Policy.Mirror) return item with { Action = PlanAction.Keep, Reason = PlanReasons.LeftTeamKept };
        return known.MemberId is null ? item with { Action = PlanAction.Remove, Reason = PlanReasons.LeftTeam } : AfterAddressChange(item, known.MemberId, byKey, members);
    }

    /// <summary>A member still in the team under another address: the new one goes in first, and only then the old one out (invariant 22).</summary>
    private static PlanItem AfterAddressChange(PlanItem item, string memberId, ILookup<string, PlanItem> byKey, IReadOnlyList<MatchedMember> members)
    {
        if (!members.Any(member => member.Member.MemberId == memberId)) return item with { Action = PlanAction.Remove, Reason = PlanReasons.LeftTeam };
        // Blank, malformed or another member's: they are still in the team, so nothing is taken from them.
        var now = members.FirstOrDefault(member => member.Member.MemberId == memberId && member.Reason is null);
        if (now is null) return item with { Action = PlanAction.Keep, Reason = PlanReasons.AddressUnclear };
        return byKey[now.PersonKey].First().Action switch
        {
            PlanAction.Keep => item with { Action = PlanAction.Remove, Reason = PlanReasons.AddressChanged },
            PlanAction.Add => item with { Action = PlanAction.Remove, Reason = PlanReasons.AddressChanged, After = now.PersonKey },
            _ => item with { Action = PlanAction.Keep, Reason = PlanReasons.AddressUnclear },
        };
    }

    /// <summary>Whom the app knows takes no new place; of the others, the first by their key get what places there are (invariants 14, 15).</summary>
    private static List<PlanItem> CutAtFreePlaces(List<PlanItem> items, PlanInputs inputs)
    {
        if (inputs.FreePlaces is not { } places) return items;
        var tooMany = items.Where(item => item.Action is PlanAction.Add && inputs.KnownToApp?.Contains(item.PersonKey) is not true).OrderBy(item => item.PersonKey, StringComparer.Ordinal)
            .Skip(Math.Max(0, places)).Select(item => item.PersonKey).ToHashSet(StringComparer.Ordinal);
        return [.. items.Select(item => item.Action is PlanAction.Add && tooMany.Contains(item.PersonKey) ? item with { Action = PlanAction.Wait, Reason = PlanReasons.AppFull } : item)];
    }

    /// <summary>SHA-256 over both snapshots, policy, key version and the decisions, so that the same content has the same hash at any time.</summary>
    private static string HashOf(PlanInputs inputs, IEnumerable<PlanItem> items)
    {
        var content = new Dictionary<string, object?>
        {
            ["team"] = Sorted(inputs.Team.Members.Select(m => $"{m.MemberId}\n{m.AppleEmail?.Trim()}")),
            ["group"] = inputs.Group.GroupId,
            ["testers"] = Sorted(inputs.Group.Testers.Select(t => $"{t.Id}\n{EmailAddress.TryParse(t.Email)?.Key}")),
            ["mirror"] = inputs.Policy.Mirror,
            ["adopt"] = inputs.Policy.AdoptMatching,
            ["limits"] = $"{inputs.Policy.RemovalsAlwaysAllowed} {inputs.Policy.RemovalLimit} {inputs.Policy.RemovalShare:R} {inputs.Policy.RemovalsPerDay} {inputs.Policy.AddLimit} {inputs.Policy.AddShare:R} {inputs.Policy.AddsAlwaysAllowed} {inputs.Policy.AddsPerDay} {inputs.Policy.ShrunkenTeamShare:R}",
            ["key"] = inputs.KeyVersion,
            ["items"] = items.Select(i => $"{i.Action} {i.Reason.Code} {i.PersonKey} {i.TesterId} {i.After} {i.NeedsInvitation}").Cast<object?>().ToArray(),
        };
        return CanonicalJson.Hash(content);
    }

    private static object?[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}
