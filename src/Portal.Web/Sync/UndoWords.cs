namespace Portal.Web.Sync;

/// <summary>What an undo does and what it cannot, in the same words wherever it is spoken of.</summary>
internal static class UndoWords
{
    /// <summary>Mails and installs stay; Apple's texts disagree about builds, so nothing more is promised (invariant 12).</summary>
    public static readonly string CannotTakeBack = CannotTakeBackOf("may keep builds already there until they expire");

    /// <summary>The same with what is known of the group's builds.</summary>
    public static string CannotTakeBackOf(string keeps) => $"It cannot take back what people already have: invitations sent stay sent and installed builds stay installed. Whoever is removed from the group {keeps}. Whoever is added again may get a new invitation.";

    /// <summary>"remove 3, add 2 again".</summary>
    public static string Acts(int removals, int adds) => (removals, adds) switch
    {
        (0, 0) => "change nothing",
        (_, 0) => $"remove {SyncStateViews.People(removals)}",
        (0, _) => $"add {SyncStateViews.People(adds)} again",
        _ => $"remove {removals:N0} and add {adds:N0} again",
    };
}
