using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit.Merkle;
using Portal.Domain.Audit.Proof;
using Portal.Services.Data;

namespace Portal.Services.Audit.Proof;

/// <summary>Names what was done where an event is not the one whose hash the tree holds: by whether each is found elsewhere nearby.</summary>
internal static class AuditMismatch
{
    private const int Near = 4096;

    public static async Task<AuditFinding> NameAsync(PortalDbContext db, AuditEventRow row, byte[] hash, byte[]? stored, CancellationToken cancel)
    {
        var leaf = row.Leaf!.Value;
        var hashes = (await AuditTiles.LeavesAsync(db, leaf - Near, leaf + Near, cancel)).Values;
        var isKnown = hashes.Any(one => one.AsSpan().SequenceEqual(hash));
        var payloads = await db.AuditEvents.AsNoTracking().Where(e => e.Leaf > leaf - Near && e.Leaf < leaf + Near).Select(e => e.Payload).ToListAsync(cancel);
        var isThere = stored is not null && payloads.Any(payload => MerkleHash.Leaf(payload).AsSpan().SequenceEqual(stored));
        var (damage, words) = (isKnown, isThere) switch
        {
            (true, true) => (AuditDamage.Reordered, $"Event {leaf:N0} is another one than was written there; both are in the record, in another order."),
            (true, false) => (AuditDamage.Missing, $"Event {leaf:N0} is gone, and the next ones were moved up."),
            (false, true) => (AuditDamage.Inserted, $"Event {leaf:N0} was put in between."),
            _ => (AuditDamage.Altered, $"Event {leaf:N0} is not as it was written."),
        };
        return new AuditFinding(damage, leaf, words) { EventId = row.Id };
    }
}
