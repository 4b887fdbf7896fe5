using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Portal.Domain;
using Portal.Domain.SignIn;

namespace Portal.Web.Credentials;

/// <summary>What a refused form comes back with: why, and the fields that are no secret.</summary>
/// <param name="Problem">Why; null when all went well.</param>
/// <param name="Fields">By the name of the field. Never the key.</param>
internal sealed record FlashContent(Problem? Problem, IReadOnlyDictionary<string, string> Fields)
{
    public static readonly FlashContent None = new(null, new Dictionary<string, string>());

    public string? this[string field] => Fields.GetValueOrDefault(field);
}

/// <summary>Carries a form's answer over the redirect that follows a post: sealed, for one person, for ten minutes.</summary>
internal sealed class FormFlash(IDataProtectionProvider protection)
{
    public const string QueryName = "flash";
    private const int LongestField = 200;
    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(10);

    public string Write(Actor actor, Problem? problem, params IEnumerable<KeyValuePair<string, string?>> fields)
    {
        var kept = fields.Where(field => field.Value is { Length: > 0 and <= LongestField } && !MayBeSecret(field.Value)).ToDictionary(field => field.Key, field => field.Value!);
        return For(actor).Protect(JsonSerializer.Serialize(new FlashContent(problem, kept)), Lives);
    }

    public FlashContent Read(Actor actor, string? flash)
    {
        if (string.IsNullOrEmpty(flash)) return FlashContent.None;
        try
        {
            return JsonSerializer.Deserialize<FlashContent>(For(actor).Unprotect(flash)) ?? FlashContent.None;
        }
        catch (CryptographicException)
        {
            // Too old, or somebody else's: the form is simply empty.
            return FlashContent.None;
        }
    }

    // A key pasted into the wrong field does not come back in the page.
    private static bool MayBeSecret(string text) =>
        text.Contains("PRIVATE KEY", StringComparison.OrdinalIgnoreCase) || text.Contains("apiKey", StringComparison.OrdinalIgnoreCase) || text.AsSpan().ContainsAny('\n', '?', '@');

    private ITimeLimitedDataProtector For(Actor actor) => protection.CreateProtector("credential-form", actor.Id).ToTimeLimitedDataProtector();
}
