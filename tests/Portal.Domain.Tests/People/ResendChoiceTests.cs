using Portal.Domain.People;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.People;

/// <summary>Whom a sending of many invitations reaches.</summary>
public class ResendChoiceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static PersonFacts With(string? state, int? daysAgo = null) => new()
    {
        AppName = "Aurora Notes", GroupName = "Field testers", TeamName = "Aurora beta", Link = LinkState.Active,
        Member = new Member(7, "u7", "ana@icloud.com"), InGroup = true, Tester = new BetaTester("t", "ana@icloud.com", "Ana", null, "EMAIL", state), InvitedAt = daysAgo is { } days ? Now.AddDays(-days) : null,
        Builds = [new Build("b", "a", "2.0", "41", "IOS") { ExternalState = "IN_BETA_TESTING", ExpirationDate = Now.AddDays(80) }],
    };

    public static TheoryData<string, PersonFacts, ResendWho, string?> People => new()
    {
        { "silent", With("INVITED", 7), ResendWho.Silent, null },
        { "invited by nobody knows whom", With("INVITED"), ResendWho.Silent, null },
        { "not silent yet", With("INVITED", 5), ResendWho.Silent, "resend-not-silent" },
        { "cool-down", With("INVITED", 2), ResendWho.Both, "person-reinvite-cool-down" },
        { "not invited", With("NOT_INVITED"), ResendWho.NotInvited, null },
        { "not invited, just sent", With("NOT_INVITED", 1), ResendWho.NotInvited, "person-reinvite-cool-down" },
        { "not invited, others chosen", With("NOT_INVITED"), ResendWho.Silent, "resend-not-chosen" },
        { "silent, others chosen", With("INVITED", 9), ResendWho.NotInvited, "resend-not-chosen" },
        { "both: silent", With("INVITED", 9), ResendWho.Both, null },
        { "both: not invited", With("NOT_INVITED"), ResendWho.Both, null },
        { "accepted", With("ACCEPTED", 9), ResendWho.Both, "apple-invitation-accepted" },
        { "installed", With("INSTALLED", 9), ResendWho.Both, "apple-invitation-accepted" },
        { "left at Apple", With("REVOKED", 9), ResendWho.Both, "resend-revoked" },
        { "a word of later", With("PONDERING", 9), ResendWho.Both, "resend-state-unknown" },
        { "kept out", With("INVITED", 9) with { SuppressedBecause = "Asked" }, ResendWho.Both, "person-reinvite-held-back" },
        { "not in the team", With("INVITED", 9) with { Member = null, Origin = MembershipOrigin.Sync }, ResendWho.Both, "resend-not-in-team" },
        { "by hand", With("INVITED", 9) with { Member = null, Origin = MembershipOrigin.Manual, EndsAt = Now.AddDays(1) }, ResendWho.Both, null },
        { "by hand, ended", With("INVITED", 9) with { Member = null, Origin = MembershipOrigin.Manual, EndsAt = Now }, ResendWho.Both, "resend-not-in-team" },
    };

    [Theory, MemberData(nameof(People)), Trait("Failure", "F15"), Trait("Failure", "F16"), Trait("Invariant", "21"), Trait("Invariant", "38")]
    public void LeftOut_EachPerson_IsSentToOrSaysWhyNot(string what, PersonFacts facts, ResendWho who, string? code)
    {
        Assert.NotEmpty(what);
        Assert.Equal(code, ResendChoice.LeftOut(facts, who, Now)?.Code);
    }

    public static TheoryData<PersonFacts, string?> Links => new()
    {
        { With(null), null },
        { With(null) with { Link = LinkState.Paused }, "link-paused" },
        { With(null) with { Builds = [] }, "apple-no-testable-build" },
        { With(null) with { Builds = null }, "person-reinvite-unreadable" },
        { With(null) with { InvitationNotOffered = true }, "apple-invitation-not-offered" },
        { With(null) with { TeamProblem = SourceProblems.KeyRefused }, "source-key-refused" },
    };

    [Theory, MemberData(nameof(Links)), Trait("Invariant", "34"), Trait("Failure", "F17")]
    public void Nobody_LinkGroupOrBuildStandsInTheWay_SaysWhy(PersonFacts link, string? code) => Assert.Equal(code, ResendChoice.Nobody(link, Now)?.Code);
}
