using Portal.Domain;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Rules;

namespace Portal.Services.TestFlight.Rules;

/// <summary>A rule as a form brings it.</summary>
public sealed record RuleWanted
{
    /// <summary>Whether it acts.</summary>
    public bool Enabled { get; init; }
    /// <summary>"2.*"; several separated by commas.</summary>
    public string Versions { get; init; } = "*";
    /// <summary>Apple's word; empty: every platform.</summary>
    public string Platform { get; init; } = "";
    /// <summary>The answer to Apple's question about encryption; who changes it is the named person.</summary>
    public ComplianceAnswer Compliance { get; init; }
    /// <summary>"22:00"; empty with <see cref="QuietTo"/>: no quiet hours.</summary>
    public string QuietFrom { get; init; } = "";
    /// <summary>"07:00".</summary>
    public string QuietTo { get; init; } = "";
    /// <summary>"Europe/Vienna"; empty: UTC.</summary>
    public string TimeZone { get; init; } = "";
    /// <summary>Whether builds are submitted for beta review.</summary>
    public bool SubmitForReview { get; init; }
}

/// <summary>A group's rule.</summary>
/// <param name="ComplianceByName">Who answered; null: nobody.</param>
/// <param name="Since">Builds uploaded before are left alone.</param>
/// <param name="LookedAt">When the app's builds were last looked at for it.</param>
/// <param name="LookProblem">Why the last look failed.</param>
public sealed record RuleView(string GroupId, RuleWanted Rule, string? ComplianceByName, DateTimeOffset? ComplianceAt, DateTimeOffset Since, string ChangedByName, DateTimeOffset ChangedAt,
    DateTimeOffset? LookedAt, Problem? LookProblem, IReadOnlyList<RuleOutcomeView> Outcomes);

/// <summary>What a rule has done with a build.</summary>
/// <param name="Done">Its steps in words; empty: none yet.</param>
/// <param name="Refused">Apple refused; the rule asks again when the build changes.</param>
public sealed record RuleOutcomeView(string GroupId, string GroupName, string BuildId, string BuildName, RuleVerdict Verdict, bool Refused, string Code, string Because, string Done, DateTimeOffset FirstSeenAt, DateTimeOffset ChangedAt);

/// <summary>What a rule would do with a build, had it come now.</summary>
public sealed record DryRunLine(Build Build, RuleDecision Decision);
