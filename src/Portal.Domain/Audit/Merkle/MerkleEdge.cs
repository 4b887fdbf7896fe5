namespace Portal.Domain.Audit.Merkle;

/// <summary>The right edge of a growing tree: takes leaves and knows its root, without the rest of the tree.</summary>
public sealed class MerkleEdge
{
    private readonly List<List<byte>> _levels = [];
    private readonly Dictionary<MerkleTile, byte[]> _full = [];
    private readonly HashSet<int> _changed = [];

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; private set; }

    /// <summary>Goes on with a tree of this size.</summary>
    /// <param name="size">Leaves there are.</param>
    /// <param name="read">The hashes of a tile of <see cref="MerkleTile.RightEdge"/>.</param>
    /// <exception cref="ArgumentException">A tile does not hold as many hashes as the size says.</exception>
    public static MerkleEdge Open(long size, Func<MerkleTile, byte[]> read)
    {
        var edge = new MerkleEdge { Size = size };
        foreach (var tile in MerkleTile.RightEdge(size))
        {
            var hashes = read(tile);
            if (hashes.Length != tile.CountIn(size) * MerkleHash.Size) throw new ArgumentException($"Tile {tile.Level}/{tile.Index} does not hold what a tree of {size} has.", nameof(read));
            edge.Level(tile.Level).AddRange(hashes);
        }
        return edge;
    }

    /// <summary>Adds one leaf at the right.</summary>
    public void Append(byte[] leafHash)
    {
        if (leafHash.Length != MerkleHash.Size) throw new ArgumentException("A leaf hash has 32 bytes.", nameof(leafHash));
        var hash = leafHash;
        for (var level = 0; ; level++)
        {
            var tile = Level(level);
            tile.AddRange(hash);
            _changed.Add(level);
            if (tile.Count < MerkleTile.Width * MerkleHash.Size) break;
            var hashes = tile.ToArray();
            _full[new MerkleTile(level, Size >> (8 * (level + 1)))] = hashes;
            tile.Clear();
            hash = MerkleTile.Root(hashes);
        }
        Size++;
    }

    /// <summary>Root over all leaves.</summary>
    public byte[] Root() => MerkleHash.Fold([.. Enumerable.Range(0, _levels.Count).Reverse().SelectMany(level => MerkleTile.Subtrees([.. _levels[level]]))]);

    /// <summary>Tiles that became full or grew since the last call, whole.</summary>
    public IReadOnlyList<(MerkleTile Tile, byte[] Hashes)> TakeChanged()
    {
        var changed = _full.Select(of => (of.Key, of.Value)).ToList();
        foreach (var level in _changed.Where(level => _levels[level].Count > 0)) changed.Add((new MerkleTile(level, Size >> (8 * (level + 1))), [.. _levels[level]]));
        _full.Clear();
        _changed.Clear();
        return changed;
    }

    private List<byte> Level(int level)
    {
        while (_levels.Count <= level) _levels.Add(new List<byte>(MerkleTile.Width * MerkleHash.Size));
        return _levels[level];
    }
}
