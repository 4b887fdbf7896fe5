using Portal.Domain.SignIn;
using Portal.Domain.Sync.Approvals;

namespace Portal.Domain.Tests.Sync.Approvals;

/// <summary>Who may let what through, and when.</summary>
[Trait("Invariant", "31")]
public class ApprovalRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private const string AtOnce = "AtOnce", AfterDelay = "AfterDelay";

    [Theory]
    // who answers, state, hours left, four eyes, typed: what it comes to
    [InlineData("second", ApprovalState.Open, 72, true, null, AtOnce)]
    [InlineData("second", ApprovalState.Open, 0, true, null, "approval-expired")]
    [InlineData("second", ApprovalState.Open, 72, false, null, AtOnce)]          // a second person types nothing
    [InlineData("second", ApprovalState.Delayed, 0, false, null, AtOnce)]        // and needs no hour
    [InlineData("requester", ApprovalState.Open, 72, true, null, "own-request")]
    [InlineData("requester", ApprovalState.Open, 72, true, 42, "own-request")]
    [InlineData("requester", ApprovalState.Open, 72, false, 42, AfterDelay)]
    [InlineData("requester", ApprovalState.Open, 72, false, 41, "typed-count-differs")]
    [InlineData("requester", ApprovalState.Open, 72, false, null, "typed-count-differs")]
    [InlineData("requester", ApprovalState.Delayed, 0, false, 42, "approval-delayed")]
    [InlineData("second", ApprovalState.Allowed, 72, true, null, "approval-is-over")]
    [InlineData("second", ApprovalState.Rejected, 72, true, null, "approval-is-over")]
    [InlineData("second", ApprovalState.Superseded, 72, true, null, "approval-is-over")]
    [InlineData("second", ApprovalState.Withdrawn, 72, true, null, "approval-is-over")]
    [InlineData("second", ApprovalState.Expired, 72, true, null, "approval-is-over")]
    public void Allow_WhoWhenAndHow_ComesTo(string who, ApprovalState state, int hoursLeft, bool fourEyes, int? typed, string expected)
    {
        var request = new ApprovalFacts(ApprovalKind.HeldRun, state, "requester", Now.AddHours(hoursLeft), 42);

        var (effect, refused) = ApprovalRules.Allow(request, Person(who), new ApprovalAnswer("They left.", typed), fourEyes, Now);

        Assert.Equal(expected, refused?.Code ?? effect.ToString());
    }

    [Fact]
    public void Allow_NobodyAskedInPerson_IsAnybodysWhoMay() =>
        Assert.Equal((AnswerEffect.AtOnce, null), ApprovalRules.Allow(Open with { RequestedById = null }, Person("anybody"), new ApprovalAnswer("Yes."), true, Now));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void AllowAndReject_WithoutAReason_AreRefused(string reason)
    {
        Assert.Equal(ApprovalProblems.ReasonMissing, ApprovalRules.Allow(Open, Person("second"), new ApprovalAnswer(reason), true, Now).Refused);
        Assert.Equal(ApprovalProblems.ReasonMissing, ApprovalRules.Reject(Open, new ApprovalAnswer(reason), Now));
    }

    [Fact]
    public void Reject_ByTheRequesterToo_IsLetThrough() => Assert.Null(ApprovalRules.Reject(Open, new ApprovalAnswer("Wrong list."), Now));

    [Fact]
    public void Allow_OneSecondBeforeTheEnd_IsInTime() =>
        Assert.Null(ApprovalRules.Allow(Open with { ExpiresAt = Now.AddSeconds(1) }, Person("second"), new ApprovalAnswer("Yes."), true, Now).Refused);

    [Fact]
    public void Life_IsThreeDays_AndTheDelayOneHour() => Assert.Equal((72, 1), (ApprovalRules.Life.TotalHours, ApprovalRules.Delay.TotalHours));

    private static ApprovalFacts Open => new(ApprovalKind.HeldRun, ApprovalState.Open, "requester", Now.AddHours(1), 42);

    private static Actor Person(string id) => new(id, id, ActorKind.Person, [Role.ProgramManager], "page");
}
