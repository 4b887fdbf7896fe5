using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Audit.Merkle;
using Portal.Domain.Audit.Proof;
using Portal.Domain.SignIn;
using Portal.Services.Audit.Proof;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Audit;

/// <summary>Shows that the record is whole: reading all of it, signed checkpoints, and proofs for those who do not want to believe.</summary>
public sealed class AuditProofService
{
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly AccessGuard _guard;
    private readonly AuditProofParts _parts;

    internal AuditProofService(Database database, AuditLog audit, AccessGuard guard, AuditProofParts parts) => (_database, _audit, _guard, _parts) = (database, audit, guard, parts);

    /// <summary>How the record stands, and how far a reading of it is.</summary>
    /// <param name="actor">Needs <see cref="Permission.ReadWholeAudit"/>.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<AuditVerificationState> StateAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadWholeAudit, cancel);
        var (running, read, of) = _parts.Progress;
        await using var db = _database.Open();
        var last = await db.AuditVerifications.AsNoTracking().OrderByDescending(v => v.At).ThenByDescending(v => v.Id).FirstOrDefaultAsync(cancel);
        var pending = db.AuditEvents.Where(e => e.Leaf == null && e.RefusedAt == null);
        var oldest = await pending.MinAsync(e => (DateTimeOffset?)e.At, cancel);
        return new AuditVerificationState(running, read, of, last is null ? null : JsonSerializer.Deserialize<AuditVerification>(last.Result))
        {
            Size = await AuditTiles.SizeAsync(db, cancel), Checkpoint = await _parts.Signer.LastAsync(db, cancel),
            Pending = await pending.CountAsync(cancel), Lag = oldest is { } at && _parts.Time.GetUtcNow() - at is { Ticks: > 0 } lag ? lag : TimeSpan.Zero,
        };
    }

    /// <summary>Reads the whole record and says what is wrong with it. Joins a reading that is under way here. What it found is an event.</summary>
    /// <param name="actor">Needs <see cref="Permission.ReadWholeAudit"/>.</param>
    /// <param name="cancel">Stops waiting; the reading goes on.</param>
    public async Task<AuditVerification> VerifyAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadWholeAudit, cancel);
        return await _parts.Join(() => ReadAsync(actor)).WaitAsync(cancel);
    }

    /// <summary>Has a checkpoint signed now; the last one again when nothing was added.</summary>
    /// <param name="actor">Needs <see cref="Permission.ReadWholeAudit"/>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ProblemException">The record contradicts what was signed before.</exception>
    public async Task<CheckpointView> SignAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadWholeAudit, cancel);
        await _audit.WriteAsync(new AuditEntry(AuditCodes.CheckpointAsked, actor, "audit", null), cancel);
        return await _parts.Signer.SignAsync(cancel);
    }

    /// <summary>The last checkpoint.</summary>
    /// <param name="actor">Needs <see cref="Permission.ReadWholeAudit"/>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ProblemException"><c>audit-no-checkpoint</c>.</exception>
    public async Task<CheckpointView> CheckpointAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadWholeAudit, cancel);
        await using var db = _database.Open();
        return await _parts.Signer.LastAsync(db, cancel) ?? throw new ProblemException(AuditProofProblems.NoCheckpoint);
    }

    /// <summary>That an event is in the record, up to the last checkpoint.</summary>
    /// <param name="id">The event.</param>
    /// <param name="actor">Needs <see cref="Permission.ReadWholeAudit"/>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ProblemException">No such event, or none that a checkpoint covers.</exception>
    public async Task<InclusionProof> ProveInclusionAsync(Guid id, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadWholeAudit, cancel);
        await using var db = _database.Open();
        var row = await db.AuditEvents.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancel) ?? throw new ProblemException(AuditProblems.NoSuchEvent);
        if (row.Leaf is not { } leaf) throw new ProblemException(AuditProofProblems.NotInRecord);
        var checkpoint = await _parts.Signer.LastAsync(db, cancel);
        if (checkpoint is null || checkpoint.Size <= leaf) throw new ProblemException(AuditProofProblems.NoCheckpoint);
        var hashes = await HashesAsync(db, MerkleProof.Inclusion(leaf, checkpoint.Size), cancel);
        return new InclusionProof(id, leaf, Convert.ToHexStringLower(MerkleHash.Leaf(row.Payload)), [.. hashes.Select(Convert.ToHexStringLower)], checkpoint);
    }

    /// <summary>That the record of one size begins with the record of another.</summary>
    /// <param name="from">The smaller size, above zero.</param>
    /// <param name="to">The larger size.</param>
    /// <param name="actor">Needs <see cref="Permission.ReadWholeAudit"/>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ProblemException"><c>audit-no-such-sizes</c>.</exception>
    public async Task<ConsistencyProof> ProveConsistencyAsync(long from, long to, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.ReadWholeAudit, cancel);
        await using var db = _database.Open();
        if (from < 1 || from > to || to > await AuditTiles.SizeAsync(db, cancel)) throw new ProblemException(AuditProofProblems.NoSuchSizes);
        var hashes = await HashesAsync(db, [new MerkleRange(0, from), new MerkleRange(0, to), .. MerkleProof.Consistency(from, to)], cancel);
        return new ConsistencyProof(from, Convert.ToHexStringLower(hashes[0]), to, Convert.ToHexStringLower(hashes[1]), [.. hashes.Skip(2).Select(Convert.ToHexStringLower)]);
    }

    private static async Task<IReadOnlyList<byte[]>> HashesAsync(PortalDbContext db, IReadOnlyList<MerkleRange> ranges, CancellationToken cancel)
    {
        try
        {
            return await AuditTiles.HashesAsync(db, ranges, cancel);
        }
        catch (InvalidDataException)
        {
            throw new ProblemException(AuditProofProblems.TreeBroken("some of its stored hashes are gone."));
        }
    }

    private async Task<AuditVerification> ReadAsync(Actor actor)
    {
        var found = await _parts.Reading.RunAsync(_parts.Tell, CancellationToken.None);
        await using var db = _database.Open();
        db.AuditVerifications.Add(new AuditVerificationRow { Id = Guid.CreateVersion7(), At = found.At, Result = JsonSerializer.Serialize(found) });
        _audit.Append(db, new AuditEntry(found.IsWhole ? AuditCodes.AuditVerified : AuditCodes.AuditVerifyFailed, actor, "audit", null)
        {
            Facts = new Dictionary<string, object?>
            {
                ["events"] = found.Events, ["wholeUpTo"] = found.WholeUpTo, ["covered"] = found.Covered, ["refused"] = found.Refused, ["erased"] = found.Erased,
                ["damage"] = found.Findings.Select(f => (object?)$"{f.Damage} {f.Leaf}"),
            },
        });
        await db.SaveChangesAsync();
        await _parts.Findings.SayAsync(AuditFindings.Verification, found.IsWhole ? null : AuditProofProblems.Damaged(found.Findings[0]), CancellationToken.None);
        return found;
    }
}
