using System.Security.Cryptography;
using System.Text;

namespace Portal.Domain.TestFlight.Events;

/// <summary>Apple's signature over a webhook's body: HMAC-SHA256 in hex, with or without <c>hmacsha256=</c> before it.</summary>
public static class AppleSignature
{
    private const string Scheme = "hmacsha256=";

    /// <summary>Whether the header signs exactly these bytes. Takes as long for a wrong one as for a right one.</summary>
    public static bool IsValid(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> body, string? header)
    {
        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, body, right);
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Read(header, given) & CryptographicOperations.FixedTimeEquals(right, given);
    }

    /// <summary>The secret's bytes as Apple signs with them.</summary>
    public static byte[] SecretBytes(string secret) => Encoding.UTF8.GetBytes(secret);

    private static bool Read(string? header, Span<byte> bytes)
    {
        if (header is null) return false;
        var hex = header.AsSpan().Trim();
        if (hex.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) hex = hex[Scheme.Length..];
        return hex.Length == bytes.Length * 2 && Convert.FromHexString(hex, bytes, out _, out var written) is System.Buffers.OperationStatus.Done && written == bytes.Length;
    }
}
