using Portal.Domain.TestFlight;

namespace Portal.Domain.Sync.Foreign;

/// <summary>What a comparison is made from.</summary>
/// <param name="Before">The group as last seen; null: never.</param>
/// <param name="Now">The group as read.</param>
/// <param name="Acts">What the portal did since, and what it did before that nobody knows the fate of.</param>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Lag">How long Apple may show what was before.</param>
public sealed record GroupLook(IReadOnlyList<SeenMember>? Before, IReadOnlyList<BetaTester> Now, IReadOnlyList<OwnAct> Acts, DateTimeOffset ReadAt, TimeSpan Lag)
{
    /// <summary>Tester ids whose coming or going was noted within the lag: what contradicts it may be old.</summary>
    public IReadOnlySet<string> JustNoted { get; init; } = new HashSet<string>();

    /// <summary>Tester ids, of those who went, whom the app does not know any more or shows as revoked.</summary>
    public IReadOnlySet<string> LeftTesting { get; init; } = new HashSet<string>();
}

/// <summary>
/// Tells other hands from ours (invariant 40, F38): members who came or went since the group was last seen, less what the portal wrote.
/// <list type="table">
/// <item><term>came, nothing of ours</term><description>Added; by the public link where Apple says so</description></item>
/// <item><term>went, nothing of ours</term><description>Removed; LeftTesting where the app has lost them too (F28), unless more than ten went in one reading: that is a script</description></item>
/// <item><term>our add seen in, now out</term><description>as went; our removal seen out, now in: as came</description></item>
/// <item><term>something of ours without a known end</term><description>ours, either way</description></item>
/// <item><term>contradicts what was seen or done within Apple's read lag</term><description>left to the next reading</description></item>
/// </list>
/// </summary>
/// <param name="Changes">Those that were not ours.</param>
/// <param name="Members">Whom the group is taken to hold from now on.</param>
public sealed record GroupComparison(IReadOnlyList<ForeignChange> Changes, IReadOnlyList<SeenMember> Members)
{
    /// <summary>More people than this do not stop testing between two readings.</summary>
    public const int MostWhoLeave = 10;

    /// <summary>Compares. The order of the inputs never matters.</summary>
    public static GroupComparison Of(GroupLook look)
    {
        var now = look.Now.DistinctBy(t => t.Id).ToDictionary(t => t.Id, StringComparer.Ordinal);
        if (look.Before is null) return new([], [.. now.Values.Select(SeenOf).OrderBy(m => m.TesterId, StringComparer.Ordinal)]);
        var before = look.Before.ToDictionary(m => m.TesterId, StringComparer.Ordinal);
        var acts = look.Acts.ToLookup(act => act.PersonKey, StringComparer.Ordinal);
        var changes = new List<ForeignChange>();
        var members = new List<SeenMember>();
        var added = look.Acts.Where(act => act is { Action: PlanAction.Add, TesterId: not null }).Select(act => new SeenMember(act.TesterId!, act.PersonKey));
        foreach (var (id, key) in now.Values.Select(SeenOf).Concat(before.Values).Concat(added).DistinctBy(m => m.TesterId).OrderBy(m => m.TesterId, StringComparer.Ordinal))
        {
            var isIn = now.TryGetValue(id, out var tester);
            var (takenAsIn, isForeign) = Judge(look, id, before.ContainsKey(id), isIn, key is null ? null : acts[key].Where(act => Concerns(act, id)).MaxBy(act => (act.At, !act.IsSettled)));
            if (takenAsIn) members.Add(new(id, key));
            if (isForeign) changes.Add(new(id, key, isIn ? CameBy(tester!) : ForeignChangeKind.Removed));
        }
        var left = changes.Where(change => change.Kind is ForeignChangeKind.Removed && look.LeftTesting.Contains(change.TesterId)).ToList();
        if (left.Count > MostWhoLeave) left = [];
        return new([.. changes.Select(change => left.Contains(change) ? change with { Kind = ForeignChangeKind.LeftTesting } : change)], members);
    }

    private static (bool TakenAsIn, bool IsForeign) Judge(GroupLook look, string id, bool wasIn, bool isIn, OwnAct? act)
    {
        if (act is { IsSettled: false }) return (isIn, false);
        var expected = act is null ? wasIn : act.Action is PlanAction.Add;
        if (isIn == expected) return (isIn, false);
        var mayBeOld = look.JustNoted.Contains(id) || act is not null && look.ReadAt - act.At < look.Lag;
        return mayBeOld ? (expected, false) : (isIn, true);
    }

    private static bool Concerns(OwnAct act, string testerId) => act.TesterId is null || act.TesterId == testerId;

    private static ForeignChangeKind CameBy(BetaTester tester) => tester.InviteType == "PUBLIC_LINK" ? ForeignChangeKind.JoinedByPublicLink : ForeignChangeKind.Added;

    private static SeenMember SeenOf(BetaTester tester) => new(tester.Id, EmailAddress.TryParse(tester.Email)?.Key);
}
