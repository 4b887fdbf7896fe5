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

    /// <summary>HMAC-SHA-256 of the payload, made when it was written, under a key outside the database.</summary>
    public required byte[] Mac { get; set; }

    /// <summary>When the sequencer saw that the portal did not write this row so; it gets no leaf.</summary>
    public DateTimeOffset? RefusedAt { get; set; }
}

/// <summary>Up to 256 neighbouring hashes of the Merkle tree.</summary>
internal sealed class AuditTileRow
{
    public int Level { get; set; }
    public long Index { get; set; }
    public required byte[] Hashes { get; set; }
}

/// <summary>A signed checkpoint; the same stands outside the database.</summary>
internal sealed class AuditCheckpointRow
{
    public long Size { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Note { get; set; }
}

/// <summary>Something found wrong with the record that lasts until whoever found it sees it mended: what its alert says.</summary>
internal sealed class AuditFindingRow
{
    public required string Key { get; set; }
    public DateTimeOffset At { get; set; }
    public required string ProblemCode { get; set; }
    public required string ProblemSentence { get; set; }
}

/// <summary>One reading of the whole record, as JSON.</summary>
internal sealed class AuditVerificationRow
{
    public Guid Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Result { get; set; }
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
