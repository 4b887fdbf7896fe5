namespace Portal.Domain.Audit.Proof;

/// <summary>What keeps the record from growing or from being signed, and what cannot be proved.</summary>
public static class AuditProofProblems
{
    /// <summary>The stored tree and the events contradict each other.</summary>
    public static Problem TreeBroken(string what) => new("audit-tree-broken",
        $"New events get no place in the record: {what} Somebody changed the database by hand. A security reviewer verifies the record; an operator restores the database.")
    { Turn = Turn.Operator };

    /// <summary>Committed events wait too long.</summary>
    public static Problem Lags(int waiting, TimeSpan lag) => new("audit-lags",
        $"{waiting:N0} events wait for their place in the record, the oldest for {Math.Round(lag.TotalMinutes):N0} minutes. They are kept, but could be removed unseen until then. An operator looks into the log.")
    { Turn = Turn.Operator };

    /// <summary>Rows the portal did not write.</summary>
    public static Problem Forged(int rows) => new("audit-forged",
        $"{(rows == 1 ? "One row of the audit was" : $"{rows:N0} rows of the audit were")} not written by the portal, or changed before {(rows == 1 ? "it" : "they")} got a place in the record. {(rows == 1 ? "It is" : "They are")} left out of it. A security reviewer finds out who can write to the database.")
    { Turn = Turn.SecurityReviewer };

    /// <summary>Fewer events than a checkpoint has seen.</summary>
    public static Problem WentBack(long size, long known) => new("audit-went-back",
        $"The record has {size:N0} events, but a checkpoint was signed over {known:N0}: it was cut, or the database is an older copy. No checkpoint is signed until it is whole again. An operator restores the newest copy.")
    { Turn = Turn.Operator };

    /// <summary>Another past than the one signed.</summary>
    public static Problem AnotherPast(long known) => new("audit-another-past",
        $"The first {known:N0} events are not those of the checkpoint signed over them. No checkpoint is signed. A security reviewer verifies the record and finds out who can write to the database.")
    { Turn = Turn.SecurityReviewer };

    /// <summary>Not what the sequencer took in.</summary>
    public static Problem NotWhole(long leaf) => new("audit-not-whole",
        $"Event {leaf:N0} is not as it was when it got its place in the record. No checkpoint is signed over it. A security reviewer verifies the record and finds out who can write to the database.")
    { Turn = Turn.SecurityReviewer };

    /// <summary>A checkpoint by another key.</summary>
    public static Problem ForeignCheckpoint(string where) => new("audit-foreign-checkpoint",
        $"The last checkpoint {where} is not signed by this portal's key. No checkpoint is signed. An operator puts the right keys or the right checkpoints back.")
    { Turn = Turn.Operator };

    /// <summary>The file outside the database.</summary>
    public static Problem FileFailed(string machine) => new("audit-checkpoint-file-failed",
        $"{machine} could not write a checkpoint outside the database, so the record is not protected against being cut. An operator makes Audit:CheckpointFolder writable there.")
    { Turn = Turn.Operator };

    /// <summary>Found by a reading.</summary>
    public static Problem Damaged(AuditFinding first) => new("audit-damaged",
        $"The record is damaged. {first.Words} A security reviewer looks at the audit page; an operator finds out who can write to the database.")
    { Turn = Turn.SecurityReviewer };

    /// <summary>Nothing to sign or to prove against.</summary>
    public static readonly Problem NoCheckpoint = new("audit-no-checkpoint",
        "There is no checkpoint that covers this yet. Sign one now, or wait for the next.")
    { Turn = Turn.Requester };

    /// <summary>Not numbered.</summary>
    public static readonly Problem NotInRecord = new("audit-not-in-record",
        "This event has no place in the record yet. Ask again in a few seconds.")
    { Turn = Turn.Requester };

    /// <summary>Sizes that do not go together.</summary>
    public static readonly Problem NoSuchSizes = new("audit-no-such-sizes",
        "The record never had these sizes. Take two sizes of checkpoints, the smaller one first and above zero.")
    { Turn = Turn.Requester };
}
