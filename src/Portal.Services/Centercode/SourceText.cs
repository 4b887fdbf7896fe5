using System.Text;
using Portal.Domain;
using Portal.Domain.Sync;

namespace Portal.Services.Centercode;

/// <summary>Reads the bytes of a source, whatever they turn out to be.</summary>
internal static class SourceText
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>JSON or CSV by content, for what a server calls its answer is often wrong.</summary>
    public static RowSet Read(ReadOnlyMemory<byte> bytes)
    {
        if (Decode(bytes.Span) is not { } text) return RowSet.Unreadable(SourceProblems.Encoding);
        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty) return RowSet.Unreadable(SourceProblems.NothingInIt);
        if (start[0] is '<') return RowSet.Unreadable(SourceProblems.Html);
        return LooksLikeJson(start) ? JsonRows.Read(text) : CsvRows.Read(text);
    }

    private static bool LooksLikeJson(ReadOnlySpan<char> start)
    {
        if (start[0] is '{') return true;
        // A CSV header may begin with "[User ID]"; a JSON list begins with an object, a list or its own end.
        if (start[0] is not '[') return false;
        var inside = start[1..].TrimStart();
        return inside.IsEmpty || inside[0] is '{' or '[' or ']';
    }

    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return bytes switch
            {
                [0xEF, 0xBB, 0xBF, ..] => StrictUtf8.GetString(bytes[3..]),
                [0xFF, 0xFE, ..] => new UnicodeEncoding(false, false, true).GetString(bytes[2..]),
                [0xFE, 0xFF, ..] => new UnicodeEncoding(true, false, true).GetString(bytes[2..]),
                [not 0, 0, not 0, 0, ..] => new UnicodeEncoding(false, false, true).GetString(bytes),
                [0, not 0, 0, not 0, ..] => new UnicodeEncoding(true, false, true).GetString(bytes),
                _ => StrictUtf8.GetString(bytes),
            };
        }
        catch (ArgumentException)   // DecoderFallbackException: the bytes are of another encoding
        {
            return null;
        }
    }
}
