namespace Portal.Domain.TestFlight.Rules;

/// <summary>A named person's answer to Apple's question whether an app uses encryption of its own.</summary>
public enum ComplianceAnswer
{
    /// <summary>Nobody answered: a build that asks waits.</summary>
    None,
    /// <summary>None, or only what is exempt: <c>usesNonExemptEncryption</c> false.</summary>
    ExemptOnly,
    /// <summary>Its own: Apple reviews the papers first.</summary>
    OwnEncryption,
}

/// <summary>How new builds come to an external group. Apple's API has no such setting, so the portal does it.</summary>
public sealed record AutoBuildRule
{
    /// <summary>Which versions.</summary>
    public VersionPattern Versions { get; init; } = VersionPattern.Any;
    /// <summary>Apple's word for a platform; empty: every one.</summary>
    public string Platform { get; init; } = "";
    /// <summary>The stored answer.</summary>
    public ComplianceAnswer Compliance { get; init; }
    /// <summary>When nobody is given a build; null: never quiet.</summary>
    public QuietHours? Quiet { get; init; }
    /// <summary>Whether builds are submitted for beta review too.</summary>
    public bool SubmitForReview { get; init; }
    /// <summary>Builds uploaded before are left alone.</summary>
    public DateTimeOffset Since { get; init; }
}

/// <summary>What a rule says of a build.</summary>
public enum RuleVerdict
{
    /// <summary>There is something to do.</summary>
    Act,
    /// <summary>Not yet.</summary>
    Wait,
    /// <summary>Not this one.</summary>
    Skip,
    /// <summary>Everything is as the rule wants it.</summary>
    InOrder,
}

/// <summary>One thing a rule does with a build, in this order: who gets it is told of it, so telling is switched on first.</summary>
public enum RuleStep
{
    /// <summary>Give Apple the stored answer about encryption.</summary>
    AnswerCompliance,
    /// <summary>Switch auto-notify on.</summary>
    SetAutoNotify,
    /// <summary>Give the group the build.</summary>
    Assign,
    /// <summary>Submit it for beta review.</summary>
    SubmitForReview,
}

/// <summary>What a rule does with a build, and why.</summary>
/// <param name="Verdict">Act, wait, skip or in order.</param>
/// <param name="Steps">What is to be done.</param>
/// <param name="Because">In words, with whose turn it is.</param>
/// <param name="Code">Stable, for records.</param>
public sealed record RuleDecision(RuleVerdict Verdict, IReadOnlyList<RuleStep> Steps, string Code, string Because)
{
    /// <summary>When it is looked at again by itself; null: with every look.</summary>
    public DateTimeOffset? Until { get; init; }
}
