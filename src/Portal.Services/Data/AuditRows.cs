using Portal.Domain.Audit;

namespace Portal.Services.Data;

/// <summary>One audit event. <see cref="Payload"/> is what is hashed: RFC 8785 bytes without personal data.</summary>
internal sealed class AuditEventRow
{
    public Guid Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Code { get; set; }
    public RetentionClass Retention { get; set; }
    public required string ActorId { get; set; }
    public required string ActorName { get; set; }
    public required string Via { get; set; }
    public required string TargetKind { get; set; }
    public string? TargetId { get; set; }
    public Guid? LinkId { get; set; }
    public Guid? RunId { get; set; }
    public Guid? CredentialId { get; set; }
    public required byte[] Payload { get; set; }

    /// <summary>Gap-free number given after commit by one sequencer; null until then. Starts at 0 (RFC 6962 leaf index).</summary>
    public long? Leaf { get; set; }
}

/// <summary>The erasable part of an event: the words, and the salt that ties them to the hashed commitment.</summary>
internal sealed class AuditTextRow
{
    public Guid EventId { get; set; }
    public required string Sentence { get; set; }

    /// <summary>JSON of before/after and the like; may hold personal data.</summary>
    public string Details { get; set; } = "";
    public required byte[] Salt { get; set; }
}

/// <summary>Keyed hash of each address an event speaks of, so that it can be found without being stored.</summary>
internal sealed class AuditAddressRow
{
    public long Id { get; set; }
    public Guid EventId { get; set; }
    public required string AddressHash { get; set; }
}
