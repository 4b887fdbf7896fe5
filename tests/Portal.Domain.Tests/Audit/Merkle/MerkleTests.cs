using CsCheck;
using Portal.Domain.Audit.Merkle;

namespace Portal.Domain.Tests.Audit.Merkle;

/// <summary>Against the definition of RFC 6962 2.1, written down once more as it stands there, and the vectors of certificate-transparency.</summary>
[Trait("Invariant", "28")]
public class MerkleTests
{
    private static readonly string[] _leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Root_KnownLeaves_IsTheKnownOne(int size, string root) => Assert.Equal(root, Hex(EdgeOf(Known(size)).Root()));

    [Theory]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(5, 8, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(0, 1, "")]
    public void Inclusion_KnownLeaves_IsTheKnownProof(long leaf, int size, string proof) =>
        Assert.Equal(proof, string.Join(' ', Hashes(Tree.Of(Known(size)), MerkleProof.Inclusion(leaf, size)).Select(Hex)));

    [Theory]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    [InlineData(8, 8, "")]
    public void Consistency_KnownLeaves_IsTheKnownProof(long from, int to, string proof) =>
        Assert.Equal(proof, string.Join(' ', Hashes(Tree.Of(Known(to)), MerkleProof.Consistency(from, to)).Select(Hex)));

    [Fact]
    public void Root_AnyTree_IsTheDefinitions() => Gen.Int[0, 1200].Sample(size =>
    {
        var leaves = Leaves(size);
        Assert.Equal(Hex(Definition(leaves)), Hex(EdgeOf(leaves).Root()));
        Assert.Equal(Hex(Definition(leaves)), Hex(new MerkleRange(0, size).Hash(Tree.Of(leaves).Read)));
    }, iter: 40);

    [Fact]
    public void Root_TreeThatWentOnFromItsTiles_IsTheSame() => Gen.Select(Gen.Int[0, 70_000], Gen.Int[0, 600]).Sample((before, more) =>
    {
        var tree = Tree.Of(Leaves(before));
        var edge = MerkleEdge.Open(before, tree.Read);
        foreach (var leaf in Leaves(before + more).Skip(before)) edge.Append(leaf);
        tree.Keep(edge);
        Assert.Equal(Hex(EdgeOf(Leaves(before + more)).Root()), Hex(edge.Root()));
        Assert.Equal(Hex(edge.Root()), Hex(new MerkleRange(0, before + more).Hash(tree.Read)));
    }, iter: 12);

    [Fact]
    public void Inclusion_AnyLeaf_HoldsForItAndForNothingElse() => Gen.Int[1, 1500].SelectMany(size => Gen.Select(Gen.Int[0, size - 1], Gen.Int[0, size - 1]).Select(pair => (size, pair.Item1, pair.Item2))).Sample(of =>
    {
        var (size, leaf, other) = of;
        var leaves = Leaves(size);
        var root = Definition(leaves);
        var proof = Hashes(Tree.Of(leaves), MerkleProof.Inclusion(leaf, size));
        Assert.True(MerkleProof.HoldsInclusion(leaves[leaf], leaf, size, proof, root));
        Assert.Equal(leaf == other, MerkleProof.HoldsInclusion(leaves[leaf], other, size, proof, root));
        Assert.Equal(leaf == other, MerkleProof.HoldsInclusion(leaves[other], leaf, size, proof, root));
        Assert.False(MerkleProof.HoldsInclusion(leaves[leaf], leaf, size, [.. proof, root], root));
        if (proof.Count > 0) Assert.False(MerkleProof.HoldsInclusion(leaves[leaf], leaf, size, [.. proof.Skip(1)], root));
    }, iter: 60);

    [Fact]
    public void Consistency_AnyTwoSizes_HoldsForThemAndNotForAChangedPast() => Gen.Int[1, 1500].SelectMany(to => Gen.Select(Gen.Int[1, to], Gen.Int[0, to - 1]).Select(pair => (pair.Item1, to, pair.Item2))).Sample(of =>
    {
        var (from, to, changed) = of;
        var leaves = Leaves(to);
        var (first, second) = (Definition(leaves.AsSpan(0, from)), Definition(leaves));
        var proof = Hashes(Tree.Of(leaves), MerkleProof.Consistency(from, to));
        Assert.True(MerkleProof.HoldsConsistency(from, first, to, second, proof));
        if (from < to) Assert.False(MerkleProof.HoldsConsistency(from, first, to, second, [.. proof, first]));
        leaves[changed] = MerkleHash.Leaf("another"u8);
        var rewritten = Hashes(Tree.Of(leaves), MerkleProof.Consistency(from, to));
        Assert.Equal(changed >= from, MerkleProof.HoldsConsistency(from, first, to, Definition(leaves), rewritten));
    }, iter: 60);

    [Fact]
    public void Open_TileTooShort_IsRefused() => Assert.Throws<ArgumentException>(() => MerkleEdge.Open(3, _ => new byte[64]));

    private static byte[][] Known(int size) => [.. _leaves.Take(size).Select(leaf => MerkleHash.Leaf(Convert.FromHexString(leaf)))];

    private static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => MerkleHash.Leaf(BitConverter.GetBytes(i)))];

    private static List<byte[]> Hashes(Tree tree, IReadOnlyList<MerkleRange> ranges) => [.. ranges.Select(range => range.Hash(tree.Read))];

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);

    private static MerkleEdge EdgeOf(byte[][] leaves)
    {
        var edge = new MerkleEdge();
        foreach (var leaf in leaves) edge.Append(leaf);
        return edge;
    }

    /// <summary>MTH(D[n]) as RFC 6962 2.1 has it.</summary>
    private static byte[] Definition(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0) return MerkleHash.Empty;
        if (leaves.Length == 1) return leaves[0];
        var k = 1;
        while (k * 2 < leaves.Length) k *= 2;
        return MerkleHash.Node(Definition(leaves[..k]), Definition(leaves[k..]));
    }

    /// <summary>Tiles as a store would keep them.</summary>
    private sealed class Tree
    {
        private readonly Dictionary<MerkleTile, byte[]> _tiles = [];

        public static Tree Of(byte[][] leaves)
        {
            var tree = new Tree();
            tree.Keep(EdgeOf(leaves));
            return tree;
        }

        public void Keep(MerkleEdge edge)
        {
            foreach (var (tile, hashes) in edge.TakeChanged()) _tiles[tile] = hashes;
        }

        public byte[] Read(MerkleTile tile) => _tiles[tile];
    }
}
