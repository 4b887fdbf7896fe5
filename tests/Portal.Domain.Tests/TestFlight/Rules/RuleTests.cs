using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Rules;
using Xunit;

namespace Portal.Domain.Tests.TestFlight.Rules;

/// <summary>What an auto-build rule says of a build, without any Apple.</summary>
public sealed class RuleTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AutoBuildRule _rule = new() { Versions = VersionPattern.Read("2.*"), Platform = "IOS", Since = _now.AddDays(-1) };

    private static readonly Build _new = new("b", "app", "2.1", "210", "IOS")
    {
        ProcessingState = "VALID", ExternalState = "BETA_APPROVED", AutoNotifyEnabled = false, UploadedDate = _now.AddHours(-1), ExpirationDate = _now.AddDays(89), AudienceType = "APP_STORE_ELIGIBLE",
    };

    [Fact]
    public void Of_ApprovedBuild_TellsFirstAndThenGives()
    {
        var decision = RuleDecisions.Of(_rule, _new, "g", newerGiven: false, _now);

        Assert.Equal((RuleVerdict.Act, "switches auto-notify on, assigns the build"), (decision.Verdict, decision.Because));
        Assert.Equal([RuleStep.SetAutoNotify, RuleStep.Assign], decision.Steps);
    }

    [Fact]
    public void Of_BuildThatIsInAndTold_IsInOrder() =>
        Assert.Equal(RuleVerdict.InOrder, RuleDecisions.Of(_rule, _new with { GroupIds = ["g"], AutoNotifyEnabled = true }, "g", newerGiven: true, _now).Verdict);

    [Theory]
    [Trait("Failure", "F18")]
    [InlineData("MISSING_EXPORT_COMPLIANCE", RuleVerdict.Wait, "rule-compliance", "named person")]
    [InlineData("PROCESSING", RuleVerdict.Wait, "rule-apple-at-work", "Processing")]
    [InlineData("IN_EXPORT_COMPLIANCE_REVIEW", RuleVerdict.Wait, "rule-apple-at-work", "export papers")]
    [InlineData(null, RuleVerdict.Wait, "rule-apple-at-work", "not reported")]
    [InlineData("BETA_REJECTED", RuleVerdict.Skip, "rule-rejected", "app team")]
    [InlineData("PROCESSING_EXCEPTION", RuleVerdict.Skip, "rule-failed", "app team")]
    [InlineData("NOT_APPLICABLE", RuleVerdict.Skip, "rule-internal-only", "internal")]
    [InlineData("A_WORD_OF_LATER", RuleVerdict.Act, "rule-acts", "assigns")]
    public void Of_StateOfABuild_SaysWhatComesNext(string? state, RuleVerdict verdict, string code, string words)
    {
        var decision = RuleDecisions.Of(_rule, _new with { ExternalState = state }, "g", newerGiven: false, _now);

        Assert.Equal((verdict, code), (decision.Verdict, decision.Code));
        Assert.Contains(words, decision.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_BuildThatIsNotMeant_IsSkippedAndSaysWhy()
    {
        Assert.Equal("rule-older", CodeOf(_new with { UploadedDate = _now.AddDays(-2) }));
        Assert.Equal("rule-older", CodeOf(_new with { UploadedDate = null }));
        Assert.Equal("rule-version", CodeOf(_new with { Version = "3.0" }));
        Assert.Equal("rule-platform", CodeOf(_new with { Platform = "TV_OS" }));
        Assert.Equal("rule-expired", CodeOf(_new with { ExpirationDate = _now }));
        Assert.Equal("rule-newer-given", RuleDecisions.Of(_rule, _new, "g", newerGiven: true, _now).Code);
    }

    [Fact]
    public void Of_ComplianceMissing_IsAnsweredOnlyWithAStoredAnswer()
    {
        var missing = _new with { ExternalState = "MISSING_EXPORT_COMPLIANCE" };

        Assert.Equal([RuleStep.AnswerCompliance, RuleStep.SetAutoNotify, RuleStep.Assign], RuleDecisions.Of(_rule with { Compliance = ComplianceAnswer.ExemptOnly }, missing, "g", false, _now).Steps);
        Assert.Equal(RuleVerdict.Wait, RuleDecisions.Of(_rule, missing, "g", false, _now).Verdict);
    }

    [Fact]
    public void Of_NotSubmittedBuild_IsSubmittedOnlyWhereChosen()
    {
        var ready = _new with { ExternalState = "READY_FOR_BETA_SUBMISSION", AutoNotifyEnabled = true };

        Assert.Equal([RuleStep.Assign], RuleDecisions.Of(_rule, ready, "g", false, _now).Steps);
        Assert.Equal([RuleStep.Assign, RuleStep.SubmitForReview], RuleDecisions.Of(_rule with { SubmitForReview = true }, ready, "g", false, _now).Steps);
        Assert.Contains("app team submits", RuleDecisions.Of(_rule, ready with { GroupIds = ["g"] }, "g", false, _now).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_QuietHours_WaitsAndSaysUntilWhen()
    {
        var decision = RuleDecisions.Of(_rule with { Quiet = QuietHours.Read("22:00", "14:00", "Europe/Vienna") }, _new, "g", newerGiven: false, _now);

        Assert.Equal((RuleVerdict.Wait, "rule-quiet", (DateTimeOffset?)_now.AddHours(1)), (decision.Verdict, decision.Code, decision.Until));
    }

    [Theory]
    [InlineData("2.*", "2.1", true)]
    [InlineData("2.*", "12.1", false)]
    [InlineData("2.?", "2.10", false)]
    [InlineData("1.0, 2.*.3", "2.9.3", true)]
    [InlineData("*", "", true)]
    [InlineData("2.1", "2.1.0", false)]
    [InlineData("*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void VersionPattern_Matches_AsPeopleReadIt(string pattern, string version, bool matches) => Assert.Equal(matches, VersionPattern.Read(pattern).Matches(version));

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("2.(1)")]
    public void VersionPattern_Unreadable_IsRefused(string pattern) => Assert.Equal("rule-pattern-unreadable", Assert.Throws<ProblemException>(() => VersionPattern.Read(pattern)).Problem.Code);

    [Theory]
    // Winter in Vienna is an hour ahead of UTC.
    [InlineData("22:00", "07:00", "2026-03-01T20:59:00Z", null)]
    [InlineData("22:00", "07:00", "2026-03-01T21:00:00Z", "2026-03-02T06:00:00Z")]
    [InlineData("22:00", "07:00", "2026-03-02T05:59:00Z", "2026-03-02T06:00:00Z")]
    [InlineData("22:00", "07:00", "2026-03-02T06:00:00Z", null)]
    [InlineData("09:00", "12:00", "2026-03-02T08:30:00Z", "2026-03-02T11:00:00Z")]
    // The night the clocks go forward: 02:30 is not there.
    [InlineData("22:00", "02:30", "2026-03-28T23:30:00Z", "2026-03-29T01:00:00Z")]
    public void QuietHours_EndOf_GoesByThePlacesClock(string from, string to, string now, string? end) =>
        Assert.Equal(end is null ? null : DateTimeOffset.Parse(end), QuietHours.Read(from, to, "Europe/Vienna")!.EndOf(DateTimeOffset.Parse(now)));

    [Fact]
    public void QuietHours_Unreadable_AreRefused()
    {
        Assert.Null(QuietHours.Read("", " ", "nowhere"));
        Assert.Equal("rule-hours-unreadable", Assert.Throws<ProblemException>(() => QuietHours.Read("22:00", "", "UTC")).Problem.Code);
        Assert.Equal("rule-hours-unreadable", Assert.Throws<ProblemException>(() => QuietHours.Read("22:00", "22:00", "UTC")).Problem.Code);
        Assert.Equal("rule-zone-unknown", Assert.Throws<ProblemException>(() => QuietHours.Read("22:00", "07:00", "Europe/Nowhere")).Problem.Code);
    }

    private static string CodeOf(Build build) => RuleDecisions.Of(_rule, build, "g", newerGiven: false, _now).Code;
}
