using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Portal.Domain.Audit.Proof;

namespace Portal.Services.Audit;

/// <summary>The files of the audit's keys: made once, read at start, never overwritten.</summary>
public static class AuditKeyFiles
{
    internal const string Mac = "audit-mac.key";
    internal const string Signing = "audit-signing.key";
    private const string Verifier = "audit-verifier.pub";
    private const byte Algorithm = 0x01;

    /// <summary>Makes both keys, readable by their owner alone, and beside them the public key that auditors get.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="origin">The log's name, such as <c>portal.example.com/audit</c>: no white space, no plus sign.</param>
    /// <returns>The verifier key, <c>name+hash+base64</c>.</returns>
    /// <exception cref="IOException">One of the files is there already, or cannot be written.</exception>
    /// <exception cref="ArgumentException">The name holds white space or a plus sign.</exception>
    public static string Make(string folder, string origin)
    {
        if (origin.Length == 0 || origin.Any(c => char.IsWhiteSpace(c) || c == '+')) throw new ArgumentException("The log's name must not hold white space or a plus sign.", nameof(origin));
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { Mac, Signing, Verifier })
        {
            if (File.Exists(Path.Combine(folder, name))) throw new IOException($"{Path.Combine(folder, name)} is there already.");
        }
        var seed = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);
        var mac = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
        try
        {
            var key = new NoteKey(origin, PublicOf(seed));
            Write(Path.Combine(folder, Mac), Convert.ToBase64String(mac), secret: true);
            Write(Path.Combine(folder, Signing), $"PRIVATE+KEY+{origin}+{Convert.ToHexStringLower(key.Hash)}+{Convert.ToBase64String([Algorithm, .. seed])}", secret: true);
            Write(Path.Combine(folder, Verifier), key.ToString(), secret: false);
            return key.ToString();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(mac);
        }
    }

    /// <summary>The MAC key; the signing key's seed; whose signature it makes.</summary>
    /// <exception cref="FormatException">A file does not hold what it should.</exception>
    internal static (byte[] Mac, byte[] Seed, NoteKey Key) Read(string folder)
    {
        var mac = Convert.FromBase64String(File.ReadAllText(Path.Combine(folder, Mac)).Trim());
        if (mac.Length != HMACSHA256.HashSizeInBytes) throw new FormatException($"{Mac} does not hold 32 bytes.");
        var parts = File.ReadAllText(Path.Combine(folder, Signing)).Trim().Split('+', 5);
        if (parts is not ["PRIVATE", "KEY", { Length: > 0 } name, _, _]) throw new FormatException($"{Signing} is not written PRIVATE+KEY+name+hash+key.");
        var bytes = Convert.FromBase64String(parts[4]);
        if (bytes.Length != 1 + Ed25519.SecretKeySize || bytes[0] != Algorithm) throw new FormatException($"{Signing} holds no Ed25519 key.");
        var seed = bytes[1..];
        return (mac, seed, new NoteKey(name, PublicOf(seed)));
    }

    private static byte[] PublicOf(byte[] seed)
    {
        var key = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return key;
    }

    private static void Write(string path, string text, bool secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (secret ? 0 : UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(text + "\n"));
    }
}
