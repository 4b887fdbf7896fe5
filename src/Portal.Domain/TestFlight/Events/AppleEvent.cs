using System.Text.Json;

namespace Portal.Domain.TestFlight.Events;

/// <summary>Something Apple tells of. A hint and no more: what is so is read from Apple's API.</summary>
/// <param name="Id">Apple's; the same event may come several times.</param>
/// <param name="Type">Apple's word.</param>
/// <param name="IsPing">Whether it only shows that events arrive.</param>
public sealed record AppleEvent(string Id, string Type, bool IsPing)
{
    /// <summary>The largest body read; Apple's are below 2 KB.</summary>
    public const int LargestBody = 64 * 1024;
    private const int LongestWord = 100;

    /// <summary>The event types a portal that watches builds asks for.</summary>
    public static readonly IReadOnlyList<string> Wanted = ["BUILD_UPLOAD_STATE_UPDATED", "BUILD_BETA_DETAIL_EXTERNAL_BUILD_STATE_UPDATED"];

    /// <summary>The event of a body, or null where it is none.</summary>
    public static AppleEvent? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            if (document.RootElement.ValueKind is not JsonValueKind.Object || !document.RootElement.TryGetProperty("data", out var data) || data.ValueKind is not JsonValueKind.Object) return null;
            return Word(data, "id") is { } id && Word(data, "type") is { } type ? new(id, type, type.StartsWith("webhookPing", StringComparison.Ordinal)) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Not JSON, or a text that is no Unicode.
            return null;
        }
    }

    private static string? Word(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 and <= LongestWord } text && !text.Any(char.IsControl) ? text : null;
}
