using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;

namespace Portal.Services.Audit;

/// <summary>What a service hands to <see cref="AuditLog.Append"/>: one event to be committed with what it describes.</summary>
internal sealed record AuditEntry(AuditCode Code, Actor Actor, string TargetKind, string? TargetId)
{
    public Guid? LinkId { get; init; }
    public Guid? RunId { get; init; }
    public Guid? CredentialId { get; init; }

    /// <summary>The event in words for the page; may name a person, so it stands in the erasable table. Default: the code's own sentence.</summary>
    public string? Sentence { get; init; }

    /// <summary>Particulars without personal data: hashed as they are (strings, whole numbers, booleans, times, ids).</summary>
    public IReadOnlyDictionary<string, object?> Facts { get; init; } = new Dictionary<string, object?>();

    /// <summary>Particulars with personal data: hashed only as a salted commitment, kept in the erasable table.</summary>
    public IReadOnlyDictionary<string, object?> Personal { get; init; } = new Dictionary<string, object?>();

    /// <summary>Addresses the event speaks of: findable by keyed hash.</summary>
    public IReadOnlyList<EmailAddress> Addresses { get; init; } = [];

    /// <summary>Why, in the actor's words, where a reason was asked for.</summary>
    public string? Reason { get; init; }
}
