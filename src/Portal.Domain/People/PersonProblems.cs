namespace Portal.Domain.People;

/// <summary>Failures of helping one person.</summary>
public static partial class PersonProblems
{
    /// <summary>Nobody of this link has that id.</summary>
    public static readonly Problem NotFound = new("person-not-found",
        "The portal does not find this person in the link any more: they left the team and the group, or their address changed. Look for them again by name or address.")
    { Turn = Turn.Requester };

    /// <summary>Ids are keyed, and the key is sealed by the vault ring (F33).</summary>
    public static readonly Problem Locked = new("person-ids-locked",
        "People cannot be opened just now: the key of their ids is locked with the credentials. An operator puts the vault's certificate back.")
    { Turn = Turn.Operator };

    /// <summary>Too little to look for.</summary>
    public static readonly Problem AskMore = new("person-ask-more",
        "Type at least three letters of a name or an address.")
    { Turn = Turn.Requester };

    /// <summary>Without the right to see addresses a part of one must not be answered: letter by letter it would give the whole away.</summary>
    public static readonly Problem AskWhole = new("person-ask-whole",
        "Your roles find people by a whole user id only, or by a whole address where they may check one. Support and program managers find them by a part of the name.")
    { Turn = Turn.Requester };

    /// <summary>Not in the group, so there is nothing to invite to.</summary>
    public static readonly Problem NotInGroup = new("person-reinvite-not-in-group",
        "This person is not in the group, so Apple has nothing to invite them to. Sync this person first.")
    { Turn = Turn.Support };

    /// <summary>Suppressed people are not invited.</summary>
    public static readonly Problem HeldBack = new("person-reinvite-held-back",
        "Somebody decided to keep this person out. End that first if it no longer holds.")
    { Turn = Turn.Support };

    /// <summary>Apple could not be read, so nobody knows whether it may be sent.</summary>
    public static readonly Problem Unreadable = new("person-reinvite-unreadable",
        "Apple could not be asked how this person stands, so nothing was sent. Try again in a few minutes.")
    { Turn = Turn.Nobody };

    /// <summary>A request whose fate nobody knows (invariant 37).</summary>
    public static readonly Problem MayHaveBeenSent = new("person-reinvite-unsure",
        "Apple did not say whether it sent the invitation. It is not repeated blindly; look again in a few minutes.")
    { Turn = Turn.Nobody };

    /// <summary>Acts against somebody are read by others later.</summary>
    public static readonly Problem ReasonMissing = new("person-reason-missing", "Say why in at most 500 characters: whoever looks at this person later reads it.") { Turn = Turn.Requester };

    /// <summary>A date that has passed holds nobody back.</summary>
    public static readonly Problem UntilPassed = new("person-until-passed", "The day until which to keep this person out has passed already. Choose a later one, or none.") { Turn = Turn.Requester };

    /// <summary>Nothing to remove.</summary>
    public static readonly Problem NotInGroupToRemove = new("person-remove-not-in-group", "This person is not in the group, so there is nothing to remove. Keep them out instead, if they are not to come back.") { Turn = Turn.Support };

    /// <summary>Apple could not be read, so nobody knows whom a removal would hit.</summary>
    public static readonly Problem RemovalUnreadable = new("person-remove-unreadable", "Apple could not be asked how this person stands, so nobody was removed. Try again in a few minutes.") { Turn = Turn.Nobody };

    /// <summary>A sync would work from what it read before.</summary>
    public static Problem SyncUnderWay(string startedBy) => new("person-sync-under-way", $"A sync of this link is under way, started by {startedBy}. Wait for its end and try again.") { Turn = Turn.Nobody };

    /// <summary>A request whose fate nobody knows (invariant 37).</summary>
    public static readonly Problem MayHaveBeenRemoved = new("person-remove-unsure", "Apple did not say whether it removed this person. It is not repeated blindly; look again in a few minutes.") { Turn = Turn.Nobody };

