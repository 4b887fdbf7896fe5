using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Mirror;

namespace Portal.Services.Sync;

/// <summary>Tester ids by matching key of whom the app knows.</summary>
/// <param name="Asked">Keys Apple was asked about in this cycle; null: about everyone. Of others, an id may be out of date and its absence means nothing.</param>
internal sealed record KnownTesters(IReadOnlyDictionary<string, string> Ids, IReadOnlySet<string>? Asked)
{
    public static readonly KnownTesters None = new(new Dictionary<string, string>(), new HashSet<string>());

    public bool IsFresh(string key) => Asked is null || Asked.Contains(key);

    public IReadOnlySet<string> Keys => Ids.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>With what a look-up found.</summary>
    public KnownTesters With(IReadOnlyCollection<string> asked, IEnumerable<BetaTester> found)
    {
        var ids = Ids.Where(pair => !asked.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (key, id) in ByKey(found)) ids[key] = id;
        return new(ids, Asked is null ? null : Asked.Concat(asked).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Of two testers with one address the lower id speaks, as in the plan.</summary>
    public static Dictionary<string, string> ByKey(IEnumerable<BetaTester> testers) => testers.Select(t => (EmailAddress.TryParse(t.Email)?.Key, t.Id)).Where(t => t.Key is not null)
        .GroupBy(t => t.Key!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(t => t.Id).Min(StringComparer.Ordinal)!, StringComparer.Ordinal);
}

/// <summary>Tells whom of the people to add the app knows already: they need no new tester and, where it is full, no place (invariant 15).</summary>
internal sealed class KnownTesterReader(AppStoreConnectClient apple, TesterReads reads, TesterMirror mirror)
{
    /// <summary>What is known without asking, and the free places where people come whom the app may not know. Asks about them only where places are short.</summary>
    public async Task<(KnownTesters Known, int? FreePlaces)> ReadAsync(GroupReading reading, Membership membership, SyncPlan plan, CancellationToken cancel)
    {
        var adds = plan.Items.Where(item => item.Action is PlanAction.Add).ToList();
        if (adds.Count == 0) return (KnownTesters.None, null);
        var known = membership.App is { } all ? new KnownTesters(KnownTesters.ByKey(all), null)
            : new KnownTesters(await mirror.IdsAsync(reading.Place, cancel), new HashSet<string>());
        var strangers = adds.Where(item => !known.Ids.ContainsKey(item.PersonKey)).ToList();
        if (strangers.Count == 0) return (known, null);
        var total = membership.App?.Count ?? await apple.CountTestersAsync(reading.For("count testers"), reading.Link.AppId, cancel);
        // Not known when Apple leaves the total out.
        if (total is null) return (known, null);
        var free = Math.Max(0, TestFlightLimits.ExternalTestersPerApp - total.Value);
        if (free < strangers.Count && membership.App is null) known = await LookUpAsync(reading.For("look up testers"), reading.Place, reading.Probe, known, strangers.Select(item => item.Email), cancel);
        return (known, free);
    }

    /// <summary>Asks Apple about these people, by address or by reading the app where that takes fewer requests.</summary>
    public async Task<KnownTesters> LookUpAsync(KeyUse use, MirrorPlace place, AppProbe probe, KnownTesters known, IEnumerable<string?> emails, CancellationToken cancel)
    {
        var addresses = emails.Select(EmailAddress.TryParse).OfType<EmailAddress>().Distinct().ToList();
        if (addresses.Count == 0) return known;
        if (ReadChoice.Of(new([], apple.LookUps(addresses), probe.Testers)).Way is ReadWay.App)
        {
            var app = await reads.AppAsync(use, place, probe.Groups.Keys, cancel);
            return app.Complete ? new(KnownTesters.ByKey(app.Items), null) : throw Short(app);
        }
        var found = await reads.PeopleAsync(use, place, addresses, cancel);
        return found.Complete ? known.With([.. addresses.Select(a => a.Key)], found.Items) : throw Short(found);
    }

    private static AppleException Short<T>(Reading<T> read) => new(read.Because ?? SyncProblems.ShortRead("The app's testers"), FailureReach.Passing);
}
