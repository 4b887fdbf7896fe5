namespace Portal.Domain.Credentials;

/// <summary>Apple's Key ID: ten upper-case letters and digits.</summary>
public sealed record KeyId
{
    /// <summary>How many characters a Key ID has.</summary>
    public const int Length = 10;

    private KeyId(string text) => Text = text;

    /// <summary>The ten characters.</summary>
    public string Text { get; }

    /// <summary>Reads what a person typed or pasted, explaining the usual mistakes.</summary>
    public static Parsed<KeyId> Parse(string? typed)
    {
        var text = (typed ?? "").Trim();
        if (text.Length == 0) return CredentialProblems.KeyIdMissing;
        if (IdText.IsQuoted(text)) return CredentialProblems.IdQuoted("Key ID");
        if (Guid.TryParseExact(text, "D", out _)) return CredentialProblems.IdsSwapped;
        if (text.Contains("AuthKey_", StringComparison.OrdinalIgnoreCase) || text.EndsWith(".p8", StringComparison.OrdinalIgnoreCase)) return CredentialProblems.KeyIdIsFileName;
        if (!text.All(char.IsAsciiLetterOrDigit)) return CredentialProblems.KeyIdWrongCharacters;
        if (text.Length != Length) return CredentialProblems.KeyIdWrongLength(text.Length);
        if (text.Any(char.IsAsciiLetterLower)) return CredentialProblems.KeyIdLowerCase;
        return new KeyId(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>Apple's Issuer ID: the UUID of the team's keys, kept in lower case.</summary>
public sealed record IssuerId
{
    private IssuerId(string text) => Text = text;

    /// <summary>The UUID, lower case with hyphens.</summary>
    public string Text { get; }

    /// <summary>Reads what a person typed or pasted, explaining the usual mistakes.</summary>
    public static Parsed<IssuerId> Parse(string? typed)
    {
        var text = (typed ?? "").Trim();
        if (text.Length == 0) return CredentialProblems.IssuerIdMissing;
        if (IdText.IsQuoted(text)) return CredentialProblems.IdQuoted("Issuer ID");
        if (text.Length == KeyId.Length && text.All(char.IsAsciiLetterOrDigit)) return CredentialProblems.IdsSwapped;
        return Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty ? new IssuerId(id.ToString("D")) : CredentialProblems.IssuerIdNotUuid;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

internal static class IdText
{
    private const string Marks = "\"'`´“”„‘’«»<>{}()[]";

    /// <summary>Quotes or brackets round an id, as they come along from mail, chat and code.</summary>
    public static bool IsQuoted(string text) => Marks.Contains(text[0]) || Marks.Contains(text[^1]);
}
