namespace Portal.Domain.Sync;

/// <summary>Other hands on the group, and testers nobody manages.</summary>
public static partial class SyncProblems
{
    /// <summary>F38.</summary>
    /// <param name="seen">What was seen, as a sentence.</param>
    public static Problem OtherHands(string seen) => new("foreign-changes",
        $"{seen} Is Centercode's own sync switched off for this group? Two writers undo each other's work. A program manager looks who it was and answers.")
    { Turn = Turn.ProgramManager };

    /// <summary>An answer to a question nobody asks.</summary>
    public static readonly Problem NothingAsked = new("foreign-nothing-asked", "Nobody asks about this group now: the question was answered already, or there were fewer than three changes. Reload the page to see who answered.") { Turn = Turn.Requester };

    /// <summary>An answer or a decision without a reason.</summary>
    public static readonly Problem ForeignReason = new("foreign-reason-missing", "Say why: whoever looks at it later reads it. Write a reason of at most 500 characters.") { Turn = Turn.Requester };

    /// <summary>An answer of another kind.</summary>
    public static readonly Problem AnswerUnknown = new("foreign-answer-unreadable", "The answer must be ItWasUs, SyncIsOffNow or KnownTool. Send one of the three.") { Turn = Turn.Requester };

    /// <summary>Nothing was chosen.</summary>
    public static readonly Problem NobodyChosen = new("unmanaged-nobody-chosen", "Nobody is chosen who is in the group and not managed. Reload the list and choose again.") { Turn = Turn.Requester };

    /// <summary>Adopting people who are not in the team: somebody has to have seen how many.</summary>
    public static Problem OutsideTeamChanged(int outside) => new("unmanaged-outside-team",
        $"{outside} of the chosen are not in the team: once adopted, the next sync would take them out of the group. Look at the number and adopt again, or choose only people of the team.")
    { Turn = Turn.Requester };
}
