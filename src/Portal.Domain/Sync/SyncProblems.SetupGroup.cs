namespace Portal.Domain.Sync;

/// <summary>The internal group Apple wants before an app's first external one, made for the time being.</summary>
public static partial class SyncProblems
{
    /// <summary>Code of <see cref="InternalGroupFirst"/>.</summary>
    public const string InternalGroupFirstCode = "internal-group-first";

    /// <summary>Apple refused the app's first external group and the app has no internal one.</summary>
    public static readonly Problem InternalGroupFirst = new(InternalGroupFirstCode,
        "Apple did not make the group: the app has no internal group, and Apple wants one first. Let the portal make one for the time being, or make one in App Store Connect under TestFlight, Internal Testing; then link again.")
    { Turn = Turn.ProgramManager };

    /// <summary>Invariant 37.</summary>
    public static Problem SetupGroupUnconfirmed(string name) => new("setup-group-unconfirmed",
        $"Apple did not say whether it made the internal group \"{name}\". Wait two minutes, then finish linking: the portal looks first and makes it only if it is not there.")
    { Turn = Turn.ProgramManager };

    /// <summary>The portal was stopped before it removed it, or the draft was retired.</summary>
    public static Problem SetupGroupLeft(string name) => new("setup-group-left",
        $"The internal group \"{name}\" was made only to set this link up and is still in the app. Remove it here.")
    { Turn = Turn.ProgramManager };

    /// <summary>Somebody uses it by now.</summary>
    public static Problem SetupGroupInUse(string name, string seen) => new("setup-group-in-use",
        $"\"{name}\" was made only to set this link up, but {seen}, so the portal left it. Keep it, or empty it in App Store Connect under TestFlight and remove it here.")
    { Turn = Turn.ProgramManager };

    /// <summary>The group it was made for does not show yet.</summary>
    public static Problem SetupGroupEarly(string name) => new("setup-group-needed-still",
        $"\"{name}\" was made only to set this link up. The new group does not show in Apple's answers yet, so the portal left it. Remove it here in a few minutes.")
    { Turn = Turn.ProgramManager };

    /// <summary>Apple said no, or nobody knows what it did.</summary>
    public static Problem SetupGroupStays(string name, string because) => new("setup-group-stays",
        $"\"{name}\" was made only to set this link up and could not be removed at Apple ({because}). Try again here, or remove it in App Store Connect under TestFlight.")
    { Turn = Turn.ProgramManager };
}
