using Portal.Domain.Sync;

namespace Portal.Domain.People;

/// <summary>Whom to send Apple's invitation again.</summary>
public enum ResendWho
{
    /// <summary>Invited, and silent for seven days.</summary>
    Silent,
    /// <summary>In the group, and never invited.</summary>
    NotInvited,
    /// <summary>Both.</summary>
    Both,
}

/// <summary>What became of one invitation that was to be sent again.</summary>
public enum ResendOutcome
{
    /// <summary>Its turn comes.</summary>
    Waiting,
    /// <summary>On its way to Apple.</summary>
    Sending,
    /// <summary>Apple sent it.</summary>
    Sent,
    /// <summary>Apple or a rule refused it.</summary>
    Refused,
    /// <summary>Nobody knows; it is not repeated.</summary>
    Unsure,
    /// <summary>The sending ended first.</summary>
    NotTried,
}

/// <summary>Chooses who is sent an invitation again, of many at once (F15, F16).</summary>
public static class ResendChoice
{
    /// <summary>Why nobody of the link can be sent one now; null when they can.</summary>
    /// <param name="link">Anybody of the link: what is asked is the same for all.</param>
    /// <param name="now">The time, UTC.</param>
    public static Problem? Nobody(PersonFacts link, DateTimeOffset now) => link.KeyProblem ?? LinkWrites.Refused(link.Link, frozenUntil: null) ?? link switch
    {
        { TeamProblem: { } team } => team,
        { AppleProblem: { } apple } => apple,
        { Builds: null } => PersonProblems.Unreadable,
        _ when PersonDiagnosis.Testable(link.Builds, now) is null => TestFlight.AppleProblems.NoTestableBuild,
        { InvitationNotOffered: true } => TestFlight.AppleProblems.InvitationNotOffered,
        _ => null,
    };

    /// <summary>Why this person is left out; null when they are sent one. Stricter than a single re-send: nobody is asked about each.</summary>
    /// <param name="facts">The person.</param>
    /// <param name="who">Who was chosen.</param>
    /// <param name="now">The time, UTC.</param>
    public static Problem? LeftOut(PersonFacts facts, ResendWho who, DateTimeOffset now) => PersonActRules.Reinvite(facts, now) ?? facts switch
    {
        { Member: null } when !(facts.Origin is MembershipOrigin.Manual && facts.EndsAt > now) => PersonProblems.ResendNotInTeam,
        { Tester.State: "REVOKED" } => PersonProblems.ResendRevoked,
        { Tester.State: "NOT_INVITED" } => who is ResendWho.Silent ? PersonProblems.ResendNotChosen : null,
        { Tester.State: "INVITED" } when who is ResendWho.NotInvited => PersonProblems.ResendNotChosen,
        { Tester.State: "INVITED", InvitedAt: { } at } when now - at < PersonDiagnosis.SilentAfter => PersonProblems.ResendNotSilent(at + PersonDiagnosis.SilentAfter),
        { Tester.State: "INVITED" } => null,
        _ => PersonProblems.ResendStateUnknown,
    };
}
