using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit.Merkle;
using Portal.Services.Data;

namespace Portal.Services.Audit.Proof;

/// <summary>The stored tree. Its size is what its tiles hold: there is no number beside them that could say something else.</summary>
internal static class AuditTiles
{
    public static async Task<long> SizeAsync(PortalDbContext db, CancellationToken cancel) =>
        await db.AuditTiles.AsNoTracking().Where(t => t.Level == 0).OrderByDescending(t => t.Index).FirstOrDefaultAsync(cancel) is { } last
            ? last.Index * MerkleTile.Width + last.Hashes.Length / MerkleHash.Size : 0;

    /// <summary>The right edge, to go on with.</summary>
    /// <exception cref="InvalidDataException">The tiles do not belong together.</exception>
    public static async Task<MerkleEdge> OpenAsync(PortalDbContext db, CancellationToken cancel)
    {
        var size = await SizeAsync(db, cancel);
        var read = await ReadAsync(db, MerkleTile.RightEdge(size), cancel);
        try
        {
            return MerkleEdge.Open(size, tile => read.GetValueOrDefault(tile) ?? []);
        }
        catch (ArgumentException broken)
        {
            throw new InvalidDataException(broken.Message, broken);
        }
    }

    /// <summary>Puts what changed into the caller's context.</summary>
    public static async Task KeepAsync(PortalDbContext db, MerkleEdge edge, CancellationToken cancel)
    {
        foreach (var (tile, hashes) in edge.TakeChanged())
        {
            if (await db.AuditTiles.FindAsync([tile.Level, tile.Index], cancel) is { } row) row.Hashes = hashes;
            else db.AuditTiles.Add(new AuditTileRow { Level = tile.Level, Index = tile.Index, Hashes = hashes });
        }
    }

    /// <summary>The hashes of some subtrees in a tree that is at least that large.</summary>
    /// <exception cref="InvalidDataException">A tile is gone or too short.</exception>
    public static async Task<IReadOnlyList<byte[]>> HashesAsync(PortalDbContext db, IReadOnlyList<MerkleRange> ranges, CancellationToken cancel)
    {
        var read = await ReadAsync(db, [.. ranges.SelectMany(range => range.Tiles).Distinct()], cancel);
        try
        {
            return [.. ranges.Select(range => range.Hash(tile => read.GetValueOrDefault(tile) ?? []))];
        }
        catch (ArgumentException broken)
        {
            throw new InvalidDataException(broken.Message, broken);
        }
    }

    /// <summary>Root the tree had at this size.</summary>
    public static async Task<byte[]> RootAsync(PortalDbContext db, long size, CancellationToken cancel) => (await HashesAsync(db, [new MerkleRange(0, size)], cancel))[0];

    /// <summary>Leaf hashes [start, end) as far as they stand.</summary>
    public static async Task<Dictionary<long, byte[]>> LeavesAsync(PortalDbContext db, long start, long end, CancellationToken cancel)
    {
        var (first, last) = (Math.Max(0, start) / MerkleTile.Width, end / MerkleTile.Width);
        var tiles = await db.AuditTiles.AsNoTracking().Where(t => t.Level == 0 && t.Index >= first && t.Index <= last).ToListAsync(cancel);
        var leaves = new Dictionary<long, byte[]>();
        foreach (var tile in tiles)
        {
            for (var i = 0; i < tile.Hashes.Length / MerkleHash.Size; i++) leaves[tile.Index * MerkleTile.Width + i] = tile.Hashes[(i * MerkleHash.Size)..((i + 1) * MerkleHash.Size)];
        }
        return leaves;
    }

    private static async Task<Dictionary<MerkleTile, byte[]>> ReadAsync(PortalDbContext db, IReadOnlyList<MerkleTile> tiles, CancellationToken cancel)
    {
        var read = new Dictionary<MerkleTile, byte[]>();
        foreach (var tile in tiles)
        {
            if (await db.AuditTiles.AsNoTracking().SingleOrDefaultAsync(t => t.Level == tile.Level && t.Index == tile.Index, cancel) is { } row) read[tile] = row.Hashes;
        }
        return read;
    }
}
