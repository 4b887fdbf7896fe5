using Portal.Domain.People;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;

namespace Portal.Domain.Tests.People;

public class PersonDiagnosisTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Build Good = new("b1", "a", "2.0", "41", "IOS") { ExternalState = "IN_BETA_TESTING", UploadedDate = Now.AddDays(-2), ExpirationDate = Now.AddDays(80), AutoNotifyEnabled = true };

    private static readonly PersonFacts Installed = new()
    {
        AppName = "Aurora Notes", GroupName = "Field testers", TeamName = "Aurora beta", Link = LinkState.Active, FirstApplied = true,
        Member = new Member(7, "u7", "ana@icloud.com") { FirstName = "Ana" }, InGroup = true, Tester = new BetaTester("t", "ana@icloud.com", "Ana", "Silva", "EMAIL", "INSTALLED"),
        Builds = [Good], Origin = MembershipOrigin.Sync, ConfirmedAt = Now.AddDays(-9), InvitedAt = Now.AddDays(-9),
    };

    private static readonly PersonFacts Outside = Installed with { InGroup = false, Tester = null, ConfirmedAt = null, InvitedAt = null, Origin = null };

    public static TheoryData<string, PersonFacts, string, Turn, PersonAct, bool> Cases => new()
    {
        { "F10", Outside with { Member = Outside.Member! with { AppleEmail = " " } }, "person-no-apple-email", Turn.Tester, PersonAct.None, true },
        { "F11", Outside with { Member = Outside.Member! with { AppleEmail = "ana at icloud" } }, "person-bad-apple-email", Turn.Support, PersonAct.None, true },
        { "F12", Outside with { SharedWith = 1 }, "person-shared-apple-email", Turn.Support, PersonAct.None, true },
        { "F13", Installed, "person-installed", Turn.Nobody, PersonAct.None, false },
        { "F15", Installed with { Tester = Installed.Tester! with { State = "NOT_INVITED" } }, "person-not-invited", Turn.Support, PersonAct.Reinvite, false },
        { "F16", Installed with { Tester = Installed.Tester! with { State = "INVITED" } }, "person-silent", Turn.Tester, PersonAct.Reinvite, true },
        { "F16", Installed with { Tester = Installed.Tester! with { State = "INVITED" }, InvitedAt = Now.AddDays(-4) }, "person-invited", Turn.Tester, PersonAct.Reinvite, true },
        { "F16", Installed with { Tester = Installed.Tester! with { State = "INVITED" }, InvitedAt = Now.AddDays(-1) }, "person-invited", Turn.Tester, PersonAct.None, true },
        { "F17", Installed with { Builds = [], Tester = Installed.Tester! with { State = "NOT_INVITED" } }, "person-no-build", Turn.ProgramManager, PersonAct.None, false },
        { "F18", Installed with { Builds = [Good with { ExternalState = "IN_BETA_REVIEW" }], Tester = Installed.Tester! with { State = "NOT_INVITED" } }, "person-build-in-review", Turn.AppTeam, PersonAct.None, false },
        { "F18", Installed with { Builds = [Good with { ExternalState = "BETA_REJECTED" }] }, "person-build-rejected", Turn.AppTeam, PersonAct.None, false },
        { "F18", Installed with { Builds = [Good with { ExternalState = "MISSING_EXPORT_COMPLIANCE" }] }, "person-build-compliance", Turn.AppTeam, PersonAct.None, false },
        { "F18", Installed with { Builds = [Good with { ExternalState = "A_WORD_OF_LATER" }] }, "person-build-not-testable", Turn.AppTeam, PersonAct.None, false },
        { "F19", Installed with { Builds = [Good with { ExpirationDate = Now.AddDays(-1) }] }, "person-build-expired", Turn.AppTeam, PersonAct.None, false },
        { "F19", Installed with { Builds = [Good with { ExpirationDate = Now.AddDays(3) }] }, "person-installed-expiring", Turn.AppTeam, PersonAct.None, false },
        { "F20", Installed with { Builds = [Good with { AutoNotifyEnabled = false }] }, "person-installed-quiet", Turn.ProgramManager, PersonAct.None, false },
        { "F28", Outside with { ConfirmedAt = Now.AddDays(-3), Origin = MembershipOrigin.Sync }, "person-left-at-apple", Turn.Support, PersonAct.None, true },
        { "F28", Installed with { Tester = Installed.Tester! with { State = "REVOKED" } }, "person-revoked", Turn.Support, PersonAct.None, true },
        { "F30", Installed with { Tester = Installed.Tester! with { State = "ACCEPTED" } }, "person-not-installed", Turn.Tester, PersonAct.None, true },
        { "F36", Outside with { SuppressedBecause = "asked to pause", SuppressedUntil = Now.AddDays(5) }, "person-held-back", Turn.Support, PersonAct.None, false },
        { "F27", Installed with { Member = null, Origin = null }, "person-unmanaged", Turn.Support, PersonAct.None, false },
        { "F37", Installed with { Member = null, Origin = MembershipOrigin.Manual, OwnerName = "sam", EndsAt = Now.AddDays(3) }, "person-added-by-support", Turn.Support, PersonAct.None, false },
        { "F37", Installed with { Member = null, Origin = MembershipOrigin.Manual, OwnerName = "sam", EndsAt = Now }, "person-by-hand-ended", Turn.Nobody, PersonAct.None, false },
        { "F37", Installed with { Member = null, Origin = MembershipOrigin.Manual, RemovedAt = Now.AddDays(-1) }, "person-unmanaged", Turn.Support, PersonAct.None, false },
        { "F1", Outside with { KeyProblem = AppleProblems.KeyRefused }, "person-key-failing", Turn.AppleAdmin, PersonAct.None, false },
        { "F26", Outside with { Member = null, TeamProblem = SourceProblems.KeyRefused }, "person-team-unreadable", Turn.CommunityManager, PersonAct.None, false },
        { "", Outside, "person-not-in-group", Turn.Support, PersonAct.SyncOne, false },
        { "", Outside with { Link = LinkState.Paused }, "person-link-paused", Turn.ProgramManager, PersonAct.None, false },
        { "", Outside with { Link = LinkState.Paused, FirstApplied = false }, "person-first-sync-open", Turn.ProgramManager, PersonAct.None, false },
        { "", Outside with { Link = LinkState.Blocked, LinkProblem = SyncProblems.TeamEmpty }, "person-link-blocked", SyncProblems.TeamEmpty.Turn is Turn.Nobody ? Turn.ProgramManager : SyncProblems.TeamEmpty.Turn, PersonAct.None, false },
        { "", Outside with { Link = LinkState.Retired }, "person-link-retired", Turn.ProgramManager, PersonAct.None, false },
        { "", Outside with { Member = null }, "person-not-in-team", Turn.CommunityManager, PersonAct.None, false },
        { "", Installed with { Member = null }, "person-left-team", Turn.Nobody, PersonAct.None, false },
        { "", Installed with { Tester = Installed.Tester! with { State = "A_WORD_OF_LATER" } }, "person-state-unknown", Turn.Support, PersonAct.None, false },
    };

    [Theory, MemberData(nameof(Cases))]
    [Trait("Failure", "F10")]
    [Trait("Failure", "F18")]
    [Trait("Failure", "F30")]
    public void Of_EachSituation_NamesOneNextStepAndWhoseTurnItIs(string failure, PersonFacts facts, string code, Turn turn, PersonAct act, bool text)
    {
        var next = PersonDiagnosis.Of(facts, Now).Next;

        Assert.Equal((failure, code, turn, act, text), (failure, next.Code, next.Turn, next.Act, next.TextForTester is not null));
        Assert.EndsWith(".", next.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_EachSituation_HasTheSameTenStepsInOrderAndNoAddressInItsWords()
    {
        foreach (var facts in Cases.Select(c => c.Data.Item2))
        {
            var diagnosis = PersonDiagnosis.Of(facts, Now);
            Assert.Equal(["Link and key", "In the team", "Apple e-mail", "Nobody else's", "Not held back", "In the group", "A build to test", "Invited", "Accepted", "Installed"], diagnosis.Steps.Select(s => s.Name));
            Assert.DoesNotContain(diagnosis.Steps, s => s.Words.Contains('@', StringComparison.Ordinal) || s.Words.Length == 0);
            Assert.DoesNotContain("@", diagnosis.Next.Words + diagnosis.Next.TextForTester, StringComparison.Ordinal);
        }
    }

    [Fact, Trait("Failure", "F29")]
    public void Of_SilentAtACompanyAddress_HintsAtManagedAccounts()
    {
        var silent = Installed with { Tester = Installed.Tester! with { State = "INVITED" } };

        Assert.DoesNotContain("managed", PersonDiagnosis.Of(silent, Now).Next.Words, StringComparison.Ordinal);
        Assert.Contains("managed", PersonDiagnosis.Of(silent with { Member = silent.Member! with { AppleEmail = "ana@corp.example" } }, Now).Next.Words, StringComparison.Ordinal);
    }

    [Fact, Trait("Failure", "F31")]
    public void Of_TesterInOtherGroups_SaysThatLeavingThisOneEndsNothing() =>
        Assert.Contains("2 other groups", PersonDiagnosis.Of(Installed with { OtherGroups = 2 }, Now).Steps.Single(s => s.Name == "In the group").Words, StringComparison.Ordinal);

    [Fact, Trait("Failure", "F37")]
    public void Of_AddedByHand_NotBeingInTheTeamStandsInNobodysWay()
    {
        var byHand = Installed with { Member = null, Origin = MembershipOrigin.Manual, OwnerName = "sam", EndsAt = Now.AddDays(3) };

        Assert.Equal((StepState.Ok, "Not in Aurora beta; sam added them by hand."), Step(byHand));
        Assert.Equal(StepState.Problem, Step(byHand with { RemovedAt = Now }).State);

        static (StepState State, string Words) Step(PersonFacts facts)
        {
            var step = PersonDiagnosis.Of(facts, Now).Steps.Single(s => s.Name == "In the team");
            return (step.State, step.Words);
        }
    }

    [Fact]
    public void Of_EverythingDone_ShowsEveryStepDone() => Assert.All(PersonDiagnosis.Of(Installed, Now).Steps, step => Assert.Equal(StepState.Ok, step.State));

    [Fact]
    public void Of_TextForTester_GreetsByFirstNameOnlyWhereItIsKnown()
    {
        var facts = Installed with { Tester = Installed.Tester! with { State = "ACCEPTED" } };

        Assert.StartsWith("Hello Ana,", PersonDiagnosis.Of(facts, Now).Next.TextForTester, StringComparison.Ordinal);
        Assert.StartsWith("Hello,", PersonDiagnosis.Of(facts with { Member = facts.Member! with { FirstName = null } }, Now).Next.TextForTester, StringComparison.Ordinal);
    }
}
