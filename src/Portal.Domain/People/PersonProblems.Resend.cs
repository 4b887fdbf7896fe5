namespace Portal.Domain.People;

public static partial class PersonProblems
{
    /// <summary>Nobody outside the source is invited by a mistake of ours alone (invariant 38).</summary>
    public static readonly Problem ResendNotInTeam = new("resend-not-in-team", "Not in the team, and not added by hand.") { Turn = Turn.Nobody };

    /// <summary>Whoever stopped testing is asked first (invariant 21).</summary>
    public static readonly Problem ResendRevoked = new("resend-revoked", "Stopped testing or was removed at Apple; support asks them first.") { Turn = Turn.Support };

    /// <summary>Of the other kind.</summary>
    public static readonly Problem ResendNotChosen = new("resend-not-chosen", "Of the other kind; not chosen here.") { Turn = Turn.Nobody };

    /// <summary>A word of Apple's that is not known yet (invariant 36).</summary>
    public static readonly Problem ResendStateUnknown = new("resend-state-unknown", "Apple reports a state the portal does not know. Support looks at App Store Connect.") { Turn = Turn.Support };

    /// <summary>Group or team are another than those that were looked at.</summary>
    public static readonly Problem ResendChanged = new("resend-changed", "Who would get an invitation changed since you looked, so nothing was sent. Look at the new list and send again.") { Turn = Turn.Requester };

    /// <summary>An empty choice.</summary>
    public static readonly Problem ResendNobody = new("resend-nobody", "Nobody is chosen, so nothing was sent. Choose at least one person.") { Turn = Turn.Requester };

    /// <summary>One at a time and link.</summary>
    public static readonly Problem ResendUnderWay = new("resend-under-way", "Invitations of this link are being sent already. Wait for their end.") { Turn = Turn.Nobody };

    /// <summary>No such sending.</summary>
    public static readonly Problem ResendNotFound = new("resend-not-found", "There is no such sending of invitations.") { Turn = Turn.Requester };

    /// <summary>Somebody stopped it.</summary>
    public static readonly Problem ResendStopped = new("resend-stopped", "Somebody stopped the sending before this one's turn.") { Turn = Turn.Nobody };

    /// <summary>Silent counts from the seventh day.</summary>
    public static Problem ResendNotSilent(DateTimeOffset from) => new("resend-not-silent", $"Invited less than seven days ago; counts as silent from {from.UtcDateTime:d MMM yyyy}.") { Turn = Turn.Tester };
}
