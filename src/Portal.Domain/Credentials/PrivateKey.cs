using System.Security.Cryptography;

namespace Portal.Domain.Credentials;

/// <summary>
/// The one type for key material: an EC P-256 private key on its way from an uploaded <c>.p8</c> file to the vault.
/// It has no getter for its text, shows itself redacted, and forgets its bytes when disposed (invariants 25, 26).
/// </summary>
public sealed class PrivateKey : IDisposable
{
    /// <summary>The largest file read, in bytes. Apple's own are about 260.</summary>
    public const int LargestFile = 16 * 1024;

    private readonly byte[] _pkcs8;
    private bool _disposed;

    private PrivateKey(byte[] pkcs8, string fingerprint) => (_pkcs8, Fingerprint) = (pkcs8, fingerprint);

    /// <summary>SHA-256 of the public half (SubjectPublicKeyInfo), lower-case hex in groups of four. Not secret.</summary>
    public string Fingerprint { get; }

    /// <summary>The PKCS#8 bytes, for the vault alone.</summary>
    internal ReadOnlySpan<byte> Pkcs8
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _pkcs8;
        }
    }

    /// <summary>Reads an App Store Connect API key file. Every mistake people make has its own sentence in <see cref="CredentialProblems"/>.</summary>
    /// <param name="file">The file as uploaded; the caller zeroes it.</param>
    /// <param name="fileName">Its name, which tells some kinds of key apart; may be missing.</param>
    public static Parsed<PrivateKey> Parse(ReadOnlySpan<byte> file, string? fileName)
    {
        if (file.IsEmpty) return CredentialProblems.KeyFileEmpty;
        if (file.Length > LargestFile) return CredentialProblems.KeyFileTooLarge;
        if (AppleKeyName.Parse(fileName).Kind is AppleKeyFileKind.InAppPurchase) return CredentialProblems.InAppPurchaseKey;

        var text = KeyFileText.Decode(file);
        if (text is null) return KeyFileText.IsDer(file) ? CredentialProblems.KeyIsBinary : CredentialProblems.KeyNotText;
        byte[]? der = null;
        try
        {
            if (KeyFileText.TheOnePrivateKey(text, out der) is { } notOne) return notOne;
            return FromPkcs8(der!);
        }
        finally
        {
            Array.Clear(text);
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Never shows the key.</summary>
    public override string ToString() => "Private key (redacted)";

    /// <summary>Overwrites the key's bytes with zeroes.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_pkcs8);
    }

    private static Parsed<PrivateKey> FromPkcs8(byte[] der)
    {
        if (Pkcs8Header.Check(der) is { } wrongKind) return wrongKind;
        try
        {
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(der, out var read);
            if (read != der.Length || key.KeySize != 256 || !SignsForItself(key)) return CredentialProblems.KeyDamaged;
            var digest = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
            return new PrivateKey(key.ExportPkcs8PrivateKey(), InGroups(digest));
        }
        catch (CryptographicException)
        {
            return CredentialProblems.KeyDamaged;
        }
    }

    // A file whose public half belongs to another private half imports without complaint on some platforms.
    private static bool SignsForItself(ECDsa key)
    {
        var hash = SHA256.HashData("portal"u8);
        return key.VerifyHash(hash, key.SignHash(hash));
    }

    private static string InGroups(string hex) => string.Join(' ', hex.Chunk(4).Select(group => new string(group)));
}
