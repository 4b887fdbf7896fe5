using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>What a check of the schedule read before it plans.</summary>
internal sealed record BothSides(CredentialRow Credential, ProbedGroup Group, MirrorPlace Place, TeamSnapshot Team);

/// <summary>
/// Remembers on what each link's last check rested that found nothing to do, so that the next one need not load and plan thousands
/// of people to find nothing again. Where anything it rested on may be otherwise, the check plans: it never saves a read of either side.
/// </summary>
internal sealed class QuietChecks(Database database, TesterMirror mirror, TimeProvider time)
{
    // Another machine's clock may be behind.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Guid, Footing> _last = new();
    private int _held;

    /// <summary>How many checks planned nothing because all was as before.</summary>
    public int Held => _held;

    /// <summary>Whether team, group, mirror, key, and all that people and runs wrote about the link are as they were when its last check found nothing to do.</summary>
    public async Task<bool> IsAsBeforeAsync(SyncLinkRow link, LinkLease lease, BothSides now, CancellationToken cancel)
    {
        // Whoever works on a link takes its lease, and that number grows by one: nobody did since.
        if (!_last.TryGetValue(link.Id, out var last) || link.State is not LinkState.Active || lease.Number != last.Lease + 1
            || time.GetUtcNow() >= last.Until || !last.Is(link, now, mirror.ChangesOf(now.Place, link.GroupId)) || await WasTouchedAsync(link.Id, last.From, cancel))
        {
            _last.TryRemove(link.Id, out _);
            return false;
        }
        _last[link.Id] = last with { Lease = lease.Number };
        Interlocked.Increment(ref _held);
        return true;
    }

    /// <summary>After a check that found nothing to do. What waits for a time, for Apple or for a place in the app is not remembered.</summary>
    /// <param name="from">When it began.</param>
    /// <param name="mirrorChanges">Of the group's mirror, before it was read.</param>
    public async Task RememberAsync(SyncLinkRow link, Cycle cycle, LinkLease lease, DateTimeOffset from, int mirrorChanges, CancellationToken cancel)
    {
        if (link is not { SourceKind: SourceKind.DataPackage, State: LinkState.Active } || cycle.Reading.Probed.Group.TesterCount is null || !cycle.Plan.ChangesNothing || cycle.Verdict is not SyncVerdict.Proceed
            || cycle.Plan.Items.Any(i => i.State == "NOT_INVITED" || i.Action is PlanAction.Wait && i.Reason.Code != PlanReasons.NoAppleEmail.Code)) return;
        await using var db = database.Open();
        if (await db.PersonRests.AnyAsync(r => r.LinkId == link.Id, cancel)
            || await db.RunItems.AnyAsync(i => i.Outcome == ItemOutcome.PendingAtApple && db.Runs.Any(r => r.Id == i.RunId && r.LinkId == link.Id), cancel)) return;
        var ends = await db.Memberships.Where(m => m.LinkId == link.Id && m.EndsAt > from).MinAsync(m => m.EndsAt, cancel);
        var until = await db.Suppressions.Where(s => s.LinkId == link.Id && s.Until > from).MinAsync(s => s.Until, cancel);
        DateTimeOffset[] times = [cycle.Inputs.Group.ReadAt + MembershipReader.ExactEvery, ends ?? DateTimeOffset.MaxValue, until ?? DateTimeOffset.MaxValue];
        _last[link.Id] = new Footing(lease.Number, from, times.Min(), link.CredentialId, cycle.Inputs.KeyVersion, cycle.Reading.Probed.Group, cycle.Reading.Probed.BuildsMark, cycle.Inputs.Team.Members, mirrorChanges);
    }

    // Every act of a person on a link is audited in its own transaction.
    private async Task<bool> WasTouchedAsync(Guid linkId, DateTimeOffset since, CancellationToken cancel)
    {
        var from = since - Skew;
        await using var db = database.Open();
        return await db.AuditEvents.AnyAsync(e => e.LinkId == linkId && e.At >= from, cancel);
    }

    private sealed record Footing(long Lease, DateTimeOffset From, DateTimeOffset Until, Guid CredentialId, int KeyVersion, BetaGroup Group, string Builds, IReadOnlyList<Member> Team, int MirrorChanges)
    {
        // A team that came byte for byte as before is the same list.
        public bool Is(SyncLinkRow link, BothSides now, int mirrorChanges) => CredentialId == link.CredentialId && KeyVersion == now.Credential.ActiveVersion && MirrorChanges == mirrorChanges
            && ReferenceEquals(Team, now.Team.Members) && Group == now.Group.Group && Builds == now.Group.BuildsMark;
    }
}
