using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Domain.Alerts;

/// <summary>
/// The signature of a web hook: <c>v1=</c> and the HMAC-SHA256, in lower-case hex, over the time in Unix seconds, a dot and the
/// body as it is sent. The time is signed so that a receiver can refuse what is old.
/// </summary>
public static class AlertSignature
{
    /// <summary>Header of the time, in Unix seconds.</summary>
    public const string TimestampHeader = "Portal-Timestamp";
    /// <summary>Header of the signature.</summary>
    public const string SignatureHeader = "Portal-Signature";
    /// <summary>Header of the delivery's id; the same again is the same notice.</summary>
    public const string DeliveryHeader = "Portal-Delivery";

    /// <summary>The header's value.</summary>
    public static string Of(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(Timestamp(at) + "."), .. body];
        return "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }

    /// <summary>The time as it is sent and signed.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
