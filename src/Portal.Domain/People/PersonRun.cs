using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.People;

/// <summary>One step of a run for one person.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="State">How it stands.</param>
/// <param name="Words">What came of it.</param>
/// <param name="At">When; null: not yet, or nothing was done.</param>
public sealed record PersonRunStep(string Name, StepState State, string Words, DateTimeOffset? At = null);

/// <summary>What the run's plan says of the person and what became of it.</summary>
/// <param name="Outcome">As stored so far.</param>
/// <param name="Said">The outcome in words, where there is more to say.</param>
/// <param name="InviteState">Apple's state of the tester as last read.</param>
public sealed record PersonRunItem(PlanAction Action, string ReasonCode, string Reason, ItemOutcome Outcome, string? Said, string? InviteState)
{
    /// <summary>Apple's answer where it refused.</summary>
    public string? AppleCode { get; init; }
}

/// <summary>One run as far as it is about one person: found in the team, in scope, matched at Apple, acted, confirmed.</summary>
public sealed record PersonRun
{
    /// <summary>Preview or real.</summary>
    public required SyncMode Mode { get; init; }
    /// <summary>Where it stands.</summary>
    public required RunState State { get; init; }
    /// <summary>Why it ended or is held.</summary>
    public Problem? Problem { get; init; }
    /// <summary>Team's name, for the texts.</summary>
    public required string TeamName { get; init; }
    /// <summary>Group's name, for the texts.</summary>
    public required string GroupName { get; init; }
    /// <summary>Members read.</summary>
    public int TeamCount { get; init; }
    /// <summary>Testers read.</summary>
    public int GroupCount { get; init; }
    /// <summary>The person; null: not planned yet, or neither in team nor group.</summary>
    public PersonRunItem? Item { get; init; }
    /// <summary>When the team was read.</summary>
    public DateTimeOffset? TeamReadAt { get; init; }
    /// <summary>When the plan was stored.</summary>
    public DateTimeOffset? PlannedAt { get; init; }
    /// <summary>When Apple answered the last request that changes something.</summary>
    public DateTimeOffset? ActedAt { get; init; }
    /// <summary>When the read-back settled it.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>The five steps, in order.</summary>
    public IReadOnlyList<PersonRunStep> Steps => [InTeam(), InScope(), AtApple(), Act(), Confirm()];

    private const string Find = "Find in the team", Scope = "In scope", Match = "Match at Apple", Acting = "Act", Confirming = "Confirm";
    private static readonly HashSet<string> _outside = [PlanReasons.LeftTeam.Code, PlanReasons.LeftTeamKept.Code, PlanReasons.AddedBySupport.Code, PlanReasons.ManualEnded.Code, PlanReasons.Unmanaged.Code, PlanReasons.Anonymous.Code, PlanReasons.ProjectEnds.Code];

    private bool IsOver => State.IsOver(Mode);
    private bool SourceFailed => Problem?.Code is { } code && (code.StartsWith("source-", StringComparison.Ordinal) || code is "api-key-refused");
    private bool IsActed => Item is { Action: PlanAction.Add or PlanAction.Remove } || Item is { Outcome: not ItemOutcome.None };

    private PersonRunStep InTeam() => this switch
    {
        { PlannedAt: null, IsOver: true } when SourceFailed => new(Find, StepState.Problem, Problem!.Sentence),
        { PlannedAt: null, TeamReadAt: null } => Open(Find, $"Reading {TeamName}."),
        { PlannedAt: null } => new(Find, StepState.Ok, $"{TeamName} was read.", TeamReadAt),
        { Item: null } => new(Find, StepState.Problem, $"Not among the {TeamCount:N0} of {TeamName}.", TeamReadAt ?? PlannedAt),
        { Item.ReasonCode: "address-changed" } => new(Find, StepState.Ok, $"In {TeamName}, with another Apple e-mail than this one.", TeamReadAt ?? PlannedAt),
        _ when _outside.Contains(Item.ReasonCode) => new(Find, StepState.Waiting, $"Not among the {TeamCount:N0} of {TeamName}.", TeamReadAt ?? PlannedAt),
        _ => new(Find, StepState.Ok, $"One of the {TeamCount:N0} of {TeamName}.", TeamReadAt ?? PlannedAt),
    };

    private PersonRunStep InScope() => this switch
    {
        { PlannedAt: null } => Open(Scope, "After both sides are read."),
        { Item: null } => new(Scope, StepState.Unknown, "Nobody to do anything about."),
        { Item.Action: PlanAction.Wait } => new(Scope, StepState.Waiting, Item.Reason, PlannedAt),
        { Item.Action: PlanAction.Skip } => new(Scope, StepState.Problem, Item.Reason, PlannedAt),
        _ => new(Scope, StepState.Ok, Item.Reason, PlannedAt),
    };

