using System.Buffers;
using System.Text;

namespace Portal.Domain;

/// <summary>An e-mail address as somebody wrote it and the key it is matched by (invariant 6): trimmed, NFC, lower-case invariant; plus tags and dots kept.</summary>
public sealed class EmailAddress : IEquatable<EmailAddress>
{
    private const int LongestAddress = 254;     // RFC 5321 4.5.3.1.3
    private const int LongestLocalPart = 64;    // RFC 5321 4.5.3.1.1

    // All that nearly every address is made of: nothing to trim, to normalize or to look at one by one.
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@_+-");

    private EmailAddress(string text) => (Text, Key) = (text, text.ToLowerInvariant());

    /// <summary>The address, trimmed and in NFC, with the case it was written in.</summary>
    public string Text { get; }

    /// <summary>What addresses are compared by, in memory and in the database.</summary>
    public string Key { get; }

    /// <summary>The part behind the last @.</summary>
    public string Domain => Key[(Key.LastIndexOf('@') + 1)..];

    /// <summary>For those who may not see addresses: the first letter and the domain, "a•••@example.com".</summary>
    public string Masked => Mask(Text);

    /// <summary>Whether this process can bring text into NFC: without ICU .NET leaves it as it is, and one person would be two.</summary>
    public static bool CanNormalize => "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9";

    /// <summary>Reads an address; null when the text is none (blank, no @, a space inside, too long).</summary>
    public static EmailAddress? TryParse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 4 * LongestAddress) return null;
        var clean = text.AsSpan().ContainsAnyExcept(Plain) ? Cleaned(text) : text;
        if (clean is null) return null;
        var at = clean.LastIndexOf('@');
        if (at < 1 || at > LongestLocalPart || at == clean.Length - 1 || clean.Length > LongestAddress) return null;
        if (clean.AsSpan(0, at).Contains('@')) return null;
        var domain = clean.AsSpan(at + 1);
        if (!domain.Contains('.') || domain[0] is '.' or '-' || domain[^1] is '.' or '-' || domain.Contains("..", StringComparison.Ordinal)) return null;
        return new EmailAddress(clean);
    }

    /// <summary>Masks any text that may hold an address: the first character, then bullets, then the domain.</summary>
    public static string Mask(string text)
    {
        var at = text.LastIndexOf('@');
        if (at < 0) return text.Length == 0 ? text : "•••";
        var first = at == 0 ? "" : char.IsHighSurrogate(text[0]) && at > 1 ? text[..2] : text[..1];
        return $"{first}•••{text[at..]}";
    }

    /// <inheritdoc/>
    public bool Equals(EmailAddress? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EmailAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <summary>Masked, so that an address does not slip into a log.</summary>
    public override string ToString() => Masked;

    private static string? Cleaned(string text)
    {
        if (HasLoneSurrogate(text)) return null;
        var clean = text.Trim().Normalize(NormalizationForm.FormC);
        return clean.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',' or ';' or '"' or '(' or ')' or '[' or ']' or ':' or '\\') ? null : clean;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else return true;
        }
        return false;
    }
}
