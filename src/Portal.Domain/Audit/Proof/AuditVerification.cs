namespace Portal.Domain.Audit.Proof;

/// <summary>What was done to the record.</summary>
public enum AuditDamage
{
    /// <summary>An event is not as it was written.</summary>
    Altered,
    /// <summary>An event is gone from the middle.</summary>
    Missing,
    /// <summary>An event stands there that was not written there.</summary>
    Inserted,
    /// <summary>Events stand in another order.</summary>
    Reordered,
    /// <summary>The end is gone.</summary>
    Truncated,
    /// <summary>Events and tree agree with each other but not with a checkpoint.</summary>
    Rewritten,
    /// <summary>The stored hashes of the tree do not belong together.</summary>
    Tree,
    /// <summary>A kept checkpoint is not the portal's.</summary>
    Checkpoint,
}

/// <summary>Something that is wrong with the record.</summary>
/// <param name="Damage">What was done.</param>
/// <param name="Leaf">The first bad event's number; the first of the interval where only that is known.</param>
/// <param name="Words">In words.</param>
public sealed record AuditFinding(AuditDamage Damage, long Leaf, string Words)
{
    /// <summary>The last number of the interval, where one event cannot be named.</summary>
    public long? To { get; init; }
    /// <summary>The event that stands there, if one does.</summary>
    public Guid? EventId { get; init; }
}

/// <summary>What reading the whole record showed.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Events">Numbered events that were read.</param>
public sealed record AuditVerification(DateTimeOffset At, long Events)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsWhole => Findings.Count == 0;
    /// <summary>Events from the first on that are as they were written.</summary>
    public long WholeUpTo { get; init; }
    /// <summary>When the last of those happened.</summary>
    public DateTimeOffset? WholeUpToAt { get; init; }
    /// <summary>Events covered by the last checkpoint kept outside the database; 0 without one.</summary>
    public long Covered { get; init; }
    /// <summary>When that checkpoint was signed.</summary>
    public DateTimeOffset? CoveredAt { get; init; }
    /// <summary>Checkpoints kept outside the database that were compared.</summary>
    public int Checkpoints { get; init; }
    /// <summary>Events above that checkpoint: their own MAC holds, but the end of the record could be cut there unseen.</summary>
    public long Above { get; init; }
    /// <summary>Events that have no number yet.</summary>
    public int Pending { get; init; }
    /// <summary>Rows the sequencer refused, for the portal did not write them so.</summary>
    public int Refused { get; init; }
    /// <summary>The first of them.</summary>
    public IReadOnlyList<Guid> RefusedIds { get; init; } = [];
    /// <summary>Events whose text was erased; what is hashed of them stands.</summary>
    public long Erased { get; init; }
    /// <summary>What is wrong, first leaf first, at most 5.</summary>
    public IReadOnlyList<AuditFinding> Findings { get; init; } = [];
    /// <summary>How long the reading took.</summary>
    public TimeSpan Took { get; init; }
}

/// <summary>Where the reading of the record stands.</summary>
/// <param name="Running">Somebody has it read just now, on this machine.</param>
/// <param name="Read">Events read so far.</param>
/// <param name="Of">Events there are to read.</param>
/// <param name="Last">The last reading that came to its end, by anybody.</param>
public sealed record AuditVerificationState(bool Running, long Read, long Of, AuditVerification? Last)
{
    /// <summary>Events in the record.</summary>
    public long Size { get; init; }
    /// <summary>The last checkpoint.</summary>
    public CheckpointView? Checkpoint { get; init; }
    /// <summary>Events that wait for their number.</summary>
    public int Pending { get; init; }
    /// <summary>How long the oldest of them waits.</summary>
    public TimeSpan Lag { get; init; }
}

/// <summary>That an event is in the record.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Leaf">Its number.</param>
/// <param name="LeafHash">Lower-case hex of SHA-256(0x00 ‖ payload).</param>
/// <param name="Hashes">From the leaf up, lower-case hex.</param>
/// <param name="Checkpoint">The checkpoint it leads to.</param>
public sealed record InclusionProof(Guid EventId, long Leaf, string LeafHash, IReadOnlyList<string> Hashes, CheckpointView Checkpoint);

/// <summary>That the record of one size begins with the record of another.</summary>
/// <param name="From">Leaves of the first.</param>
/// <param name="FromRoot">Its root, lower-case hex.</param>
/// <param name="To">Leaves of the second.</param>
/// <param name="ToRoot">Its root.</param>
/// <param name="Hashes">RFC 6962 2.1.2, lower-case hex.</param>
public sealed record ConsistencyProof(long From, string FromRoot, long To, string ToRoot, IReadOnlyList<string> Hashes);
