namespace Portal.Domain.TestFlight.Rules;

/// <summary>Which versions a rule is for: "2.*", "2.?.0", several separated by commas. <c>*</c> stands for anything, <c>?</c> for one character.</summary>
public sealed record VersionPattern
{
    private const int Longest = 100;
    private readonly string[] _parts;

    private VersionPattern(string[] parts) => (_parts, Text) = (parts, string.Join(", ", parts));

    /// <summary>As people read it.</summary>
    public string Text { get; }

    /// <summary>Every version.</summary>
    public static readonly VersionPattern Any = new(["*"]);

    /// <summary>Reads what was typed.</summary>
    /// <exception cref="ProblemException"><c>rule-pattern-unreadable</c>.</exception>
    public static VersionPattern Read(string? typed)
    {
        var parts = (typed ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length > 0 && typed!.Length <= Longest && parts.All(part => part.All(IsPlain)) ? new(parts) : throw new ProblemException(RuleProblems.PatternUnreadable);
    }

    /// <summary>Whether a version is meant.</summary>
    public bool Matches(string version) => _parts.Any(part => Matches(part, version));

    /// <inheritdoc/>
    public bool Equals(VersionPattern? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '+' or '_' or '*' or '?';

    // Goes back to the last star only, so the time grows with the product of the lengths and no further.
    private static bool Matches(string pattern, string text)
    {
        var (p, t, star, from) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, from, p) = (p, t, p + 1);
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t])) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++from);
            else return false;
        }
        return pattern.AsSpan(p).Trim('*').IsEmpty;
    }
}