    /// <summary>Apple took it and shows the person still.</summary>
    public static readonly Problem RemovalNotSeen = new("person-remove-not-seen", "Apple took the removal and shows this person in the group still. Look again in a few minutes.") { Turn = Turn.Nobody };

    /// <summary>Not an address.</summary>
    public static readonly Problem AddNoAddress = new("person-add-address", "This is not an e-mail address. Type the address of the person's Apple Account.") { Turn = Turn.Requester };

    /// <summary>An add without an end would never be looked at again.</summary>
    public static readonly Problem EndPassed = new("person-add-end", "Say until which day they are to stay; it has to lie ahead.") { Turn = Turn.Requester };

    /// <summary>Apple's own bound.</summary>
    public static readonly Problem NameTooLong = new("person-add-name", "First and last name may have at most 100 characters each.") { Turn = Turn.Requester };

    /// <summary>A member needs no add by hand.</summary>
    public static readonly Problem InTeamAlready = new("person-add-in-team", "This person is in the team, so the sync adds them. Find them under People and sync this person now.") { Turn = Turn.Requester };

    /// <summary>In the group by whatever hand.</summary>
    public static readonly Problem InGroupAlready = new("person-add-in-group", "This person is in the group already, so nothing was sent. Find them under People to see who put them there.") { Turn = Turn.Requester };

    /// <summary>Suppressed people are not added.</summary>
    public static Problem AddHeldBack(string reason) => new("person-add-held-back", $"Somebody decided to keep this person out: “{reason}”. End that first if it no longer holds.") { Turn = Turn.Support };

    /// <summary>Apple could not be read, so nobody knows whom an add would be.</summary>
    public static readonly Problem AddUnreadable = new("person-add-unreadable", "Apple could not be asked how this person stands, so nobody was added. Try again in a few minutes.") { Turn = Turn.Nobody };

    /// <summary>Invitations can't be unsent (invariant 38).</summary>
    public static Problem TooManyByHand(int today, int limit) => new("person-add-too-many",
        $"{today} people were added to this link in a day and its policy allows {limit}, so nobody was added. Wait until tomorrow, or a program manager asks for a higher limit.")
    { Turn = Turn.ProgramManager };

    /// <summary>A request whose fate nobody knows (invariant 37).</summary>
    public static readonly Problem MayHaveBeenAdded = new("person-add-unsure", "Apple did not say whether it added this person. It is not repeated blindly; look again in a few minutes.") { Turn = Turn.Nobody };

    /// <summary>Apple took it and does not show the person yet.</summary>
    public static readonly Problem AddNotSeen = new("person-add-not-seen", "Apple took the add and does not show this person in the group yet. Look again in a few minutes.") { Turn = Turn.Nobody };

    /// <summary>Only an add by hand has an end.</summary>
    public static readonly Problem NotByHand = new("person-extend-not-by-hand", "Nobody added this person by hand, so there is no end to move.") { Turn = Turn.Requester };

    /// <summary>Another person's run has the link.</summary>
    public static Problem OtherPersonUnderWay(string startedBy) => new("person-other-under-way", $"{startedBy} is syncing somebody else of this link right now. Try again in a moment.") { Turn = Turn.Nobody };

    /// <summary>A sync leaves who was added by hand alone until their day, so none is offered.</summary>
    public static Problem SyncLeavesByHand(string owner, DateTimeOffset end) => new("person-sync-by-hand",
        $"A sync has nothing to do here: {owner} added this person by hand until {end.UtcDateTime:d MMM yyyy, HH:mm} UTC. Extend that, or remove them.")
    { Turn = Turn.Support };

    /// <summary>Three days between two invitations.</summary>
    /// <param name="until">When the next one may go out.</param>
    public static Problem CoolDown(DateTimeOffset until) => new("person-reinvite-cool-down",
        $"This person was invited less than three days ago. The next invitation may go out from {until.UtcDateTime:d MMM yyyy, HH:mm} UTC.")
    { Turn = Turn.Nobody };
}
