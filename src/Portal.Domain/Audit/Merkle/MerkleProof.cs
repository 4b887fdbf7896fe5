using System.Numerics;

namespace Portal.Domain.Audit.Merkle;

/// <summary>Proofs that a leaf is in a tree and that one tree goes on from another: RFC 6962 2.1.1 and 2.1.2, checked as RFC 9162 2.1.3.2 and 2.1.4.2 say.</summary>
public static class MerkleProof
{
    /// <summary>The subtrees whose hashes prove leaf <paramref name="leaf"/> in a tree of <paramref name="size"/>, from the leaf up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public static IReadOnlyList<MerkleRange> Inclusion(long leaf, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leaf);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, size);
        var path = new List<MerkleRange>();
        for (var (start, end) = (0L, size); end - start > 1;)
        {
            var middle = start + Split(end - start);
            path.Add(leaf < middle ? new MerkleRange(middle, end) : new MerkleRange(start, middle));
            (start, end) = leaf < middle ? (start, middle) : (middle, end);
        }
        path.Reverse();
        return path;
    }

    /// <summary>The subtrees whose hashes prove that a tree of <paramref name="to"/> leaves begins with the one of <paramref name="from"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt; from ≤ to.</exception>
    public static IReadOnlyList<MerkleRange> Consistency(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        var path = new List<MerkleRange>();
        var (start, end, isWhole) = (0L, to, true);
        while (end != from)
        {
            var middle = start + Split(end - start);
            if (from <= middle) (path, end) = ([.. path, new MerkleRange(middle, end)], middle);
            else (path, start, isWhole) = ([.. path, new MerkleRange(start, middle)], middle, false);
        }
        if (!isWhole) path.Add(new MerkleRange(start, end));
        path.Reverse();
        return path;
    }

    /// <summary>Whether the proof leads from this leaf to this root.</summary>
    public static bool HoldsInclusion(byte[] leafHash, long leaf, long size, IReadOnlyList<byte[]> proof, byte[] root)
    {
        if (leaf < 0 || leaf >= size || proof.Any(hash => hash.Length != MerkleHash.Size)) return false;
        var (at, last, hash) = (leaf, size - 1, leafHash);
        foreach (var sibling in proof)
        {
            if (last == 0) return false;
            if (at % 2 == 1 || at == last)
            {
                hash = MerkleHash.Node(sibling, hash);
                for (; at % 2 == 0 && at != 0; (at, last) = (at >> 1, last >> 1))
                {
                }
            }
            else hash = MerkleHash.Node(hash, sibling);
            (at, last) = (at >> 1, last >> 1);
        }
        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>Whether the proof shows that the second tree begins with the first.</summary>
    public static bool HoldsConsistency(long from, byte[] fromRoot, long to, byte[] toRoot, IReadOnlyList<byte[]> proof)
    {
        if (from < 0 || from > to || proof.Any(hash => hash.Length != MerkleHash.Size)) return false;
        if (from == to) return proof.Count == 0 && fromRoot.AsSpan().SequenceEqual(toRoot);
        // Every tree goes on from the one without leaves.
        if (from == 0) return proof.Count == 0 && fromRoot.AsSpan().SequenceEqual(MerkleHash.Empty);
        IReadOnlyList<byte[]> path = BitOperations.IsPow2(from) ? [fromRoot, .. proof] : proof;
        if (path.Count == 0) return false;
        var (at, last) = (from - 1, to - 1);
        for (; at % 2 == 1; (at, last) = (at >> 1, last >> 1))
        {
        }
        var (first, second) = (path[0], path[0]);
        foreach (var hash in path.Skip(1))
        {
            if (last == 0) return false;
            if (at % 2 == 1 || at == last)
            {
                (first, second) = (MerkleHash.Node(hash, first), MerkleHash.Node(hash, second));
                for (; at % 2 == 0 && at != 0; (at, last) = (at >> 1, last >> 1))
                {
                }
            }
            else second = MerkleHash.Node(second, hash);
            (at, last) = (at >> 1, last >> 1);
        }
        return last == 0 && first.AsSpan().SequenceEqual(fromRoot) && second.AsSpan().SequenceEqual(toRoot);
    }

    /// <summary>RFC 6962: the largest power of two below n.</summary>
    private static long Split(long n) => 1L << BitOperations.Log2((ulong)(n - 1));
}
