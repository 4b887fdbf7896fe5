using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect.Mirror;

/// <summary>Complete reads of testers in the cheapest way, each of which brings the mirror up to date.</summary>
internal sealed class TesterReads(AppStoreConnectClient apple, TesterMirror mirror, TimeProvider time)
{
    /// <summary>How many requests a look-up of these addresses takes.</summary>
    public int LookUps(IEnumerable<EmailAddress> addresses) => apple.LookUps(addresses);

    /// <summary>Everyone in a group.</summary>
    public async Task<Reading<BetaTester>> GroupAsync(KeyUse use, MirrorPlace place, string groupId, CancellationToken cancel)
    {
        var at = time.GetUtcNow();
        var read = await apple.ListGroupTestersAsync(use, groupId, cancel);
        if (read.Complete) await mirror.LearnGroupAsync(place, groupId, read.Items, at, cancel);
        return read;
    }

    /// <summary>Everyone of the app, with their groups.</summary>
    public async Task<Reading<BetaTester>> AppAsync(KeyUse use, MirrorPlace place, IEnumerable<string> groupIds, CancellationToken cancel)
    {
        var at = time.GetUtcNow();
        var read = await apple.ListAppTestersAsync(use, place.AppId, cancel);
        if (read.Complete) await mirror.LearnAppAsync(place, groupIds, read.Items, at, cancel);
        return read;
    }

    /// <summary>Those of these people whom the app knows, with their groups.</summary>
    public async Task<Reading<BetaTester>> PeopleAsync(KeyUse use, MirrorPlace place, IReadOnlyList<EmailAddress> addresses, CancellationToken cancel)
    {
        if (addresses.Count == 0) return new([], true, null);
        var at = time.GetUtcNow();
        var read = await apple.FindTestersAsync(use, place.AppId, addresses, cancel);
        if (read.Complete) await mirror.LearnPeopleAsync(place, [.. addresses.Select(a => a.Key)], read.Items, at, cancel);
        return read;
    }

    /// <summary>Who of these people is in the group: they are looked up, or the group is read where that takes fewer requests.</summary>
    /// <param name="members">Testers the group is thought to have.</param>
    /// <returns>Testers of the group; more than asked about where the group was read.</returns>
    public async Task<Reading<BetaTester>> InGroupAsync(KeyUse use, MirrorPlace place, string groupId, IReadOnlyList<EmailAddress> addresses, int? members, CancellationToken cancel)
    {
        if (addresses.Count == 0) return new([], true, null);
        if (ReadChoice.OfReadBack(apple.LookUps(addresses), members).Way is ReadWay.Groups) return await GroupAsync(use, place, groupId, cancel);
        var found = await PeopleAsync(use, place, addresses, cancel);
        return found with { Items = [.. found.Items.Where(t => t.GroupIds.Contains(groupId))] };
    }
}
