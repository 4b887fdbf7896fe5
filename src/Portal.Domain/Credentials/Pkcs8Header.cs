using System.Formats.Asn1;

namespace Portal.Domain.Credentials;

/// <summary>Reads what kind of key a PKCS#8 structure (RFC 5208) says it holds, before anything tries to use it.</summary>
internal static class Pkcs8Header
{
    private const string EllipticCurve = "1.2.840.10045.2.1";
    private const string Rsa = "1.2.840.113549.1.1.1";

    /// <summary>Null when it says EC P-256; otherwise what it is instead.</summary>
    public static Problem? Check(byte[] der)
    {
        try
        {
            var file = new AsnReader(der, AsnEncodingRules.BER);
            var info = file.ReadSequence();
            if (file.HasData) return CredentialProblems.KeyDamaged;
            // A public key has its algorithm first, a private one its version number.
            if (info.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) return CredentialProblems.KeyIsPublic;
            info.ReadInteger();
            var algorithm = info.ReadSequence();
            return algorithm.ReadObjectIdentifier() switch
            {
                EllipticCurve => CheckCurve(algorithm),
                Rsa => CredentialProblems.KeyIsRsa,
                "1.3.101.112" => CredentialProblems.KeyOnOtherCurve("Ed25519"),
                "1.3.101.113" => CredentialProblems.KeyOnOtherCurve("Ed448"),
                _ => CredentialProblems.KeyOnOtherCurve("another algorithm"),
            };
        }
        catch (AsnContentException)
        {
            return CredentialProblems.KeyDamaged;
        }
    }

    private static Problem? CheckCurve(AsnReader algorithm)
    {
        if (!algorithm.HasData || !algorithm.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)) return CredentialProblems.KeyOnOtherCurve("a curve of its own");
        return algorithm.ReadObjectIdentifier() switch
        {
            "1.2.840.10045.3.1.7" => null,
            "1.3.132.0.34" => CredentialProblems.KeyOnOtherCurve("P-384"),
            "1.3.132.0.35" => CredentialProblems.KeyOnOtherCurve("P-521"),
            "1.3.132.0.10" => CredentialProblems.KeyOnOtherCurve("secp256k1"),
            _ => CredentialProblems.KeyOnOtherCurve("another curve"),
        };
    }
}
