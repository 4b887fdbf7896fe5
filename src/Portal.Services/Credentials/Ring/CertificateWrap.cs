using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Domain.Credentials;

namespace Portal.Services.Credentials;

/// <summary>A certificate whose RSA key is in this process, from a PKCS#12 file or the machine's store.</summary>
internal sealed class CertificateWrap : IRingWrap
{
    private readonly RSA? _key;
    private readonly string _id = "";
    private readonly string _because = "";

    private CertificateWrap(Func<X509Certificate2?> load)
    {
        try
        {
            using var certificate = load() ?? throw new CryptographicException("There is no such certificate.");
            _key = certificate.GetRSAPrivateKey() ?? throw new CryptographicException("The certificate has no RSA private key.");
            _id = IdOf(_key.ExportSubjectPublicKeyInfo());
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _because = failure.GetType().Name;
        }
    }

    public static CertificateWrap OfFile(string path, string password) =>
        new(() => X509CertificateLoader.LoadPkcs12FromFile(path, password, X509KeyStorageFlags.EphemeralKeySet));

    public static CertificateWrap OfStore(string thumbprint) => new(() => Find(StoreLocation.LocalMachine, thumbprint) ?? Find(StoreLocation.CurrentUser, thumbprint));

    /// <summary>What a public key is known by.</summary>
    public static string IdOf(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    public string Id => _key is null ? throw Closed() : _id;
    public bool ComesBack => false;

    public void Demand()
    {
        if (_key is null) throw Closed();
    }

    public byte[] Wrap(byte[] key) => (_key ?? throw Closed()).Encrypt(key, RSAEncryptionPadding.OaepSHA256);
    public byte[] Unwrap(byte[] wrapped) => (_key ?? throw Closed()).Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
    public void Dispose() => _key?.Dispose();

    private RingClosedException Closed() => new(CredentialProblems.Locked, _because);

    private static X509Certificate2? Find(StoreLocation location, string thumbprint)
    {
        using var store = new X509Store(StoreName.My, location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        }
        catch (CryptographicException)
        {
            // Linux has no such store of the machine.
            return null;
        }
        return store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint.Replace(" ", "", StringComparison.Ordinal), validOnly: false).FirstOrDefault();
    }
}
