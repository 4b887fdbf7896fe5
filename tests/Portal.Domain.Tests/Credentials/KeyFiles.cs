using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Portal.Domain.Tests.Credentials;

/// <summary>Key files people really upload, made when the test runs: no key is ever in the repository.</summary>
internal static class KeyFiles
{
    public const string GoodName = "AuthKey_2X9R4HXF34.p8";

    public static string Apple() => With(ECCurve.NamedCurves.nistP256, key => key.ExportPkcs8PrivateKeyPem()) + "\n";

    public static byte[] Make(string kind) => kind switch
    {
        "nothing" => [],
        "blanks" => Text(" \n\t\n"),
        "17 KiB" => new byte[17 * 1024],
        "a photo" => [0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10, 0x4A, 0x46],
        "words" => Text("The key is in the other mail."),
        "base64 alone" => Text(string.Concat(Apple().Split('\n').Where(line => !line.StartsWith('-')))),
        "DER" => With(ECCurve.NamedCurves.nistP256, key => key.ExportPkcs8PrivateKey()),
        "PKCS#12" => Certificate(certificate => certificate.Export(X509ContentType.Pkcs12, "x")),
        "certificate" => Text(Certificate(certificate => certificate.ExportCertificatePem())),
        "public key" => Text(With(ECCurve.NamedCurves.nistP256, key => key.ExportSubjectPublicKeyInfoPem())),
        "public key named private" => Text(With(ECCurve.NamedCurves.nistP256, key => PemEncoding.WriteString("PRIVATE KEY", key.ExportSubjectPublicKeyInfo()))),
        "EC PRIVATE KEY" => Text(With(ECCurve.NamedCurves.nistP256, key => key.ExportECPrivateKeyPem())),
        "EC PARAMETERS and key" => Text("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + With(ECCurve.NamedCurves.nistP256, key => key.ExportECPrivateKeyPem())),
        "encrypted" => Text(With(ECCurve.NamedCurves.nistP256, key => key.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)))),
        "P-384" => Text(With(ECCurve.NamedCurves.nistP384, key => key.ExportPkcs8PrivateKeyPem())),
        "P-521" => Text(With(ECCurve.NamedCurves.nistP521, key => key.ExportPkcs8PrivateKeyPem())),
        "RSA" => Text(WithRsa(key => key.ExportPkcs8PrivateKeyPem())),
        "RSA PRIVATE KEY" => Text(WithRsa(key => key.ExportRSAPrivateKeyPem())),
        "SSH" => Text("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"),
        "two keys" => Text(Apple() + Apple()),
        "key and certificate" => Text(Apple() + Certificate(certificate => certificate.ExportCertificatePem())),
        "cut short" => Text(Apple()[..120]),
        "inside cut out" => CutInside(),
        "halves of two keys" => HalvesOfTwoKeys(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such file."),
    };

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] CutInside()
    {
        var der = With(ECCurve.NamedCurves.nistP256, key => key.ExportPkcs8PrivateKey());
        return Text(PemEncoding.WriteString("PRIVATE KEY", der.AsSpan(0, 60)));
    }

    // The public half is the last 64 bytes: put another key's there.
    private static byte[] HalvesOfTwoKeys()
    {
        var one = With(ECCurve.NamedCurves.nistP256, key => key.ExportPkcs8PrivateKey());
        var other = With(ECCurve.NamedCurves.nistP256, key => key.ExportPkcs8PrivateKey());
        other.AsSpan(other.Length - 64).CopyTo(one.AsSpan(one.Length - 64));
        return Text(PemEncoding.WriteString("PRIVATE KEY", one));
    }

    private static T With<T>(ECCurve curve, Func<ECDsa, T> use)
    {
        using var key = ECDsa.Create(curve);
        return use(key);
    }

    private static T WithRsa<T>(Func<RSA, T> use)
    {
        using var key = RSA.Create(2048);
        return use(key);
    }

    private static T Certificate<T>(Func<X509Certificate2, T> use) => With(ECCurve.NamedCurves.nistP256, key =>
    {
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(99));
        return use(certificate);
    });
}
