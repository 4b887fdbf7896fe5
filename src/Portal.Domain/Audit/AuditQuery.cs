namespace Portal.Domain.Audit;

/// <summary>What is asked of the record; everything given has to hold. Only what the asker may see is answered.</summary>
public sealed record AuditQuery
{
    /// <summary>Events at or after this time.</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>Events before this time.</summary>
    public DateTimeOffset? To { get; init; }
    /// <summary>Whose acts.</summary>
    public string? ActorId { get; init; }
    /// <summary>Names of codes, any of them; a name that ends in a dot takes the whole feature, <c>credential.</c>. Empty: all.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];
    /// <summary>False leaves out single requests with a key unless <see cref="Codes"/> names them: they are many, and have a page of their own.</summary>
    public bool WithKeyUses { get; init; } = true;
    /// <summary>What was acted on, such as <c>link</c>.</summary>
    public string? TargetKind { get; init; }
    /// <summary>Which one.</summary>
    public string? TargetId { get; init; }
    /// <summary>Events of this link.</summary>
    public Guid? LinkId { get; init; }
    /// <summary>Events of this run.</summary>
    public Guid? RunId { get; init; }
    /// <summary>Events of this credential.</summary>
    public Guid? CredentialId { get; init; }
    /// <summary>Words in actor, code or target; in the event's own sentence too for those who see addresses.</summary>
    public string? Text { get; init; }
    /// <summary>Events that speak of this address, by its keyed hash.</summary>
    public string? Address { get; init; }
    /// <summary>One event for each run, the newest that matches, with the number of the others in <see cref="AuditView.Fold"/>.</summary>
    public bool FoldRuns { get; init; }
}

/// <summary>One event as it may be shown to the asker: addresses and testers' names are masked where the role says so.</summary>
public sealed record AuditView(Guid Id, DateTimeOffset At, string Code, string Sentence)
{
    /// <summary>Subject of a person, or a word such as <c>job:schedule</c>.</summary>
    public required string ActorId { get; init; }
    /// <summary>What people call them.</summary>
    public required string ActorName { get; init; }
    /// <summary><c>page</c>, <c>api</c>, <c>cli</c> or <c>job</c>.</summary>
    public required string Via { get; init; }
    /// <summary>What was acted on.</summary>
    public required string TargetKind { get; init; }
    /// <summary>Which one.</summary>
    public string? TargetId { get; init; }
    /// <summary>The link it belongs to.</summary>
    public Guid? LinkId { get; init; }
    /// <summary>The run it belongs to.</summary>
    public Guid? RunId { get; init; }
    /// <summary>The credential it belongs to.</summary>
    public Guid? CredentialId { get; init; }
    /// <summary>Particulars of the erasable side as JSON; empty when there are none.</summary>
    public string Details { get; init; } = "";
    /// <summary>How long it is kept.</summary>
    public RetentionClass Retention { get; init; }
    /// <summary>Its gap-free number in the record; null for the first moments.</summary>
    public long? Leaf { get; init; }
    /// <summary>What it stands for where runs are folded; null for an event by itself.</summary>
    public AuditFold? Fold { get; init; }
}

/// <summary>The matching events of one run.</summary>
/// <param name="Count">How many, the one shown among them.</param>
/// <param name="Parts">Each code's sentence with its number, most first.</param>
public sealed record AuditFold(int Count, IReadOnlyList<AuditFoldPart> Parts);

/// <summary>One code's sentence with the number of its events.</summary>
public sealed record AuditFoldPart(string Sentence, int Count);

/// <summary>A page of events, newest first.</summary>
/// <param name="Next">Hand back to read on; null at the end.</param>
/// <param name="Total">How many match, counted up to <see cref="CountedTo"/>.</param>
public sealed record AuditSlice(IReadOnlyList<AuditView> Events, string? Next, int Total)
{
    /// <summary>Beyond this many is not counted.</summary>
    public const int CountedTo = 10_000;
}

/// <summary>One event in full.</summary>
/// <param name="Payload">The canonical JSON that is hashed; no personal data in it.</param>
/// <param name="PayloadHash">SHA-256 of it, lower-case hex.</param>
/// <param name="TextHolds">Whether words and particulars still match the commitment in the payload; null when they were erased.</param>
public sealed record AuditDetail(AuditView Event, string Payload, string PayloadHash, bool? TextHolds);

/// <summary>What an export is written as.</summary>
public enum AuditFormat
{
    /// <summary>One row an event, safe to open in a spreadsheet.</summary>
    Csv,
    /// <summary>One JSON object a line, with the hashed payload.</summary>
    JsonLines,
}
