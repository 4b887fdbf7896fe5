using System.Numerics;

namespace Portal.Domain.Audit.Merkle;

/// <summary>
/// Where 256 neighbouring hashes of the tree stand together (as C2SP tlog-tiles has them): level 0 holds leaf hashes, level n the
/// roots of full tiles of the level below. Only the last tile of a level may be short, and only that one grows.
/// </summary>
/// <param name="Level">0 upwards.</param>
/// <param name="Index">0 upwards, from the left.</param>
public readonly record struct MerkleTile(int Level, long Index)
{
    /// <summary>Hashes of a full tile.</summary>
    public const int Width = 256;
    private const int Bits = 8;

    /// <summary>The tiles at the right edge of a tree of this size: what it takes to go on appending. Empty ones are left out.</summary>
    public static IReadOnlyList<MerkleTile> RightEdge(long size)
    {
        var tiles = new List<MerkleTile>();
        for (var (level, hashes) = (0, size); hashes > 0; level++, hashes >>= Bits)
        {
            if (hashes % Width > 0) tiles.Add(new MerkleTile(level, hashes / Width));
        }
        return tiles;
    }

    /// <summary>How many hashes this tile holds in a tree of this size.</summary>
    public int CountIn(long size) => (int)Math.Clamp((size >> (Bits * Level)) - Index * Width, 0, Width);

    /// <summary>The tile that holds the root of the complete subtree of 2^<paramref name="height"/> leaves, or what it is made from, and where.</summary>
    internal static (MerkleTile Tile, int First, int Count) Of(int height, long index)
    {
        var (level, inner) = (height / Bits, height % Bits);
        var first = index << inner;
        return (new MerkleTile(level, first / Width), (int)(first % Width), 1 << inner);
    }

    /// <summary>Root of a power of two of hashes that stand together.</summary>
    internal static byte[] Root(ReadOnlySpan<byte> hashes)
    {
        if (hashes.Length == MerkleHash.Size) return hashes.ToArray();
        var half = hashes.Length / 2;
        return MerkleHash.Node(Root(hashes[..half]), Root(hashes[half..]));
    }

    /// <summary>Roots of the complete subtrees that a tile's hashes make, from the left.</summary>
    internal static IEnumerable<byte[]> Subtrees(byte[] hashes)
    {
        for (int at = 0, left = hashes.Length / MerkleHash.Size; left > 0;)
        {
            var take = 1 << BitOperations.Log2((uint)left);
            yield return Root(hashes.AsSpan(at * MerkleHash.Size, take * MerkleHash.Size));
            (at, left) = (at + take, left - take);
        }
    }
}
