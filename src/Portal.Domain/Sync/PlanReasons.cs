using System.Reflection;

namespace Portal.Domain.Sync;

/// <summary>Why a plan does what it does about a person, in words a program manager understands.</summary>
public sealed record PlanReason(string Code, string Sentence);

/// <summary>The closed list of reasons.</summary>
public static class PlanReasons
{
    /// <summary>Add.</summary>
    public static readonly PlanReason JoinedTeam = new("joined-team", "Is in the team and not yet in the group.");
    /// <summary>Keep.</summary>
    public static readonly PlanReason InGroup = new("in-group", "Is in the team and in the group.");
    /// <summary>Keep, and the ledger takes it over.</summary>
    public static readonly PlanReason Adopted = new("adopted", "Was in the group already and is in the team; managed from now on.");
    /// <summary>Wait (invariant 7, F10).</summary>
    public static readonly PlanReason NoAppleEmail = new("waiting-for-email", "Has no Apple e-mail in Centercode yet. The tester adds it to their account.");
    /// <summary>Skip (F11).</summary>
    public static readonly PlanReason BadEmail = new("bad-email", "The Apple e-mail in Centercode is not an address. Support asks the tester for the right one.");
    /// <summary>Skip (invariant 6, F12).</summary>
    public static readonly PlanReason SameAddress = new("same-address", "Another member of the team has the same Apple e-mail; both are one tester at Apple. Support finds out whose it is.");
    /// <summary>Skip.</summary>
    public static readonly PlanReason Suppressed = new("suppressed", "Somebody decided that this person is not to be added now.");
    /// <summary>Skip (invariant 21, F28).</summary>
    public static readonly PlanReason LeftAtApple = new("left-at-apple", "Stopped testing or was removed at Apple, not by the portal. Support asks before inviting again.");
    /// <summary>Wait (invariants 14, 15, F21).</summary>
    public static readonly PlanReason AppFull = new("waiting-for-place", "The app has no free place left: Apple takes 10,000 testers per app.");
    /// <summary>Remove.</summary>
    public static readonly PlanReason LeftTeam = new("left-team", "Left the team; this sync had added or adopted them.");
    /// <summary>Keep under add-only.</summary>
    public static readonly PlanReason LeftTeamKept = new("left-team-kept", "Left the team; the link only adds, so they stay.");
    /// <summary>Remove (invariant 22).</summary>
    public static readonly PlanReason AddressChanged = new("address-changed", "Has another Apple e-mail now; the old one goes once the new one is in.");
    /// <summary>Keep.</summary>
    public static readonly PlanReason AddressUnclear = new("address-unclear", "Is still in the team but has no usable Apple e-mail there now; the membership stays until that is clear.");
    /// <summary>Skip (invariant 8).</summary>
    public static readonly PlanReason Anonymous = new("anonymous", "Joined by the public link without giving an address; a sync never touches them.");
    /// <summary>Skip (invariant 10, F27).</summary>
    public static readonly PlanReason Unmanaged = new("unmanaged", "Was added to the group by somebody else; a sync does not remove them.");
    /// <summary>Skip (F37).</summary>
    public static readonly PlanReason AddedBySupport = new("added-by-support", "Was added by support and is not in the team; they stay until the day support set.");

    /// <summary>Remove (F37).</summary>
    public static readonly PlanReason ManualEnded = new("manual-ended", "Was added by support until a day that is over, and is not in the team.");

    /// <summary>Skip: a held plan was allowed without them.</summary>
    public static readonly PlanReason NotApproved = new("not-approved", "Was left out by whoever allowed the held plan.");
    /// <summary>Remove: end of project.</summary>
    public static readonly PlanReason ProjectEnds = new("project-ends", "The project ends; this link had added or adopted them.");
    /// <summary>Wait: Apple refused this person, see <see cref="RestingUntil"/>.</summary>
    public static readonly PlanReason Resting = new("resting-after-refusal", "Apple refused this person; the portal tries again by itself later.");
    /// <summary>Remove: undo.</summary>
    public static readonly PlanReason UndoneAdd = new("undone-add", "Was added by the run that is undone.");
    /// <summary>Add: undo.</summary>
    public static readonly PlanReason UndoneRemoval = new("undone-removal", "Was removed by the run that is undone.");
    /// <summary>Skip: undo.</summary>
    public static readonly PlanReason OutAlready = new("out-already", "Was added by the run that is undone and is out of the group already.");
    /// <summary>Skip: undo.</summary>
    public static readonly PlanReason InAlready = new("in-already", "Was removed by the run that is undone and is in the group again already.");
    /// <summary>Skip: undo.</summary>
    public static readonly PlanReason ChangedSince = new("changed-since", "Was added or removed again since the run that is undone, by another run or by hand; that later change stands.");
    /// <summary>Skip: undo (invariant 10).</summary>
    public static readonly PlanReason NotOurs = new("not-ours-any-more", "Is in the group by somebody else's hand by now, so an undo does not remove them.");
    /// <summary>Skip: undo.</summary>
    public static readonly PlanReason NotConfirmed = new("not-confirmed", "Apple has not shown yet that the run's change came about, so there is nothing to take back. The next check settles it; undo again then.");
    /// <summary>Skip: undo.</summary>
    public static readonly PlanReason NoAddressLeft = new("no-address-left", "Their address is not on record any more, so they cannot be added again.");
    /// <summary>Skip: undo (invariant 22).</summary>
    public static readonly PlanReason OldAddressStaysOut = new("old-address-stays-out", "Their address before the run cannot go in again, so the one they have now stays.");

    /// <summary>Wait, with when and why.</summary>
    public static PlanReason RestingUntil(PersonRest rest) => Resting with
    {
        Sentence = $"Apple refused this person; next try {rest.Until.UtcDateTime.ToString("d MMM yyyy HH:mm", System.Globalization.CultureInfo.InvariantCulture)} UTC. {rest.Why}",
    };

    /// <summary>Every reason by its code.</summary>
    public static readonly IReadOnlyDictionary<string, PlanReason> All = typeof(PlanReasons)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(PlanReason))
        .Select(field => (PlanReason)field.GetValue(null)!).ToDictionary(reason => reason.Code);
}
