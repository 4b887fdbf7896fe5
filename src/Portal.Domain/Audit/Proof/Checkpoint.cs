using System.Globalization;
using Portal.Domain.Audit.Merkle;

namespace Portal.Domain.Audit.Proof;

/// <summary>What a checkpoint says: this log had so many leaves and this root. Written as C2SP tlog-checkpoint, three lines.</summary>
/// <param name="Origin">Which log.</param>
/// <param name="Size">Leaves.</param>
/// <param name="Root">32 bytes.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <summary>The text that is signed.</summary>
    public string Text => $"{Origin}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Root)}\n";

    /// <summary>Reads the text of a note; lines behind the third are let be.</summary>
    /// <returns>Null when it is no checkpoint.</returns>
    public static Checkpoint? TryParse(string text)
    {
        var lines = text.Split('\n');
        var root = new byte[MerkleHash.Size + 4];
        return lines.Length >= 4 && lines[0].Length > 0
            && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) && lines[1] == size.ToString(CultureInfo.InvariantCulture)
            && Convert.TryFromBase64String(lines[2], root, out var length) && length == MerkleHash.Size
            ? new Checkpoint(lines[0], size, root[..MerkleHash.Size])
            : null;
    }
}

/// <summary>A checkpoint as it was signed and when.</summary>
/// <param name="Size">Leaves it covers.</param>
/// <param name="Root">Root of the tree in lower-case hex.</param>
/// <param name="At">When it was signed; not itself signed.</param>
/// <param name="Note">The signed note.</param>
public sealed record CheckpointView(long Size, string Root, DateTimeOffset At, string Note)
{
    /// <summary>The key to check it with, as <c>name+hash+base64</c>.</summary>
    public required string VerifierKey { get; init; }
}
