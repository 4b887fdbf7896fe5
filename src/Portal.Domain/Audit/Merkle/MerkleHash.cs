using System.Security.Cryptography;

namespace Portal.Domain.Audit.Merkle;

/// <summary>RFC 6962, 2.1: SHA-256 with one byte before it that keeps leaves and nodes apart.</summary>
public static class MerkleHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>Root of a tree without leaves: SHA-256 of nothing.</summary>
    public static byte[] Empty => SHA256.HashData([]);

    /// <summary>SHA-256(0x00 ‖ content).</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> content)
    {
        Span<byte> input = content.Length < 2048 ? stackalloc byte[content.Length + 1] : new byte[content.Length + 1];
        input[0] = 0x00;
        content.CopyTo(input[1..]);
        return SHA256.HashData(input);
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != Size || right.Length != Size) throw new ArgumentException("A node has two hashes of 32 bytes.", nameof(left));
        Span<byte> input = stackalloc byte[1 + 2 * Size];
        input[0] = 0x01;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Size)..]);
        return SHA256.HashData(input);
    }

    /// <summary>Root over complete subtrees that follow one another, largest first; the last one may be any.</summary>
    internal static byte[] Fold(List<byte[]> subtrees)
    {
        if (subtrees.Count == 0) return Empty;
        var hash = subtrees[^1];
        for (var i = subtrees.Count - 2; i >= 0; i--) hash = Node(subtrees[i], hash);
        return hash;
    }
}