    private PersonRunStep AtApple() => this switch
    {
        { PlannedAt: null, IsOver: true, Problem: not null } when !SourceFailed => new(Match, StepState.Problem, Problem.Sentence),
        { PlannedAt: null } => Open(Match, $"Reading {GroupName}."),
        { Item: null } => new(Match, StepState.Unknown, $"Not among the {GroupCount:N0} of {GroupName}.", PlannedAt),
        { Item.Action: PlanAction.Add } => new(Match, StepState.Ok, $"Was not among the {GroupCount:N0} of {GroupName}.", PlannedAt),
        { Item.Action: PlanAction.Keep or PlanAction.Remove } => new(Match, StepState.Ok, $"Was in {GroupName} when it was read.", PlannedAt),
        { Item.InviteState: { } state } => new(Match, StepState.Ok, $"Apple lists them in {GroupName} as: {TesterStates.InWords(state)}.", PlannedAt),
        _ => new(Match, StepState.Unknown, "Not needed.", PlannedAt),
    };

    private PersonRunStep Act() => this switch
    {
        { PlannedAt: null } => Open(Acting, "Not reached yet."),
        { State: RunState.AwaitingApproval } or { State: RunState.Blocked } when IsActed => new(Acting, StepState.Problem, Problem?.Sentence ?? "Held before anything was sent."),
        { Mode: SyncMode.Preview, Problem: { } problem } when IsActed => new(Acting, StepState.Problem, problem.Sentence),
        { Mode: SyncMode.Preview } => new(Acting, Item is { Action: PlanAction.Add or PlanAction.Remove } ? StepState.Waiting : StepState.Ok, Planned()),
        { Item: null } or { Item: { Action: PlanAction.Wait or PlanAction.Skip } } => new(Acting, StepState.Ok, "Nothing to do, and nothing was sent."),
        { Item: { Action: PlanAction.Keep, Outcome: ItemOutcome.None } } when IsOver || Item.InviteState is not "NOT_INVITED" => new(Acting, StepState.Ok, "Nothing to do, and nothing was sent."),
        { Item.Outcome: ItemOutcome.None } => IsOver ? new(Acting, StepState.Problem, Problem?.Sentence ?? "Nothing was sent.") : new(Acting, StepState.Waiting, "Its turn comes."),
        { Item.Outcome: ItemOutcome.Sent } => new(Acting, StepState.Waiting, "Sent to Apple; no answer yet."),
        { Item.Outcome: ItemOutcome.Refused or ItemOutcome.NotTried } => new(Acting, StepState.Problem, (Item.Said ?? Problem?.Sentence ?? "Nothing was sent.") + (Item.AppleCode is { } code ? $" Apple's code: {code}." : ""), ActedAt),
        _ => new(Acting, StepState.Ok, Done(), ActedAt),
    };

    private PersonRunStep Confirm() => this switch
    {
        { Mode: SyncMode.Preview } => new(Confirming, StepState.Unknown, IsOver ? "Nothing to confirm: a preview changes nothing." : "Not needed: a preview changes nothing."),
        { Item: { Outcome: ItemOutcome.Confirmed } item } => new(Confirming, StepState.Ok, item.Action is PlanAction.Remove ? $"A fresh read shows them out of {GroupName}." : $"A fresh read shows them in {GroupName}. Apple's state: {TesterStates.InWords(item.InviteState)}.", SettledAt),
        { Item.Outcome: ItemOutcome.PendingAtApple, IsOver: true } => new(Confirming, StepState.Waiting, Item.Said ?? "Apple took it and does not show it yet; later cycles look again.", SettledAt),
        { IsOver: false, Item.Outcome: ItemOutcome.Sent or ItemOutcome.PendingAtApple } => new(Confirming, StepState.Waiting, "Reading the group back."),
        { IsOver: false } => new(Confirming, StepState.Unknown, "Not reached yet."),
        _ => new(Confirming, StepState.Unknown, "Nothing to confirm."),
    };

    private PersonRunStep Open(string name, string meanwhile) => IsOver ? new(name, StepState.Unknown, "Not reached.") : new(name, State is RunState.Queued ? StepState.Unknown : StepState.Waiting, State is RunState.Queued ? "Waits for its turn." : meanwhile);

    private string Planned() => Item switch
    {
        { Action: PlanAction.Add } => "Would add and invite them. Nothing was sent.",
        { Action: PlanAction.Remove } => $"Would remove them from {GroupName}; they may keep builds already there until those expire. Nothing was sent.",
        { Action: PlanAction.Keep, InviteState: "NOT_INVITED" } => "Would send Apple's invitation if there is a build to test. Nothing was sent.",
        _ => "Would do nothing.",
    };

    private string Done() => Item!.Action switch
    {
        PlanAction.Add => "Apple took the add.",
        PlanAction.Remove => "Apple took the removal. They may keep builds already there until those expire.",
        _ => "Apple took the invitation.",
    };
}
