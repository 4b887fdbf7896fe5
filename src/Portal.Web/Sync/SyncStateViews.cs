using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Sync;

/// <summary>How states of links, runs and people are drawn: the one place.</summary>
public static class SyncStateViews
{
    /// <summary>A link; one that was never synced says so instead of "paused".</summary>
    public static StateView Of(LinkView link) => link switch
    {
        { State: LinkState.Paused, FirstApplied: false } => StateView.NeedsPerson("First sync open"),
        { State: LinkState.Active, IsQuarantined: true } => StateView.Attention("Quarantined"),
        { State: LinkState.Active, FrozenUntil: not null } => StateView.Quiet("Frozen"),
        { State: LinkState.Active, LooksOnlySince: not null } => StateView.NeedsPerson("Only looks"),
        { State: LinkState.Active, Policy.DriftOnly: true } => StateView.Quiet("Drift only"),
        _ => Of(link.State),
    };

    /// <summary>A link's state alone.</summary>
    public static StateView Of(LinkState link) => link switch
    {
        LinkState.Draft => StateView.Attention("Draft"),
        LinkState.Ready => StateView.NeedsPerson("First sync open"),
        LinkState.Paused => StateView.Quiet("Paused"),
        LinkState.Active => StateView.Good("Active"),
        LinkState.Blocked => StateView.Bad("Blocked"),
        LinkState.Retired => StateView.Quiet("Retired"),
        _ => StateView.Quiet(link.ToString()),
    };

    /// <summary>What the check under way waits for, if it does.</summary>
    public static string? Waiting(LinkView link, DateTimeOffset now) =>
        link.WaitingUntil is { } until && until > now ? $"waits for Apple's hourly limit until {until.UtcDateTime:HH:mm} UTC" : null;

    /// <summary>A run.</summary>
    public static StateView Of(RunView run) => run.State switch
    {
        RunState.Queued => StateView.Busy("Queued"),
        RunState.Reading => StateView.Busy("Reading"),
        RunState.Planned when run.Mode is SyncMode.Preview => StateView.Good("Previewed"),
        RunState.Planned => StateView.Busy("Planned"),
        RunState.AwaitingApproval => StateView.NeedsPerson("Awaiting approval"),
        RunState.Applying => StateView.Busy("Applying"),
        RunState.Verifying => StateView.Busy("Verifying"),
        RunState.Succeeded => StateView.Good("Succeeded"),
        RunState.Partial => StateView.Attention("Partial"),
        RunState.Failed => StateView.Bad("Failed"),
        RunState.Blocked => StateView.Bad("Blocked"),
        RunState.Cancelled => StateView.Quiet("Cancelled"),
        _ => StateView.Quiet(run.State.ToString()),
    };

    /// <summary>What became of one person; nothing for those of whom nothing was to be done.</summary>
    public static StateView? Of(RunItemView person) => person.Outcome switch
    {
        ItemOutcome.Sent => StateView.Busy("Sent"),
        ItemOutcome.Confirmed => StateView.Good("Confirmed"),
        ItemOutcome.PendingAtApple => StateView.Waiting("Pending at Apple"),
        ItemOutcome.Refused => StateView.Bad("Refused"),
        ItemOutcome.NotTried => StateView.Quiet("Not tried"),
        _ => null,
    };

    /// <summary>An action of a plan.</summary>
    public static string InWords(this PlanAction action) => action switch
    {
        PlanAction.Add => "Add",
        PlanAction.Keep => "Keep",
        PlanAction.Remove => "Remove",
        PlanAction.Skip => "Skip",
        PlanAction.Wait => "Wait",
        _ => action.ToString(),
    };

    /// <summary>An outcome.</summary>
    public static string InWords(this ItemOutcome outcome) => outcome switch
    {
        ItemOutcome.None => "nothing to do or not begun",
        ItemOutcome.Sent => "sent",
        ItemOutcome.Confirmed => "confirmed",
        ItemOutcome.PendingAtApple => "pending at Apple",
        ItemOutcome.Refused => "refused",
        ItemOutcome.NotTried => "not tried",
        _ => outcome.ToString(),
    };

    /// <summary>What set a run off.</summary>
    public static string InWords(this RunTrigger trigger) => trigger switch
    {
        RunTrigger.Schedule => "the schedule",
        RunTrigger.Person => "a person at a page",
        RunTrigger.Api => "the API or command line",
        RunTrigger.Retry => "a retry",
        _ => trigger.ToString(),
    };

    /// <summary>Apple's tester state in words; a word of later as it came.</summary>
    public static string? InviteInWords(string? state) => state switch
    {
        null => null,
        "NOT_INVITED" => "not invited",
        "INVITED" => "invited",
        "ACCEPTED" => "accepted",
        "INSTALLED" => "installed",
        "REVOKED" => "revoked",
        _ => state,
    };

    /// <summary>"+3 −1", "none", or null before the first read.</summary>
    public static string? Drift(int? add, int? remove) => (add, remove) switch
    {
        (null, null) => null,
        (0 or null, 0 or null) => "none",
        _ => $"+{add ?? 0:N0} −{remove ?? 0:N0}",
    };

    /// <summary>"Adds 3 people and removes nobody."</summary>
    public static string PlanInWords(int adds, int removals) => (adds, removals) switch
    {
        (0, 0) => "Changes nothing.",
        (_, 0) => $"Adds {People(adds)} and removes nobody.",
        (0, _) => $"Removes {People(removals)} and adds nobody.",
        _ => $"Adds {People(adds)} and removes {People(removals)}.",
    };

    /// <summary>"1 person", "3 people".</summary>
    public static string People(int count) => Times.Count(count, "person", "people");

    /// <summary>Parses a value of the address; null for anything unknown.</summary>
    public static T? Read<T>(string? text) where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}
