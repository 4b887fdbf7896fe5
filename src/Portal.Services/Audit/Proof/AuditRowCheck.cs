using Portal.Domain.Audit;
using Portal.Domain.Audit.Proof;
using Portal.Services.Data;

namespace Portal.Services.Audit.Proof;

/// <summary>Whether a row is what the portal wrote: its MAC holds, its columns say what its hashed bytes say, and so does its text where it stands.</summary>
internal static class AuditRowCheck
{
    /// <summary>Null when everything agrees, else what does not.</summary>
    public static string? Difference(AuditEventRow row, AuditKeys keys) =>
        !keys.IsOurs(row.Payload, row.Mac) ? "was not written by the portal, or its hashed bytes were changed"
        : AuditPayload.TryParse(row.Payload) is not { } payload ? "holds no event"
        : Column(row, payload) is { } column ? $"has another {column} in its row than in its hashed bytes" : null;

    public static bool TextHolds(AuditEventRow row, AuditTextRow text) => AuditPayload.TryParse(row.Payload) is { } payload
        && payload.Text == Convert.ToHexStringLower(AuditLog.Commitment(text.Salt, row.ActorId, row.ActorName, text.Sentence, text.Details));

    private static string? Column(AuditEventRow row, AuditPayload payload) =>
        row.Id != payload.Id ? "id"
        : CanonicalJson.Time(row.At) != payload.At ? "time"
        : row.Code != payload.Code ? "code"
        : row.Via != payload.Via ? "way in"
        : row.TargetKind != payload.TargetKind || row.TargetId != payload.TargetId ? "target"
        : row.LinkId != payload.Link ? "link"
        : row.RunId != payload.Run ? "run"
        : row.CredentialId != payload.Credential ? "credential" : null;
}
