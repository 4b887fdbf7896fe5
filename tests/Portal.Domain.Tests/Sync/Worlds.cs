using CsCheck;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.Sync;

/// <summary>Worlds of few addresses, so that members, testers and ledger meet in every way; and a group that does what a plan says.</summary>
internal static class Worlds
{
    private static readonly string[] People = ["ana", "bo", "cy", "dee", "eli", "fu", "gus", "hana", "ida"];
    private static readonly Gen<string> Address = Gen.OneOf(People).Select(name => $"{name}@x.org");
    private static readonly Gen<string> State = Gen.OneOf("NOT_INVITED", "INVITED", "ACCEPTED", "INSTALLED", "REVOKED");

    private static readonly Gen<string?> Written = Gen.Frequency(
        (8, Address.Select(address => (string?)address)),
        (2, Address.Select(address => (string?)$" {address.ToUpperInvariant()}")),
        (1, Gen.OneOf<string?>(null, "", "  ")),
        (1, Gen.OneOf<string?>("nobody", "x@y")));

    private static readonly Gen<TeamSnapshot> Team = Written.Array[0, 10].Select(Gen.Shuffle(Enumerable.Range(1, 10).ToArray()), (addresses, ids) =>
        new TeamSnapshot([.. addresses.Select((address, i) => new Member(i + 1, $"m{ids[i]}", address) { FirstName = $"F{ids[i]}" })], Plans.Then, null));

    private static readonly Gen<GroupSnapshot> Group = Gen.Select(Address.HashSet[0, 8], State.Array[9], Gen.Int[0, 2], (addresses, states, anonymous) => new GroupSnapshot("g",
    [
        .. addresses.Select((address, i) => new BetaTester($"t{i}", address, null, null, "EMAIL", states[i])),
        .. Enumerable.Range(0, anonymous).Select(i => new BetaTester($"a{i}", null, null, null, "PUBLIC_LINK", "INSTALLED")),
    ], Plans.Then, null));

    private static readonly Gen<LedgerEntry> Entry = Gen.Select(Address, Gen.Int[0, 11], Gen.Enum<MembershipOrigin>(), Gen.Bool, Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))), Gen.Bool,
        (key, member, origin, seen, removed, ended) => new LedgerEntry(key, member == 0 ? null : $"m{member}", origin, seen, removed, ended));

    private static readonly Gen<SyncPolicy> Policy = Gen.Select(Gen.Frequency((3, Gen.Const(true)), (1, Gen.Const(false))), Gen.Bool, (mirror, adopt) => new SyncPolicy { Mirror = mirror, AdoptMatching = adopt });

    public static readonly Gen<PlanInputs> Any = Gen.Select(Team, Group, Entry.Array[0, 9], Address.HashSet[0, 2], Policy, Gen.Int[-4, 5], Gen.Bool, (team, group, ledger, suppressed, policy, places, build) =>
        new PlanInputs(team, group, ledger.DistinctBy(entry => entry.PersonKey).ToDictionary(entry => entry.PersonKey), suppressed, policy, 1, places < 0 ? null : places, build));

    /// <summary>The same people in another order.</summary>
    public static PlanInputs Shuffle(PlanInputs inputs, int seed)
    {
        var random = new Random(seed);
        T[] Mixed<T>(IEnumerable<T> all) => [.. all.OrderBy(_ => random.Next())];
        return inputs with
        {
            Team = inputs.Team with { Members = Mixed(inputs.Team.Members) },
            Group = inputs.Group with { Testers = Mixed(inputs.Group.Testers) },
            Ledger = Mixed(inputs.Ledger.Values).ToDictionary(entry => entry.PersonKey),
            Suppressed = Mixed(inputs.Suppressed).ToHashSet(),
        };
    }

    /// <summary>Apple and the ledger after every item of the plan succeeded.</summary>
    public static PlanInputs Apply(PlanInputs inputs, SyncPlan plan)
    {
        var testers = inputs.Group.Testers.ToDictionary(tester => tester.Id);
        var ledger = inputs.Ledger.ToDictionary();
        foreach (var item in plan.Items)
        {
            var known = ledger.GetValueOrDefault(item.PersonKey);
            if (item.Action is PlanAction.Add)
            {
                testers[$"new-{item.PersonKey}"] = new BetaTester($"new-{item.PersonKey}", item.Email, null, null, "EMAIL", inputs.HasTestableBuild ? "INVITED" : "NOT_INVITED");
                ledger[item.PersonKey] = new LedgerEntry(item.PersonKey, item.MemberId, MembershipOrigin.Sync, Confirmed: true, RemovedByUs: false);
            }
            else if (item.Action is PlanAction.Remove)
            {
                testers.Remove(item.TesterId!);
                ledger[item.PersonKey] = known! with { RemovedByUs = true };
            }
            else if (item is { Action: PlanAction.Keep, TesterId: { } id })
            {
                known = (known ?? new LedgerEntry(item.PersonKey, null, MembershipOrigin.PreExisting, true, false)) with { MemberId = item.MemberId ?? known?.MemberId };
                ledger[item.PersonKey] = item.Adopt ? known with { Origin = MembershipOrigin.Adopted, RemovedByUs = false } : known;
                if (item.NeedsInvitation) testers[id] = testers[id] with { State = "INVITED" };
            }
        }
        return inputs with { Group = inputs.Group with { Testers = [.. testers.Values] }, Ledger = ledger, FreePlaces = inputs.FreePlaces - plan.Adds };
    }

    public static string Print(PlanInputs inputs) => string.Join('\n',
        "team   " + string.Join(' ', inputs.Team.Members.Select(m => $"{m.MemberId}='{m.AppleEmail}'")),
        "group  " + string.Join(' ', inputs.Group.Testers.Select(t => $"{t.Id}={t.Email}/{t.State}")),
        "ledger " + string.Join(' ', inputs.Ledger.Values.Select(e => $"{e.PersonKey}/{e.Origin}/{e.MemberId}{(e.Confirmed ? "" : "/unseen")}{(e.RemovedByUs ? "/removed" : "")}")),
        $"suppressed {string.Join(' ', inputs.Suppressed)}, mirror {inputs.Policy.Mirror}, adopt {inputs.Policy.AdoptMatching}, places {inputs.FreePlaces}, build {inputs.HasTestableBuild}");
}
