using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Domain;
using Portal.Domain.Audit.Merkle;
using Portal.Domain.Audit.Proof;
using Portal.Services.Data;

namespace Portal.Services.Audit.Proof;

/// <summary>
/// Signs checkpoints. It signs nothing that goes back behind, or contradicts, the last one in the database or outside it, and
/// nothing whose new events are not what the tree holds.
/// </summary>
internal sealed class CheckpointSigner(Database database, AuditKeys keys, CheckpointFile file, AuditFindings findings, TimeProvider time, ILogger<CheckpointSigner> log)
{
    private const int Batch = 1000;
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>The last checkpoint, of any machine; null before the first.</summary>
    public async Task<CheckpointView?> LastAsync(PortalDbContext db, CancellationToken cancel) =>
        await db.AuditCheckpoints.AsNoTracking().OrderByDescending(c => c.Size).FirstOrDefaultAsync(cancel) is { } row ? View(row) : null;

    public CheckpointView? View(AuditCheckpointRow row) => keys.Check(row.Note) is { } said
        ? new CheckpointView(said.Size, Convert.ToHexStringLower(said.Root), row.At, row.Note) { VerifierKey = keys.Verifier.ToString() } : null;

    /// <summary>Signs the record as it stands; gives the last one again when nothing was added.</summary>
    /// <exception cref="ProblemException">Refused; it is an alert, too. <c>audit-no-checkpoint</c>: there is nothing to sign.</exception>
    public async Task<CheckpointView> SignAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var signed = await SignOneAsync(cancel);
            await findings.SayAsync(AuditFindings.Checkpoint, null, cancel);
            return signed;
        }
        catch (ProblemException refused) when (refused.Problem != AuditProofProblems.NoCheckpoint)
        {
            await findings.SayAsync(AuditFindings.Checkpoint, refused.Problem, cancel);
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<CheckpointView> SignOneAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        var row = await db.AuditCheckpoints.AsNoTracking().OrderByDescending(c => c.Size).FirstOrDefaultAsync(cancel);
        var inside = row is null ? null : keys.Check(row.Note) ?? throw new ProblemException(AuditProofProblems.ForeignCheckpoint("in the database"));
        var last = file.Last();
        var outside = last is null ? null : keys.Check(last.Note) ?? throw new ProblemException(AuditProofProblems.ForeignCheckpoint("outside the database"));
        var size = await AuditTiles.SizeAsync(db, cancel);
        foreach (var known in new[] { outside, inside }.OfType<Checkpoint>()) await DemandSamePastAsync(db, known, size, cancel);
        if (size == 0) throw new ProblemException(AuditProofProblems.NoCheckpoint);
        if (row is null || inside!.Size < size)
        {
            await DemandWholeAsync(db, inside?.Size ?? 0, size, cancel);
            row = new AuditCheckpointRow { Size = size, At = time.GetUtcNow(), Note = keys.Sign(new Checkpoint(keys.Verifier.Name, size, await AuditTiles.RootAsync(db, size, cancel))) };
            await KeepOutsideAsync(row, cancel);
            db.AuditCheckpoints.Add(row);
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException quicker) when (Database.IsUniqueViolation(quicker))
            {
                // Another machine signed the same tree just now.
            }
        }
        // Another machine signed it: this one's own file gets it, too.
        else if (outside is null || outside.Size < size) await KeepOutsideAsync(row, cancel);
        return View(row)!;
    }

    private static async Task DemandSamePastAsync(PortalDbContext db, Checkpoint known, long size, CancellationToken cancel)
    {
        if (size < known.Size) throw new ProblemException(AuditProofProblems.WentBack(size, known.Size));
        try
        {
            if ((await AuditTiles.RootAsync(db, known.Size, cancel)).AsSpan().SequenceEqual(known.Root)) return;
        }
        catch (InvalidDataException)
        {
            // Tiles that are gone have another past, too.
        }
        throw new ProblemException(AuditProofProblems.AnotherPast(known.Size));
    }

    private async Task DemandWholeAsync(PortalDbContext db, long from, long to, CancellationToken cancel)
    {
        for (var start = from; start < to; start += Batch)
        {
            var end = Math.Min(start + Batch, to);
            var leaves = await AuditTiles.LeavesAsync(db, start, end, cancel);
            var rows = await db.AuditEvents.AsNoTracking().Where(e => e.Leaf >= start && e.Leaf < end).ToDictionaryAsync(e => e.Leaf!.Value, cancel);
            for (var leaf = start; leaf < end; leaf++)
            {
                if (!rows.TryGetValue(leaf, out var row) || AuditRowCheck.Difference(row, keys) is not null || !leaves.TryGetValue(leaf, out var hash) || !MerkleHash.Leaf(row.Payload).AsSpan().SequenceEqual(hash))
                    throw new ProblemException(AuditProofProblems.NotWhole(leaf));
            }
        }
    }

    private async Task KeepOutsideAsync(AuditCheckpointRow row, CancellationToken cancel)
    {
        try
        {
            file.Append(new CheckpointLine(row.At, row.Note));
            await findings.SayAsync(AuditFindings.File, null, cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.LogError(failure, "A checkpoint of the audit could not be written outside the database. (audit-checkpoint-file-failed)");
            await findings.SayAsync(AuditFindings.File, AuditProofProblems.FileFailed(Environment.MachineName), cancel);
        }
    }
}
