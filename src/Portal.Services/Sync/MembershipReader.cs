using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>A link's group being read: what every step needs.</summary>
internal sealed record GroupReading(SyncLinkRow Link, Reader Reader, KeyUse Use, MirrorPlace Place, AppProbe Probe, ProbedGroup Probed)
{
    public KeyUse For(string purpose) => Use with { Purpose = $"{Use.Purpose}: {purpose}" };
}

/// <summary>Who is in the group.</summary>
/// <param name="ReadAt">When all of it was last read.</param>
/// <param name="IsExact">Whether that was for this cycle.</param>
/// <param name="App">Every tester of the app, where they were read.</param>
internal sealed record Membership(IReadOnlyList<BetaTester> Testers, DateTimeOffset ReadAt, bool IsExact, IReadOnlyList<BetaTester>? App = null);

/// <summary>
/// Says who is in a group in the fewest requests: from the mirror while the probe's count agrees with it and all of it was read
/// within six hours, else by reading the group, or the whole app where several of its groups are due.
/// </summary>
internal sealed class MembershipReader(Database database, TesterReads reads, TesterMirror mirror, TimeProvider time)
{
    /// <summary>How old the last exact read may be while the schedule plans from the mirror.</summary>
    public static readonly TimeSpan ExactEvery = TimeSpan.FromHours(6);
    private readonly ConcurrentDictionary<(Guid, string), SemaphoreSlim> _reading = [];

    /// <exception cref="CycleException">What was read is not whole (invariant 13).</exception>
    public async Task<Membership> ReadAsync(GroupReading reading, TeamSnapshot team, CancellationToken cancel)
    {
        if (await FromMirrorAsync(reading, cancel) is { } kept) return kept;
        var gate = _reading.GetOrAdd((reading.Link.CredentialId, reading.Link.AppId), _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancel);
        try
        {
            // Somebody else of the same app may have read all of it meanwhile.
            return await FromMirrorAsync(reading, cancel) ?? await FromAppleAsync(reading, team, cancel);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Membership?> FromMirrorAsync(GroupReading reading, CancellationToken cancel)
    {
        var (place, groupId) = (reading.Place, reading.Link.GroupId);
        if (reading.Probed.Group.TesterCount is not { } count) return null;
        var kept = await mirror.GroupAsync(place, groupId, cancel);
        if (kept.ExactAt is not { } exactAt) return null;
        var isExact = exactAt >= reading.Reader.Since;
        if (!isExact && (reading.Reader.Exact || time.GetUtcNow() - exactAt >= ExactEvery)) return null;
        if (!isExact && await LookAtPendingAsync(reading, cancel)) kept = await mirror.GroupAsync(place, groupId, cancel);
        // A count that differs is the hint that somebody else wrote: then nothing but the group itself is believed.
        return kept.Testers.Count == count ? new(kept.Testers, exactAt, isExact) : null;
    }

    /// <summary>What earlier runs left pending is looked at again, person by person.</summary>
    private async Task<bool> LookAtPendingAsync(GroupReading reading, CancellationToken cancel)
    {
        await using var db = database.Open();
        var pending = await db.RunItems.AsNoTracking().Where(i => i.Outcome == ItemOutcome.PendingAtApple && i.Email != null
            && db.Runs.Any(r => r.Id == i.RunId && r.LinkId == reading.Link.Id && r.FinishedAt != null)).Select(i => i.Email).Distinct().ToListAsync(cancel);
        var addresses = pending.Select(EmailAddress.TryParse).OfType<EmailAddress>().Distinct().ToList();
        if (addresses.Count == 0) return false;
        var read = await reads.PeopleAsync(reading.For("look again at what is pending"), reading.Place, addresses, cancel);
        return read.Complete ? true : throw Short(read, "The people still pending");
    }

    private async Task<Membership> FromAppleAsync(GroupReading reading, TeamSnapshot team, CancellationToken cancel)
    {
        var (place, groupId, at) = (reading.Place, reading.Link.GroupId, time.GetUtcNow());
        IReadOnlyList<BetaTester>? all = null;
        if (ReadChoice.Of(await NeedsAsync(reading, team, cancel)).Way is ReadWay.App)
        {
            var app = await reads.AppAsync(reading.For("read testers of the app"), place, reading.Probe.Groups.Keys, cancel);
            if (!app.Complete) throw Short(app, "The app's testers");
            all = app.Items;
            var members = all.Where(t => t.GroupIds.Contains(groupId)).ToList();
            if (members.Count == reading.Probed.Group.TesterCount) return new(members, at, IsExact: true, all);
        }
        var read = await reads.GroupAsync(reading.For("read testers"), place, groupId, cancel);
        return read.Complete ? new(read.Items, at, IsExact: true, all) : throw Short(read, "The group");
    }

    /// <summary>This group and those of the app's other links that are due for an exact read too; and whom nobody knows the app to know.</summary>
    private async Task<ReadNeeds> NeedsAsync(GroupReading reading, TeamSnapshot team, CancellationToken cancel)
    {
        var count = reading.Probed.Group.TesterCount;
        List<int?> groups = [count];
        if (!reading.Reader.Exact) groups.AddRange(await DueTooAsync(reading, cancel));
        if (reading.Reader.OnlyLooks || reading.Probe.Testers is null) return new(groups, 0, reading.Probe.Testers);
        var ids = await mirror.IdsAsync(reading.Place, cancel);
        var mirrored = (await mirror.GroupAsync(reading.Place, reading.Link.GroupId, cancel)).Testers.Count;
        var unknown = team.Members.Select(m => EmailAddress.TryParse(m.AppleEmail)).OfType<EmailAddress>().Distinct().Where(a => !ids.ContainsKey(a.Key)).ToList();
        // Members of the group that the mirror has not seen are most likely among them.
        var joiners = Math.Max(0, unknown.Count - Math.Max(0, count.GetValueOrDefault() - mirrored));
        return new(groups, reads.LookUps(unknown.Take(joiners)), reading.Probe.Testers);
    }

    private async Task<List<int?>> DueTooAsync(GroupReading reading, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await using var db = database.Open();
        var others = await db.Links.AsNoTracking().Where(l => l.CredentialId == reading.Link.CredentialId && l.AppId == reading.Link.AppId && l.Id != reading.Link.Id
            && l.NextDueAt <= now && (l.State == LinkState.Active || l.State == LinkState.Paused || l.State == LinkState.Blocked)).Select(l => l.GroupId).ToListAsync(cancel);
        if (others.Count == 0) return [];
        var read = await mirror.GroupsAsync(reading.Place, cancel);
        return [.. others.Where(id => reading.Probe.Groups.ContainsKey(id) && !(now - read.GetValueOrDefault(id)?.ExactAt < ExactEvery)).Select(id => reading.Probe.Groups[id].Group.TesterCount)];
    }

    private static CycleException Short<T>(Reading<T> read, string what) => new(read.Because ?? SyncProblems.ShortRead(what), blocks: false);
}
