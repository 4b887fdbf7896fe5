using System.Security.Cryptography;
using System.Text;

namespace Portal.Domain.Audit.Proof;

/// <summary>Whom a signature is checked against: a name and an Ed25519 key, written as the C2SP signed-note verifier key <c>name+hash+base64</c>.</summary>
/// <param name="Name">Without white space and plus signs.</param>
/// <param name="PublicKey">32 bytes.</param>
public sealed record NoteKey(string Name, byte[] PublicKey)
{
    private const byte Ed25519 = 0x01;

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key).</summary>
    public byte[] Hash => SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', Ed25519, .. PublicKey])[..4];

    /// <summary>Reads <c>name+hash+base64</c>.</summary>
    /// <exception cref="FormatException">It is not written so.</exception>
    public static NoteKey Parse(string text)
    {
        var parts = text.Trim().Split('+', 3);
        if (parts.Length != 3) throw new FormatException("A verifier key is written name+hash+base64.");
        var bytes = Convert.FromBase64String(parts[2]);
        if (bytes.Length != 33 || bytes[0] != Ed25519) throw new FormatException("The key is no Ed25519 key.");
        var key = new NoteKey(parts[0], bytes[1..]);
        return Convert.ToHexStringLower(key.Hash) == parts[1] ? key : throw new FormatException("The key does not belong to its name.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}+{Convert.ToHexStringLower(Hash)}+{Convert.ToBase64String([Ed25519, .. PublicKey])}";
}

/// <summary>A text with signatures under it, as C2SP signed-note has it.</summary>
/// <param name="Text">What is signed, with its last line end.</param>
/// <param name="Signatures">Name, key hash and signature of each line.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    private const string Dash = "— ";

    /// <summary>Reads a note.</summary>
    /// <returns>Null when it is none.</returns>
    public static SignedNote? TryParse(string note)
    {
        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !note.EndsWith('\n')) return null;
        var signatures = new List<NoteSignature>();
        foreach (var line in note[(split + 2)..^1].Split('\n'))
        {
            var parts = line.StartsWith(Dash, StringComparison.Ordinal) ? line[Dash.Length..].Split(' ') : [];
            var bytes = new byte[256];
            if (parts.Length != 2 || !Convert.TryFromBase64String(parts[1], bytes, out var length) || length < 5) return null;
            signatures.Add(new NoteSignature(parts[0], bytes[..4], bytes[4..length]));
        }
        return new SignedNote(note[..(split + 1)], signatures);
    }

    /// <summary>The signature of this key; null when there is none.</summary>
    public NoteSignature? Of(NoteKey key) => Signatures.FirstOrDefault(s => s.Name == key.Name && s.KeyHash.AsSpan().SequenceEqual(key.Hash));

    /// <summary>The note as text.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(s => $"{Dash}{s.Name} {Convert.ToBase64String([.. s.KeyHash, .. s.Signature])}\n"))}";
}

/// <summary>One signature line of a note.</summary>
/// <param name="Name">Of the key.</param>
/// <param name="KeyHash">Four bytes that tell keys of one name apart.</param>
/// <param name="Signature">64 bytes for Ed25519.</param>
public sealed record NoteSignature(string Name, byte[] KeyHash, byte[] Signature);
