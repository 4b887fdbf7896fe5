using System.Security.Cryptography;
using System.Text;

namespace Portal.Domain.Credentials;

/// <summary>Finds the one PEM block of a key file, in buffers that can be zeroed; says what else the file is.</summary>
internal static class KeyFileText
{
    /// <summary>The file as characters, or null when it is no text. Editors add byte order marks, and some save as UTF-16: both are read.</summary>
    public static char[]? Decode(ReadOnlySpan<byte> file)
    {
        var encoding = EncodingOf(file);
        if (file.StartsWith(encoding.Preamble)) file = file[encoding.Preamble.Length..];
        try
        {
            var text = new char[encoding.GetCharCount(file)];
            encoding.GetChars(file, text);
            if (!text.AsSpan().Contains('\0')) return text;
            Array.Clear(text);
            return null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether the bytes begin like a DER sequence: a binary .der, .p12 or .pfx file.</summary>
    public static bool IsDer(ReadOnlySpan<byte> file) => file is [0x30, >= 0x80, ..];

    /// <summary>The bytes of the file's one PKCS#8 block, or why there is none.</summary>
    public static Problem? TheOnePrivateKey(ReadOnlySpan<char> text, out byte[]? der)
    {
        der = null;
        var labels = new List<string>();
        var rest = text;
        while (PemEncoding.TryFind(rest, out var found))
        {
            var label = rest[found.Label].ToString();
            labels.Add(label);
            if (label == "PRIVATE KEY" && der is null)
            {
                der = new byte[found.DecodedDataLength];
                if (!Convert.TryFromBase64Chars(rest[found.Base64Data], der, out _)) return CredentialProblems.KeyDamaged;
            }
            rest = rest[found.Location.End..];
        }
        return labels switch
        {
            ["PRIVATE KEY"] => null,
            [] => NoBlock(text),
            _ when labels.Contains("PRIVATE KEY") => CredentialProblems.KeyFileHoldsMore,
            _ => labels.Select(WhatItIs).FirstOrDefault(problem => problem is not null) ?? CredentialProblems.KeyNotPem,
        };
    }

    private static Encoding EncodingOf(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xFE, ..] or [not 0, 0, not 0, 0, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        [0xFE, 0xFF, ..] or [0, not 0, 0, not 0, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
        _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
    };

    private static Problem NoBlock(ReadOnlySpan<char> text)
    {
        if (text.IsWhiteSpace()) return CredentialProblems.KeyFileEmpty;
        return text.Contains("-----BEGIN", StringComparison.Ordinal) ? CredentialProblems.KeyDamaged : CredentialProblems.KeyNotPem;
    }

    private static Problem? WhatItIs(string label) => label switch
    {
        "EC PRIVATE KEY" => CredentialProblems.KeyIsSec1,
        "ENCRYPTED PRIVATE KEY" => CredentialProblems.KeyIsEncrypted,
        "RSA PRIVATE KEY" => CredentialProblems.KeyIsRsa,
        "OPENSSH PRIVATE KEY" => CredentialProblems.KeyIsSsh,
        "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST" => CredentialProblems.KeyIsCertificate,
        _ when label.EndsWith("CERTIFICATE", StringComparison.Ordinal) => CredentialProblems.KeyIsCertificate,
        _ when label.EndsWith("PUBLIC KEY", StringComparison.Ordinal) => CredentialProblems.KeyIsPublic,
        _ => null,
    };
}
