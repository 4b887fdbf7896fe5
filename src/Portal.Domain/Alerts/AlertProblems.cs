namespace Portal.Domain.Alerts;

/// <summary>What alerts say that no run or page says by itself, and what refuses an act on them.</summary>
public static class AlertProblems
{
    /// <summary>F19, from the moment on.</summary>
    public static Problem GroupIsDark(DateTimeOffset since) => new("group-is-dark",
        $"The group's last build expired on {since.UtcDateTime:d MMM yyyy}, so nobody in it can test. The team that builds the app uploads a new build and gives it to the group.")
    { Turn = Turn.AppTeam };

    /// <summary>Invariant 40.</summary>
    public static Problem ForeignCalls(int calls) => new("key-foreign-calls",
        $"About {calls:N0} calls with this key within an hour were not this portal's: somebody else uses it, too. A key custodian finds out who; if nobody knows, an Apple admin revokes it and makes a new one.")
    { Turn = Turn.KeyCustodian };

    /// <summary>A key that is used for long is known to many.</summary>
    public static Problem RotationDue(DateTimeOffset due) => new("key-rotation-due",
        $"The key turns a year old on {due.UtcDateTime:d MMM yyyy}. An Apple admin makes a new one; a key custodian replaces this one here, and nothing stops meanwhile.")
    { Turn = Turn.KeyCustodian };

    /// <summary>F37.</summary>
    public static Problem AddsEnd(int people, DateTimeOffset first) => new("hand-adds-end",
        $"{(people == 1 ? "One person" : $"{people:N0} people")} support added by hand {(people == 1 ? "leaves" : "leave")} the group soon, the first on {first.UtcDateTime:d MMM yyyy}. Support moves the day on their page, or lets them go.")
    { Turn = Turn.Support };

    /// <summary>F38, invariant 40: names what was seen.</summary>
    public static Problem OtherHands(int came, int went, DateTimeOffset last) => new("other-hands",
        $"{came:N0} came and {went:N0} went who were neither added nor removed here, the newest on {last.UtcDateTime:d MMM yyyy HH:mm} UTC. Is Centercode's own sync switched off? A program manager looks and answers on the link's page.")
    { Turn = Turn.ProgramManager };

    /// <summary>No such row, or not for these eyes.</summary>
    public static readonly Problem NotFound = new("alert-not-found", "There is no such alert, or it is not for your role. Look at the list of alerts.") { Turn = Turn.Requester };

    /// <summary>Nothing to take any more.</summary>
    public static readonly Problem Over = new("alert-over", "This alert is over: its cause is gone. Nobody needs to do anything.") { Turn = Turn.Requester };

    /// <summary>Notes are read in a list.</summary>
    public static readonly Problem NoteTooLong = new("alert-note-too-long", "The note is longer than 500 characters. Shorten it and try again.") { Turn = Turn.Requester };
}
