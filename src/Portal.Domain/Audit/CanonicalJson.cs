using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Domain.Audit;

/// <summary>
/// RFC 8785 (JSON Canonicalization Scheme) bytes of the shapes an audit event uses: objects, arrays, strings, whole numbers, booleans and null.
/// Fractions are refused, so the scheme's number formatting never comes into it.
/// </summary>
public static class CanonicalJson
{
    private const long LargestExact = 9_007_199_254_740_991;    // 2^53 - 1: RFC 8785 rests on I-JSON

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Writes <paramref name="value"/> canonically as UTF-8.</summary>
    /// <exception cref="ArgumentException">A value of another shape, a lone surrogate or a number beyond ±(2^53 − 1).</exception>
    public static byte[] Write(IReadOnlyDictionary<string, object?> value) => Utf8.GetBytes(TextOf(value).ToString());

    /// <summary>SHA-256 of what <see cref="Write"/> writes, in lower-case hex, without holding it: a plan for 10,000 people is megabytes.</summary>
    /// <exception cref="ArgumentException">As <see cref="Write"/>.</exception>
    public static string Hash(IReadOnlyDictionary<string, object?> value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (encoder, bytes) = (Utf8.GetEncoder(), new byte[4096]);
        foreach (var chunk in TextOf(value).GetChunks())
        {
            for (var left = chunk.Span; left.Length > 0;) Append(ref left, flush: false);
        }
        var end = ReadOnlySpan<char>.Empty;
        Append(ref end, flush: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(ref ReadOnlySpan<char> chars, bool flush)
        {
            encoder.Convert(chars, bytes, flush, out var used, out var written, out _);
            hash.AppendData(bytes.AsSpan(0, written));
            chars = chars[used..];
        }
    }

    /// <summary>A time as the audit writes it: UTC, whole microseconds, <c>2026-11-23T10:00:00.000000Z</c>.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static StringBuilder TextOf(IReadOnlyDictionary<string, object?> value)
    {
        var text = new StringBuilder();
        WriteValue(text, value);
        return text;
    }

    private static void WriteValue(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null: text.Append("null"); break;
            case bool flag: text.Append(flag ? "true" : "false"); break;
            case int number: text.Append(number.ToString(CultureInfo.InvariantCulture)); break;
            case long number when number is <= LargestExact and >= -LargestExact: text.Append(number.ToString(CultureInfo.InvariantCulture)); break;
            case string words: WriteString(text, words); break;
            case Guid id: WriteString(text, id.ToString("D")); break;
            case DateTimeOffset at: WriteString(text, Time(at)); break;
            case IReadOnlyDictionary<string, object?> members: WriteObject(text, members); break;
            case IEnumerable<object?> items: WriteArray(text, items); break;
            default: throw new ArgumentException($"A {value.GetType().Name} has no canonical form here.", nameof(value));
        }
    }

    private static void WriteObject(StringBuilder text, IReadOnlyDictionary<string, object?> members)
    {
        text.Append('{');
        var first = true;
        // RFC 8785 3.2.3: sorted by UTF-16 code units, which is what ordinal comparison does.
        foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            if (!first) text.Append(',');
            first = false;
            WriteString(text, name);
            text.Append(':');
            WriteValue(text, value);
        }
        text.Append('}');
    }

    private static void WriteArray(StringBuilder text, IEnumerable<object?> items)
    {
        text.Append('[');
        var first = true;
        foreach (var item in items)
        {
            if (!first) text.Append(',');
            first = false;
            WriteValue(text, item);
        }
        text.Append(']');
    }

    private static void WriteString(StringBuilder text, string words)
    {
        text.Append('"');
        foreach (var c in words)
        {
            // RFC 8785 3.2.2.2: two-character escapes where JSON has them, \u00xx for other controls, all else as it is.
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
