using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.People;

/// <summary>What stands in the way of an act on one person, the first thing first; null where nothing does.</summary>
public static class PersonActRules
{
    /// <summary>Of taking them out of the group.</summary>
    /// <param name="facts">The person and the link.</param>
    /// <param name="frozenUntil">The end of the freeze the link is in; null: none.</param>
    public static Problem? Remove(PersonFacts facts, DateTimeOffset? frozenUntil) => OfLink(facts, frozenUntil) ?? facts switch
    {
        { AppleProblem: not null } => PersonProblems.RemovalUnreadable,
        { InGroup: false } or { Tester: null } => PersonProblems.NotInGroupToRemove,
        _ => null,
    };

    /// <summary>Of adding them by hand (F37): whoever is in the team is the sync's.</summary>
    /// <param name="facts">The person and the link.</param>
    /// <param name="frozenUntil">The end of the freeze the link is in; null: none.</param>
    public static Problem? Add(PersonFacts facts, DateTimeOffset? frozenUntil) => OfLink(facts, frozenUntil) ?? facts switch
    {
        { SuppressedBecause: { } reason } => PersonProblems.AddHeldBack(reason),
        { TeamProblem: { } team } => team,
        { Member: not null } => PersonProblems.InTeamAlready,
        { AppleProblem: not null } => PersonProblems.AddUnreadable,
        { InGroup: true } => PersonProblems.InGroupAlready,
        _ => null,
    };

    /// <summary>Of sending Apple's invitation again (F15, F16). It changes no membership, so a freeze does not hold it.</summary>
    /// <param name="facts">The person and the link.</param>
    /// <param name="now">The time, UTC.</param>
    public static Problem? Reinvite(PersonFacts facts, DateTimeOffset now) => OfLink(facts, frozenUntil: null) ?? facts switch
    {
        { AppleProblem: not null } or { Builds: null } => PersonProblems.Unreadable,
        { InGroup: false } or { Tester: null } => PersonProblems.NotInGroup,
        { SuppressedBecause: not null } => PersonProblems.HeldBack,
        { Tester.State: "ACCEPTED" or "INSTALLED" } => AppleProblems.InvitationAccepted,
        _ when !facts.Builds.Any(build => build.IsTestable(isInternal: false, now)) => AppleProblems.NoTestableBuild,
        { InvitationNotOffered: true } => AppleProblems.InvitationNotOffered,
        { InvitedAt: { } at } when now - at < PersonDiagnosis.CoolDown => PersonProblems.CoolDown(at + PersonDiagnosis.CoolDown),
        _ => null,
    };

    /// <summary>Of a sync of this person alone: it may not be, or would do nothing. The first sync of a paused link is a person's.</summary>
    /// <param name="facts">The person and the link.</param>
    /// <param name="frozenUntil">The end of the freeze the link is in; null: none.</param>
    /// <param name="now">The time, UTC.</param>
    public static Problem? Sync(PersonFacts facts, DateTimeOffset? frozenUntil, DateTimeOffset now) => (facts is { Link: LinkState.Paused, FirstApplied: false } ? facts.KeyProblem : OfLink(facts, frozenUntil)) ?? facts switch
    {
        { Origin: MembershipOrigin.Manual, RemovedAt: null, Member: null, TeamProblem: null, InGroup: true, EndsAt: { } end } when end > now => PersonProblems.SyncLeavesByHand(facts.OwnerName ?? "Support", end),
        _ => null,
    };

    private static Problem? OfLink(PersonFacts facts, DateTimeOffset? frozenUntil) => facts.KeyProblem ?? LinkWrites.Refused(facts.Link, frozenUntil);
}
