using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit.Merkle;
using Portal.Domain.Audit.Proof;
using Portal.Services.Data;

namespace Portal.Services.Audit.Proof;

/// <summary>Reads the whole record in the order of its leaves and holds it against its MACs, its tree and the checkpoints outside the database.</summary>
internal sealed class AuditReading(Database database, AuditKeys keys, CheckpointFile file, TimeProvider time)
{
    private const int Batch = 2048;
    private const int MostFindings = 5;

    /// <summary>Reads everything.</summary>
    /// <param name="tell">Told how many events were read, and of how many.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async Task<AuditVerification> RunAsync(Action<long, long> tell, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var state = new State(time.GetUtcNow());
        await using var db = database.Open();
        state.Size = await AuditTiles.SizeAsync(db, cancel);
        var count = await db.AuditEvents.LongCountAsync(e => e.Leaf != null, cancel);
        await ReadCheckpointsAsync(db, state, cancel);
        state.Compare();
        long last = -1;
        while (state.Findings.Count < MostFindings)
        {
            // A context a batch: what was read is not kept.
            await using var part = database.Open();
            var rows = await part.AuditEvents.AsNoTracking().Where(e => e.Leaf > last).OrderBy(e => e.Leaf).Take(Batch)
                .GroupJoin(part.AuditTexts, e => e.Id, t => t.EventId, (e, texts) => new { e, texts }).SelectMany(pair => pair.texts.DefaultIfEmpty(), (pair, text) => new { pair.e, text }).ToListAsync(cancel);
            if (rows.Count == 0) break;
            var leaves = await AuditTiles.LeavesAsync(part, state.Next, rows[^1].e.Leaf!.Value + 1, cancel);
            foreach (var row in rows.OrderBy(row => row.e.Leaf))
            {
                await TakeAsync(part, state, row.e, row.text, leaves, cancel);
                if (state.Findings.Count >= MostFindings) break;
            }
            last = rows[^1].e.Leaf!.Value;
            tell(state.Events, count);
        }
        await EndAsync(db, state, cancel);
        return await ResultAsync(db, state, watch, cancel);
    }

    private async Task TakeAsync(PortalDbContext db, State state, AuditEventRow row, AuditTextRow? text, Dictionary<long, byte[]> leaves, CancellationToken cancel)
    {
        state.Events++;
        var leaf = row.Leaf!.Value;
        if (leaf >= state.Size)
        {
            state.Find(new AuditFinding(AuditDamage.Inserted, leaf, $"Event {leaf:N0} bears a number the record has not reached.") { EventId = row.Id });
            return;
        }
        if (leaf > state.Next)
        {
            state.Find(new AuditFinding(AuditDamage.Missing, state.Next, leaf - state.Next == 1 ? $"Event {state.Next:N0} is gone." : $"Events {state.Next:N0} to {leaf - 1:N0} are gone.") { To = leaf - 1 });
            while (state.Next < leaf) state.Append(leaves.GetValueOrDefault(state.Next) ?? (await AuditTiles.LeavesAsync(db, state.Next, state.Next, cancel)).GetValueOrDefault(state.Next) ?? MerkleHash.Empty);
        }
        var (hash, stored) = (MerkleHash.Leaf(row.Payload), leaves.GetValueOrDefault(leaf));
        if (stored is null || !hash.AsSpan().SequenceEqual(stored)) state.Find(await AuditMismatch.NameAsync(db, row, hash, stored, cancel));
        else if (AuditRowCheck.Difference(row, keys) is { } difference) state.Find(new AuditFinding(AuditDamage.Altered, leaf, $"Event {leaf:N0} {difference}.") { EventId = row.Id });
        else if (text is null) state.Erased++;
        else if (!AuditRowCheck.TextHolds(row, text)) state.Find(new AuditFinding(AuditDamage.Altered, leaf, $"The words or the person of event {leaf:N0} are not those it was written with.") { EventId = row.Id });
        if (state.Findings.Count == 0) state.WholeAt = row.At;
        state.Append(stored ?? hash);
    }

    private async Task ReadCheckpointsAsync(PortalDbContext db, State state, CancellationToken cancel)
    {
        var number = 0;
        foreach (var line in file.Read())
        {
            number++;
            if (line is not null && keys.Check(line.Note) is { } said) state.Add(said, line.At);
            else state.Find(new AuditFinding(AuditDamage.Checkpoint, 0, $"Line {number:N0} of the checkpoints outside the database is not signed by this portal."));
        }
        foreach (var row in await db.AuditCheckpoints.AsNoTracking().OrderBy(c => c.Size).ToListAsync(cancel))
        {
            if (keys.Check(row.Note) is not { } said || said.Size != row.Size) state.Find(new AuditFinding(AuditDamage.Checkpoint, row.Size, $"The checkpoint over {row.Size:N0} events in the database is not signed by this portal."));
        }
    }

    private static async Task EndAsync(PortalDbContext db, State state, CancellationToken cancel)
    {
        if (state.Findings.Count >= MostFindings) return;
        var end = Math.Max(state.Size, state.Covered);
        if (state.Next < end) state.Find(new AuditFinding(AuditDamage.Truncated, state.Next, $"The record ends before event {state.Next:N0}, but {end:N0} were in it.") { To = end - 1 });
        else if (state.Findings.Count == 0) await CompareTreeAsync(db, state, cancel);
    }

    /// <summary>Upper tiles are made from the leaves; whoever changed only them would break every proof.</summary>
    private static async Task CompareTreeAsync(PortalDbContext db, State state, CancellationToken cancel)
    {
        var made = state.UpperTiles();
        var stored = await db.AuditTiles.AsNoTracking().Where(t => t.Level > 0).ToDictionaryAsync(t => new MerkleTile(t.Level, t.Index), t => t.Hashes, cancel);
        foreach (var tile in made.Keys.Union(stored.Keys).OrderBy(t => t.Level).ThenBy(t => t.Index))
        {
            if (made.TryGetValue(tile, out var right) && stored.TryGetValue(tile, out var kept) && right.AsSpan().SequenceEqual(kept)) continue;
            var first = (tile.Index * MerkleTile.Width) << (8 * tile.Level);
            state.Find(new AuditFinding(AuditDamage.Tree, first, $"The stored hashes over the events from {first:N0} on are not made from them.") { To = state.Next - 1 });
            return;
        }
    }

    private static async Task<AuditVerification> ResultAsync(PortalDbContext db, State state, Stopwatch watch, CancellationToken cancel)
    {
        var refused = await db.AuditEvents.AsNoTracking().Where(e => e.RefusedAt != null).OrderBy(e => e.RefusedAt).Select(e => e.Id).ToListAsync(cancel);
        var findings = state.Findings.OrderBy(f => f.Leaf).ToList();
        return new AuditVerification(state.At, state.Events)
        {
            WholeUpTo = findings.Count == 0 ? state.Next : findings[0].Leaf, WholeUpToAt = state.WholeAt, Covered = state.Covered, CoveredAt = state.CoveredAt, Checkpoints = state.Compared,
            Above = Math.Max(0, state.Next - state.Covered), Pending = await db.AuditEvents.CountAsync(e => e.Leaf == null && e.RefusedAt == null, cancel),
            Refused = refused.Count, RefusedIds = [.. refused.Take(20)], Erased = state.Erased, Findings = findings, Took = watch.Elapsed,
        };
    }

    /// <summary>How far one reading is.</summary>
    private sealed class State(DateTimeOffset at)
    {
        private readonly MerkleEdge _edge = new();
        private readonly Dictionary<MerkleTile, byte[]> _upper = [];
        private readonly SortedDictionary<long, byte[]> _roots = [];
        private long _good;
        private bool _rewritten;

        public DateTimeOffset At { get; } = at;
        public long Size { get; set; }
        public long Next => _edge.Size;
        public long Events { get; set; }
        public long Erased { get; set; }
        public long Covered { get; private set; }
        public DateTimeOffset? CoveredAt { get; private set; }
        public DateTimeOffset? WholeAt { get; set; }
        public int Compared { get; private set; }
        public List<AuditFinding> Findings { get; } = [];

        public void Find(AuditFinding finding) => Findings.Add(finding);

        public void Add(Checkpoint said, DateTimeOffset signedAt)
        {
            if (_roots.TryGetValue(said.Size, out var other) && !other.AsSpan().SequenceEqual(said.Root))
                Find(new AuditFinding(AuditDamage.Rewritten, Covered, $"Two checkpoints over {said.Size:N0} events contradict each other.") { To = said.Size - 1 });
            _roots[said.Size] = said.Root;
            if (said.Size >= Covered) (Covered, CoveredAt) = (said.Size, signedAt);
        }

        public void Append(byte[] hash)
        {
            _edge.Append(hash);
            if (_edge.Size % MerkleTile.Width == 0) Keep();
            Compare();
        }

        /// <summary>Holds the tree so far against the checkpoint over exactly as many events, if there is one.</summary>
        public void Compare()
        {
            if (!_roots.TryGetValue(Next, out var root) || _rewritten) return;
            Compared++;
            if (_edge.Root().AsSpan().SequenceEqual(root)) _good = Next;
            else
            {
                _rewritten = true;
                Find(new AuditFinding(AuditDamage.Rewritten, _good, $"Events {_good:N0} to {Next - 1:N0} agree with each other, but not with the checkpoint signed over them.") { To = Next - 1 });
            }
        }

        public Dictionary<MerkleTile, byte[]> UpperTiles()
        {
            Keep();
            return _upper;
        }

        private void Keep()
        {
            foreach (var (tile, hashes) in _edge.TakeChanged().Where(of => of.Tile.Level > 0)) _upper[tile] = hashes;
        }
    }
}
