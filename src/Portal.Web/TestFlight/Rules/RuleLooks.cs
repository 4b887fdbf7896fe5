using Portal.Domain.TestFlight.Rules;
using Portal.Services.TestFlight.Rules;
using Portal.Web.Layout.Parts;

namespace Portal.Web.TestFlight.Rules;

/// <summary>How a rule and what it did are drawn and said.</summary>
public static class RuleLooks
{
    /// <summary>App Store Connect, for what Apple's API only shows.</summary>
    public static string AppStoreConnect(string appId) => $"https://appstoreconnect.apple.com/apps/{Uri.EscapeDataString(appId)}/testflight";

    /// <summary>What a rule did or will do.</summary>
    public static StateView Of(RuleOutcomeView outcome) => outcome.Refused ? StateView.Bad("Refused") : Of(outcome.Verdict);

    /// <summary>What a rule says of a build.</summary>
    public static StateView Of(RuleVerdict verdict) => verdict switch
    {
        RuleVerdict.InOrder => StateView.Good("In order"),
        RuleVerdict.Act => StateView.Busy("Acts"),
        RuleVerdict.Wait => StateView.Waiting("Waits"),
        _ => StateView.Quiet("Skipped"),
    };

    /// <summary>The rule as one sentence.</summary>
    public static string InWords(RuleWanted rule)
    {
        var versions = rule.Versions == "*" ? "Every new build" : $"Every new build of {rule.Versions}";
        var platform = rule.Platform.Length == 0 ? "" : $" for {TestFlightStateViews.PlatformInWords(rule.Platform)}";
        var quiet = rule.QuietFrom.Length == 0 ? "" : $", not from {rule.QuietFrom} to {rule.QuietTo} ({rule.TimeZone})";
        return $"{versions}{platform} comes to this group by itself{quiet}. Auto-notify is switched on; {(rule.SubmitForReview ? "it is submitted for beta review" : "nothing is submitted for review")}.";
    }

    /// <summary>The stored answer about encryption.</summary>
    public static string InWords(ComplianceAnswer answer) => answer switch
    {
        ComplianceAnswer.ExemptOnly => "no encryption of its own, or only what is exempt",
        ComplianceAnswer.OwnEncryption => "encryption of its own, which Apple reviews",
        _ => "nobody answered: a build that asks waits",
    };
}
