using Portal.Domain.SignIn;

namespace Portal.Domain.Alerts;

/// <summary>Where an alert stands.</summary>
public enum AlertState
{
    /// <summary>Its cause lasts.</summary>
    Open,
    /// <summary>Its cause is gone, and may come back: not said to be over yet.</summary>
    Settling,
    /// <summary>Over; the same cause later is another alert.</summary>
    Resolved,
}

/// <summary>What people are told of an alert.</summary>
public enum AlertNews
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It is there.</summary>
    Opened,
    /// <summary>Its cause is another one now.</summary>
    Changed,
    /// <summary>It is still there and nobody took it.</summary>
    Reminder,
    /// <summary>It is over.</summary>
    Resolved,
}

/// <summary>What is known of an alert.</summary>
/// <param name="State">Open or settling.</param>
/// <param name="Told">Marks people were told of.</param>
/// <param name="GoneAt">Since when its cause is gone.</param>
/// <param name="ToldAt">When people were last told.</param>
/// <param name="IsAcknowledged">Whether somebody took it.</param>
public sealed record AlertFacts(AlertState State, IReadOnlyCollection<string> Told, DateTimeOffset? GoneAt, DateTimeOffset ToldAt, bool IsAcknowledged);

/// <summary>How long things last.</summary>
/// <param name="Settle">How long a cause is gone before it is over.</param>
/// <param name="Remind">How often people are reminded of what nobody took; zero: never.</param>
public sealed record AlertPace(TimeSpan Settle, TimeSpan Remind);

/// <summary>
/// What becomes of an alert. Each cause is told once: coming back within the pace's time, or going back to what it was told as
/// before, is no news.
/// </summary>
/// <remarks>
/// known | cause now       | becomes  | told
/// ------|-----------------|----------|---------
/// none  | there           | Open     | Opened
/// Open  | as told         | Open     | Reminder when due and nobody took it
/// Open  | another mark    | Open     | Changed
/// Open  | gone            | Settling | –
/// Settling | as told      | Open     | –
/// Settling | another mark | Open     | Changed
/// Settling | gone, short  | Settling | –
/// Settling | gone, long   | Resolved | Resolved
/// </remarks>
public static class AlertRules
{
    /// <summary>The next state and what is told; null: there is neither alert nor cause.</summary>
    public static (AlertState State, AlertNews News)? Next(AlertFacts? known, string? mark, AlertPace pace, DateTimeOffset now) => (known, mark) switch
    {
        (null, null) => null,
        (null, _) => (AlertState.Open, AlertNews.Opened),
        ({ State: AlertState.Open }, null) => (AlertState.Settling, AlertNews.None),
        (_, null) => known.GoneAt + pace.Settle <= now ? (AlertState.Resolved, AlertNews.Resolved) : (AlertState.Settling, AlertNews.None),
        _ when !known.Told.Contains(mark) => (AlertState.Open, AlertNews.Changed),
        _ when pace.Remind > TimeSpan.Zero && !known.IsAcknowledged && known.State is AlertState.Open && known.ToldAt + pace.Remind <= now => (AlertState.Open, AlertNews.Reminder),
        _ => (AlertState.Open, AlertNews.None),
    };

    /// <summary>What it takes to acknowledge an alert, beside seeing it: one of these.</summary>
    public static IReadOnlyList<Permission> AcknowledgedBy { get; } = [Permission.RunSync, Permission.FixPerson, Permission.ManageCredentials];
}
