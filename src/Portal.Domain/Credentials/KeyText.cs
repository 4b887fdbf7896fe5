namespace Portal.Domain.Credentials;

/// <summary>
/// Recognises a piece of a private key where people write words: a PEM block's first line, or a line of its base64, with or
/// without the others. Ids, fingerprints and addresses are none.
/// </summary>
public static class KeyText
{
    // Apple's file has lines of 64; the private number alone is 43.
    private const int Shortest = 40;
    private const int Share = 8;

    /// <summary>Whether the text holds one.</summary>
    public static bool IsIn(ReadOnlySpan<char> text)
    {
        if (text.Contains("PRIVATE KEY-----", StringComparison.OrdinalIgnoreCase)) return true;
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && IsBase64(text[at])) continue;
            if (at - start >= Shortest && LooksRandom(text[start..at])) return true;
            start = at + 1;
        }
        return false;
    }

    private static bool IsBase64(char one) => char.IsAsciiLetterOrDigit(one) || one is '+' or '/' or '=' or '-' or '_';

    // Words, paths and hex lack one of the kinds or have hardly any of it; a number drawn by chance has much of both cases.
    private static bool LooksRandom(ReadOnlySpan<char> run)
    {
        var (upper, lower, others, separators) = (0, 0, 0, 0);
        foreach (var one in run)
        {
            if (char.IsAsciiLetterUpper(one)) upper++;
            else if (char.IsAsciiLetterLower(one)) lower++;
            else if (one is '/' or '-' or '_') separators++;
            else others++;
        }
        return upper * Share >= run.Length && lower * Share >= run.Length && others > 0 && separators * Share <= run.Length;
    }
}
