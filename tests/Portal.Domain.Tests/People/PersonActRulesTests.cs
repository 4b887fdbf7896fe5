using Portal.Domain.People;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.People;

public class PersonActRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Problem Broken = new("some-problem", "Something is broken.");

    private static readonly PersonFacts In = new()
    {
        AppName = "Aurora Notes", GroupName = "Field testers", TeamName = "Aurora beta", Link = LinkState.Active,
        Member = new Member(7, "u7", "ana@icloud.com"), InGroup = true, Tester = new BetaTester("t", "ana@icloud.com", "Ana", null, "EMAIL", "INVITED"),
        Builds = [new Build("b", "a", "2.0", "41", "IOS") { ExternalState = "IN_BETA_TESTING", ExpirationDate = Now.AddDays(80) }],
    };

    private static readonly PersonFacts Stranger = In with { Member = null, Tester = null, InGroup = false };

    public static TheoryData<string, PersonFacts, string?> OfLinks => new()
    {
        { "key", In with { KeyProblem = Broken, Link = LinkState.Paused }, "some-problem" },
        { "retired", In with { Link = LinkState.Retired }, "link-retired" },
        { "draft", In with { Link = LinkState.Draft }, "link-is-draft" },
        { "paused", In with { Link = LinkState.Paused }, "link-paused" },
        { "blocked", In with { Link = LinkState.Blocked }, null },
    };

    [Theory, MemberData(nameof(OfLinks)), Trait("Invariant", "34")]
    public void EveryAct_LinkThatWritesNothing_SaysWhyBeforeAnythingOfThePerson(string what, PersonFacts facts, string? code)
    {
        Assert.NotEmpty(what);
        Assert.Equal(code, PersonActRules.Remove(facts, null)?.Code);
        Assert.Equal(code, PersonActRules.Reinvite(facts, Now)?.Code);
        Assert.Equal(code, PersonActRules.Add(facts with { Member = null, Tester = null, InGroup = false }, null)?.Code);
    }

    [Fact]
    public void Freeze_HoldsWhatChangesMemberships_NotAnInvitation()
    {
        Assert.Equal("link-frozen", PersonActRules.Remove(In, Now.AddHours(1))?.Code);
        Assert.Equal("link-frozen", PersonActRules.Add(Stranger, Now.AddHours(1))?.Code);
        Assert.Null(PersonActRules.Reinvite(In, Now));
    }

    public static TheoryData<PersonFacts, string?> Removals => new()
    {
        { In, null },
        { In with { SuppressedBecause = "Asked" }, null },
        { In with { AppleProblem = Broken }, "person-remove-unreadable" },
        { In with { InGroup = false }, "person-remove-not-in-group" },
        { Stranger, "person-remove-not-in-group" },
    };

    [Theory, MemberData(nameof(Removals))]
    public void Remove_EachPerson_MayOrSaysWhy(PersonFacts facts, string? code) => Assert.Equal(code, PersonActRules.Remove(facts, null)?.Code);

    public static TheoryData<PersonFacts, string?> Adds => new()
    {
        { Stranger, null },
        { Stranger with { SuppressedBecause = "Asked" }, PersonProblems.AddHeldBack("Asked").Code },
        { Stranger with { TeamProblem = Broken }, "some-problem" },
        { Stranger with { Member = In.Member }, PersonProblems.InTeamAlready.Code },
        { Stranger with { AppleProblem = Broken }, PersonProblems.AddUnreadable.Code },
        { In with { Member = null }, PersonProblems.InGroupAlready.Code },
    };

    [Theory, MemberData(nameof(Adds)), Trait("Failure", "F37")]
    public void Add_EachPerson_MayOrSaysWhy(PersonFacts facts, string? code) => Assert.Equal(code, PersonActRules.Add(facts, null)?.Code);

    public static TheoryData<PersonFacts, string?> Reinvitations => new()
    {
        { In with { InvitedAt = Now.AddDays(-4) }, null },
        { In with { InvitedAt = Now.AddDays(-2) }, "person-reinvite-cool-down" },
        { In with { Builds = null }, "person-reinvite-unreadable" },
        { In with { InGroup = false }, "person-reinvite-not-in-group" },
        { In with { SuppressedBecause = "Asked" }, "person-reinvite-held-back" },
        { In with { Builds = [] }, AppleProblems.NoTestableBuild.Code },
        { In with { Tester = In.Tester! with { State = "INSTALLED" } }, AppleProblems.InvitationAccepted.Code },
        { In with { InvitationNotOffered = true }, AppleProblems.InvitationNotOffered.Code },
    };

    [Theory, MemberData(nameof(Reinvitations)), Trait("Failure", "F16")]
    public void Reinvite_EachPerson_MayOrSaysWhy(PersonFacts facts, string? code) => Assert.Equal(code, PersonActRules.Reinvite(facts, Now)?.Code);
}
