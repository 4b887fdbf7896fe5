using Portal.Domain.Sync.Approvals;
using Portal.Services.Sync.Approvals;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Sync.Approvals;

/// <summary>How a request is drawn and what it is called: the one place.</summary>
public static class ApprovalStateViews
{
    /// <summary>Where it stands.</summary>
    public static StateView Of(ApprovalView approval) => approval.State switch
    {
        ApprovalState.Open => StateView.NeedsPerson("Awaiting approval"),
        ApprovalState.Delayed => StateView.Attention("Takes effect soon"),
        ApprovalState.Allowed => StateView.Good(approval.ChosenCount is null ? "Allowed" : "Allowed in part"),
        ApprovalState.Rejected => StateView.Bad("Rejected"),
        ApprovalState.Withdrawn => StateView.Quiet("Taken back"),
        ApprovalState.Expired => StateView.Quiet("Ran out"),
        ApprovalState.Superseded => StateView.Quiet("Out of date"),
        _ => StateView.Quiet(approval.State.ToString()),
    };

    /// <summary>Where an emergency stands.</summary>
    public static StateView Of(BreakGlassState state) => state switch
    {
        BreakGlassState.Active => StateView.Bad("Lasts"),
        BreakGlassState.WaitsForReview => StateView.NeedsPerson("Waits for review"),
        _ => StateView.Quiet("Reviewed"),
    };

    /// <summary>What is asked, as a title: "Remove 42 people".</summary>
    public static string TitleOf(ApprovalView approval) => approval.Kind switch
    {
        ApprovalKind.HeldRun => Acts(approval.Adds, approval.Removals),
        ApprovalKind.Undo => $"Undo a sync: {UndoWords.Acts(approval.Removals, approval.Adds)}",
        ApprovalKind.EndOfProject => $"End the project: remove {SyncStateViews.People(approval.Removals)}",
        ApprovalKind.PolicyChange => "Loosen the policy",
        ApprovalKind.MappingChange => "Read other columns",
        ApprovalKind.ScopedReadsOff => "Switch narrow tokens off",
        _ => approval.Kind.ToString(),
    };

    /// <summary>The yes as a verb with its object.</summary>
    public static string AllowText(ApprovalView approval, int? chosen) => chosen is { } some ? $"Allow {some:N0} chosen" : approval switch
    {
        { Kind: ApprovalKind.HeldRun or ApprovalKind.Undo, Adds: > 0, Removals: > 0 } => $"Allow all {approval.Count:N0} changes",
        { Kind: ApprovalKind.HeldRun or ApprovalKind.Undo, Removals: 0 } => $"Allow all {Times.Count(approval.Adds, "invitation")}",
        { Kind: ApprovalKind.HeldRun or ApprovalKind.EndOfProject or ApprovalKind.Undo } => $"Allow all {Times.Count(approval.Removals, "removal")}",
        _ => "Allow the change",
    };

    private static string Acts(int adds, int removals) => (adds, removals) switch
    {
        (_, 0) => $"Invite {SyncStateViews.People(adds)}",
        (0, _) => $"Remove {SyncStateViews.People(removals)}",
        _ => $"Invite {SyncStateViews.People(adds)}, remove {removals:N0}",
    };
}
