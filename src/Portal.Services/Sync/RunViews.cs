using Portal.Domain;
using Portal.Domain.Sync;

namespace Portal.Services.Sync;

/// <summary>What a request for a run came to.</summary>
/// <param name="Joined">True: one was under way already; this is it, and who started it when.</param>
public sealed record RunRequested(Guid RunId, bool Joined, string StartedByName, DateTimeOffset RequestedAt);

/// <summary>A run as lists, its page, REST and the CLI show it; also what a watcher receives while it grows. Times are UTC.</summary>
public sealed record RunView
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>The link.</summary>
    public required Guid LinkId { get; init; }
    /// <summary>The link's title.</summary>
    public required string LinkTitle { get; init; }
    /// <summary>Preview or real.</summary>
    public required SyncMode Mode { get; init; }
    /// <summary>What it is for.</summary>
    public RunPurpose Purpose { get; init; }
    /// <summary>What set it off.</summary>
    public required RunTrigger Trigger { get; init; }
    /// <summary>Where it stands.</summary>
    public required RunState State { get; init; }
    /// <summary>Who started it.</summary>
    public required string StartedByName { get; init; }
    /// <summary>Subject of who started it.</summary>
    public required string StartedById { get; init; }
    /// <summary>Whether it is for one person only.</summary>
    public required bool OnePerson { get; init; }
    /// <summary>The run it undoes, or whose failures it tries again.</summary>
    public Guid? OfRunId { get; init; }
    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }
    /// <summary>When a runner took it.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When its plan was stored.</summary>
    public DateTimeOffset? PlannedAt { get; init; }
    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
    /// <summary>Grows with every committed change.</summary>
    public required long Revision { get; init; }
    /// <summary>Content hash of the plan.</summary>
    public string? PlanHash { get; init; }
    /// <summary>The request that held it, where it was over a limit.</summary>
    public Guid? ApprovalId { get; init; }
    /// <summary>One person allowed it alone.</summary>
    public bool NotFourEyes { get; init; }
    /// <summary>The run whose plan was seen before this one; what changed since can be asked for.</summary>
    public Guid? ComparedRunId { get; init; }
    /// <summary>Why it was asked for, where a reason was given.</summary>
    public string? RequestReason { get; init; }
    /// <summary>Why it ended as it did.</summary>
    public Problem? Problem { get; init; }
    /// <summary>Somebody asked to cancel.</summary>
    public bool CancelRequested { get; init; }
    /// <summary>How often a runner took it over.</summary>
    public int Resumes { get; init; }
    /// <summary>Members read.</summary>
    public int TeamCount { get; init; }
    /// <summary>Testers read.</summary>
    public int GroupCount { get; init; }
    /// <summary>Planned adds.</summary>
    public int ToAdd { get; init; }
    /// <summary>Planned removals.</summary>
    public int ToRemove { get; init; }
    /// <summary>Already as they should be.</summary>
    public int Kept { get; init; }
    /// <summary>Skipped for a reason.</summary>
    public int Skipped { get; init; }
    /// <summary>Waiting for an address or a place.</summary>
    public int Waiting { get; init; }
    /// <summary>Acts with an answer, of <see cref="ToAdd"/> + <see cref="ToRemove"/>.</summary>
    public int Done { get; init; }
    /// <summary>Seen at Apple.</summary>
    public int Confirmed { get; init; }
    /// <summary>Taken by Apple, not yet to be seen.</summary>
    public int Pending { get; init; }
    /// <summary>Refused by Apple.</summary>
    public int Refused { get; init; }
    /// <summary>The run ended first.</summary>
    public int NotTried { get; init; }
    /// <summary>Requests made with the key.</summary>
    public int Calls { get; init; }
    /// <summary>Requests the key has left this hour, as Apple last said.</summary>
    public int? CallsLeftThisHour { get; init; }
    /// <summary>Waits for Apple's limit until about then; null: it does not.</summary>
    public DateTimeOffset? WaitingUntil { get; init; }
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsOver => State.IsOver(Mode);
}

/// <summary>One person of a run. Address and name are masked for those who may not see them.</summary>
public sealed record RunItemView
{
    /// <summary>Position in the plan, from 0.</summary>
    public required int Ordinal { get; init; }
    /// <summary>Row id: the person's URL within the run.</summary>
    public required Guid Id { get; init; }
    /// <summary>The person's opaque id in this link, for their page; null while the vault is locked.</summary>
    public string? PersonId { get; init; }
    /// <summary>Address, maybe masked.</summary>
    public string? Email { get; init; }
    /// <summary>Name, maybe masked.</summary>
    public string? Name { get; init; }
    /// <summary>Centercode's id.</summary>
    public string? MemberId { get; init; }
    /// <summary>What the plan says.</summary>
    public required PlanAction Action { get; init; }
    /// <summary>Reason's code.</summary>
    public required string ReasonCode { get; init; }
    /// <summary>Reason in words.</summary>
    public required string Reason { get; init; }
    /// <summary>What became of it.</summary>
    public required ItemOutcome Outcome { get; init; }
    /// <summary>Outcome in words, where there is more to say.</summary>
    public string? OutcomeSentence { get; init; }
    /// <summary>Tester state as last read: NOT_INVITED, INVITED, ACCEPTED, INSTALLED.</summary>
    public string? InviteState { get; init; }
    /// <summary>Apple's HTTP status where it refused.</summary>
    public int? AppleStatus { get; init; }
    /// <summary>Apple's code where it refused.</summary>
    public string? AppleCode { get; init; }
    /// <summary>Requests made for this person.</summary>
    public int Attempts { get; init; }
}

/// <summary>Which people of a run to show. Empty lists: all.</summary>
public sealed record RunItemQuery
{
    /// <summary>Only these actions.</summary>
    public IReadOnlyList<PlanAction> Actions { get; init; } = [];
    /// <summary>Only these outcomes.</summary>
    public IReadOnlyList<ItemOutcome> Outcomes { get; init; } = [];
    /// <summary>Only this reason code.</summary>
    public string? ReasonCode { get; init; }
    /// <summary>Part of an address or name; ignored for those who may not see addresses.</summary>
    public string? Text { get; init; }
    /// <summary>How many to leave out.</summary>
    public int Skip { get; init; }
    /// <summary>How many at most; up to 1,000.</summary>
    public int Take { get; init; } = 100;
}

/// <summary>Some rows and how many there are of them and in all.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, int Matching, int Total);

/// <summary>Which runs to show.</summary>
public sealed record RunQuery
{
    /// <summary>Of this link only.</summary>
    public Guid? LinkId { get; init; }
    /// <summary>In these states only.</summary>
    public IReadOnlyList<RunState> States { get; init; } = [];
    /// <summary>Preview or real only.</summary>
    public SyncMode? Mode { get; init; }
    /// <summary>How many to leave out.</summary>
    public int Skip { get; init; }
    /// <summary>How many at most.</summary>
    public int Take { get; init; } = 50;
}
