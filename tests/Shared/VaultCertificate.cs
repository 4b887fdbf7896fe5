using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Tests;

/// <summary>The certificate that wraps the vault ring, made at run time. One a process: making an RSA key takes a while.</summary>
public static class VaultCertificate
{
    public const string Password = "made at run time";
    private static readonly Lazy<byte[]> _first = new(Make);

    /// <summary>Writes the process's certificate to this path.</summary>
    public static void WriteTo(string path) => File.WriteAllBytes(path, _first.Value);

    /// <summary>Writes another certificate, which opens nothing the first one sealed (F33).</summary>
    public static void WriteAnotherTo(string path) => File.WriteAllBytes(path, Make());

    private static byte[] Make()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Portal vault", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(30));
        return certificate.Export(X509ContentType.Pkcs12, Password);
    }
}
