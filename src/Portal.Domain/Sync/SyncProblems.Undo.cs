namespace Portal.Domain.Sync;

/// <summary>What an undo and a retry refuse.</summary>
public static partial class SyncProblems
{
    /// <summary>An undo of what is no finished real run, or changed nothing.</summary>
    public static readonly Problem NothingToUndo = new("nothing-to-undo", "Nothing this run did is confirmed at Apple, so there is nothing to undo. A preview or a run that is not over has nothing either.") { Turn = Turn.Requester };

    /// <summary>An undo without a preview somebody saw.</summary>
    public static readonly Problem UndoNotPreviewed = new("undo-not-previewed", "An undo is previewed first, so that you see whom it concerns. Preview it, then confirm.") { Turn = Turn.Requester };

    /// <summary>A reason goes into the record.</summary>
    public static readonly Problem UndoReasonMissing = new("undo-reason-missing", "Say why, in up to 500 letters: the reason goes into the record beside your name.") { Turn = Turn.Requester };

    /// <summary>A retry of a run in which nothing failed.</summary>
    public static readonly Problem NothingToRetry = new("nothing-to-retry", "Nobody in this run was refused or left out, so there is nothing to retry. Sync the whole team instead.") { Turn = Turn.Requester };

    /// <summary>Invariant 17.</summary>
    public static Problem OtherRunFirst(string who) => new("other-run-first", $"A run of this link is under way, started by {who}. Wait until it is over, then ask again: it may change who this is about.") { Turn = Turn.Requester };

    /// <summary>Why the schedule only looks, from the moment an undo is asked for.</summary>
    public static string UndoAsked(string who, DateTimeOffset of) => $"{who} asked to undo the sync of {Day(of)}. A sync would do the same again, so the schedule changes nothing until somebody resumes it.";

    /// <summary>The same once it is done.</summary>
    public static string Undone(string who, DateTimeOffset of, int removed, int added) =>
        $"{who} undid the sync of {Day(of)}: {removed:N0} removed, {added:N0} added again. A sync would do the same again where the team still says so, so the schedule changes nothing until somebody resumes it.";

    /// <summary>Without an undo yet.</summary>
    public static string LooksOnly(string who) => $"{who} lets the link only look: the schedule changes nothing until somebody resumes it, people still may.";

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
}
