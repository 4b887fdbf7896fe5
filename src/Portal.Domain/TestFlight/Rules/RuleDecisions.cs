namespace Portal.Domain.TestFlight.Rules;

/// <summary>Reads a rule against a build; a dry run and a real one read it the same way.</summary>
public static class RuleDecisions
{
    /// <summary>What the rule does with the build now.</summary>
    /// <param name="rule">The group's rule.</param>
    /// <param name="build">The build as read from Apple.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="newerGiven">Whether the group has a newer build of the same platform by this rule: then an older one comes too late.</param>
    /// <param name="now">The time.</param>
    public static RuleDecision Of(AutoBuildRule rule, Build build, string groupId, bool newerGiven, DateTimeOffset now)
    {
        if (NotMeant(rule, build, now) is { } skip) return skip;
        var isIn = build.GroupIds.Contains(groupId);
        if (newerGiven && !isIn) return Skip("rule-newer-given", "A newer build came first, so this one is not given any more.");
        if (NotYet(rule, build, now) is { } wait) return wait;
        List<RuleStep> steps = [];
        if (build.ExternalState is "MISSING_EXPORT_COMPLIANCE") steps.Add(RuleStep.AnswerCompliance);
        if (build.AutoNotifyEnabled is not true) steps.Add(RuleStep.SetAutoNotify);
        if (!isIn) steps.Add(RuleStep.Assign);
        if (rule.SubmitForReview && (build.ExternalState is "READY_FOR_BETA_SUBMISSION" || build.ExternalState is "MISSING_EXPORT_COMPLIANCE" && rule.Compliance is ComplianceAnswer.ExemptOnly)) steps.Add(RuleStep.SubmitForReview);
        if (steps.Count == 0) return new(RuleVerdict.InOrder, [], "rule-in-order", InOrder(build, now));
        return rule.Quiet?.EndOf(now) is { } until
            ? Wait("rule-quiet", $"Quiet hours ({rule.Quiet.InWords}): goes on at {until:yyyy-MM-dd HH:mm} UTC.") with { Until = until }
            : new(RuleVerdict.Act, steps, "rule-acts", InWords(steps));
    }

    /// <summary>Several steps as a sentence's end: "answers the question about encryption, switches auto-notify on, assigns the build".</summary>
    public static string InWords(IEnumerable<RuleStep> steps) => string.Join(", ", steps.Select(step => step switch
    {
        RuleStep.AnswerCompliance => "gives Apple the stored answer about encryption",
        RuleStep.SetAutoNotify => "switches auto-notify on",
        RuleStep.Assign => "assigns the build",
        _ => "submits it for beta review",
    }));

    private static RuleDecision? NotMeant(AutoBuildRule rule, Build build, DateTimeOffset now)
    {
        if (build.IsExpired(now)) return Skip("rule-expired", "It has expired.");
        if (!(build.UploadedDate >= rule.Since)) return Skip("rule-older", "It was uploaded before the rule was switched on. Assign it by hand if it is wanted.");
        if (rule.Platform.Length > 0 && build.Platform != rule.Platform) return Skip("rule-platform", "It is for another platform.");
        if (!rule.Versions.Matches(build.Version)) return Skip("rule-version", $"Its version {build.Version} is none of {rule.Versions.Text}.");
        if (build.AudienceType is "INTERNAL_ONLY" || build.ExternalState is "NOT_APPLICABLE") return Skip("rule-internal-only", "It was uploaded for internal testing only.");
        if (build.ProcessingState is "FAILED" or "INVALID" || build.ExternalState is "PROCESSING_EXCEPTION") return Skip("rule-failed", "Apple could not process it. The app team uploads it again.");
        return build.ExternalState is "BETA_REJECTED" ? Skip("rule-rejected", "Apple's beta review rejected it. The app team reads the reasons and uploads another build.") : null;
    }

    private static RuleDecision? NotYet(AutoBuildRule rule, Build build, DateTimeOffset now) => build.ExternalState switch
    {
        "MISSING_EXPORT_COMPLIANCE" when rule.Compliance is ComplianceAnswer.None =>
            Wait("rule-compliance", "Apple asks whether it uses encryption of its own. The app team answers at App Store Connect, or a named person stores an answer in this rule."),
        "PROCESSING" or "IN_EXPORT_COMPLIANCE_REVIEW" => Wait("rule-apple-at-work", $"{build.External(now).Word}: nobody needs to do anything. {build.External(now).Next}"),
        null or "" => Wait("rule-apple-at-work", "Apple has not reported its state yet: nobody needs to do anything."),
        _ => null,
    };

    private static string InOrder(Build build, DateTimeOffset now) =>
        build.IsTestable(isInternal: false, now) ? "The group has it and can test it." : $"The group has it. {build.External(now).Word}: {build.External(now).Next ?? "nobody needs to do anything."}";

    private static RuleDecision Skip(string code, string because) => new(RuleVerdict.Skip, [], code, because);

    private static RuleDecision Wait(string code, string because) => new(RuleVerdict.Wait, [], code, because);
}
