using System.Numerics;

namespace Portal.Domain.Audit.Merkle;

/// <summary>Leaves [start, end) that are one subtree of an RFC 6962 tree. Which hashes a proof holds is a list of these.</summary>
/// <param name="Start">First leaf.</param>
/// <param name="End">The leaf behind the last.</param>
public readonly record struct MerkleRange(long Start, long End)
{
    /// <summary>The tiles its hash is made from.</summary>
    public IEnumerable<MerkleTile> Tiles => Subtrees().Select(of => MerkleTile.Of(of.Height, of.Index).Tile);

    /// <summary>Its hash in a tree that has at least <see cref="End"/> leaves.</summary>
    /// <exception cref="ArgumentException">A tile is shorter than it must be.</exception>
    public byte[] Hash(Func<MerkleTile, byte[]> read) => MerkleHash.Fold([.. Subtrees().Select(of =>
    {
        var (tile, first, count) = MerkleTile.Of(of.Height, of.Index);
        var hashes = read(tile);
        if (hashes.Length < (first + count) * MerkleHash.Size) throw new ArgumentException($"Tile {tile.Level}/{tile.Index} is too short.", nameof(read));
        return MerkleTile.Root(hashes.AsSpan(first * MerkleHash.Size, count * MerkleHash.Size));
    })]);

    // Largest first: a subtree of a left-filled tree begins at a multiple of its own size.
    private IEnumerable<(int Height, long Index)> Subtrees()
    {
        for (var at = Start; at < End;)
        {
            var height = BitOperations.Log2((ulong)(End - at));
            yield return (height, at >> height);
            at += 1L << height;
        }
    }
}
