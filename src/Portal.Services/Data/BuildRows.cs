using Portal.Domain.TestFlight.Releases;
using Portal.Domain.TestFlight.Rules;

namespace Portal.Services.Data;

/// <summary>What new builds of a link's group make in Centercode, and what was last seen of the group's builds.</summary>
internal sealed class BuildMonitorRow
{
    public Guid LinkId { get; set; }
    public ReleaseMode Mode { get; set; }

    /// <summary>Addresses that get a mail, separated by commas.</summary>
    public string MailTo { get; set; } = "";

    /// <summary>The Centercode connection where the link has none of its own.</summary>
    public Guid? ConnectionId { get; set; }
    public string? ChangedByName { get; set; }
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>When the group's builds were first looked at: what was there then is no news.</summary>
    public DateTimeOffset? FirstLookAt { get; set; }

    /// <summary>Hash of what the last look showed; the same again means there is nothing to compare.</summary>
    public string Mark { get; set; } = "";

    /// <summary>When the last of the group's builds expires, or expired; null: it has none, or not all were seen.</summary>
    public DateTimeOffset? BuildsUntil { get; set; }
}

/// <summary>A build as it was first seen in a link's group.</summary>
internal sealed class SeenBuildRow
{
    public Guid LinkId { get; set; }
    public required string BuildId { get; set; }
    public required string Number { get; set; }
    public DateTimeOffset? UploadedAt { get; set; }
    public DateTimeOffset SeenAt { get; set; }
    public NoRelease WhyNone { get; set; }
}

/// <summary>A release in Centercode: one per link and build.</summary>
internal sealed class BuildReleaseRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public required string GroupId { get; set; }
    public required string BuildId { get; set; }

    /// <summary>"Aurora Notes 2.0 (120)"; the number alone until the build was read.</summary>
    public required string Title { get; set; }
    public ReleaseMode Mode { get; set; }
    public ReleaseState State { get; set; }

    /// <summary>Null: the monitoring.</summary>
    public string? AskedByName { get; set; }
    public DateTimeOffset AskedAt { get; set; }

    /// <summary>Times it was sent; committed before each sending.</summary>
    public int Attempts { get; set; }
    public DateTimeOffset? AttemptedAt { get; set; }

    /// <summary>Times something passing stood in the way.</summary>
    public int Delays { get; set; }
    public DateTimeOffset? NextTryAt { get; set; }
    public string? CentercodeId { get; set; }
    public string? ProblemCode { get; set; }
    public string? ProblemSentence { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who said that an unconfirmed release is there, or shall be made again.</summary>
    public string? SettledByName { get; set; }

    /// <summary>The attempt whose end was mailed about; committed before the mail is sent.</summary>
    public int MailedAttempt { get; set; }
    public DateTimeOffset? MailedAt { get; set; }
    public string? MailProblem { get; set; }
}

/// <summary>How new builds come to an external group.</summary>
internal sealed class AutoBuildRuleRow
{
    public required string GroupId { get; set; }
    public required string GroupName { get; set; }
    public required string AppId { get; set; }
    public Guid CredentialId { get; set; }
    public bool Enabled { get; set; }
    public required string Versions { get; set; }
    public string Platform { get; set; } = "";
    public ComplianceAnswer Compliance { get; set; }
    public string? ComplianceById { get; set; }
    public string? ComplianceByName { get; set; }
    public DateTimeOffset? ComplianceAt { get; set; }
    public string QuietFrom { get; set; } = "";
    public string QuietTo { get; set; } = "";
    public string TimeZone { get; set; } = "";
    public bool SubmitForReview { get; set; }
    public DateTimeOffset Since { get; set; }
    public required string ChangedById { get; set; }
    public required string ChangedByName { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>What a rule has done with a build.</summary>
internal sealed class AutoBuildOutcomeRow
{
    public required string GroupId { get; set; }
    public required string BuildId { get; set; }
    public required string BuildName { get; set; }
    public required string Platform { get; set; }
    public DateTimeOffset? UploadedAt { get; set; }
    public RuleVerdict Verdict { get; set; }
    public required string Code { get; set; }
    public required string Because { get; set; }
    public bool ComplianceAnswered { get; set; }
    public bool AutoNotifySet { get; set; }
    public bool Assigned { get; set; }
    public bool Submitted { get; set; }

    /// <summary>Apple's refusal; the rule does not try again until the build changes.</summary>
    public bool Refused { get; set; }

    /// <summary>State of the build at Apple when it was refused.</summary>
    public string? RefusedInState { get; set; }
    public DateTimeOffset FirstSeenAt { get; set; }

    /// <summary>When Apple was last asked and did not do it.</summary>
    public DateTimeOffset? TriedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>When an app's builds are looked at beside the cycles of its links.</summary>
internal sealed class AppLookRow
{
    public required string AppId { get; set; }
    public Guid CredentialId { get; set; }

    /// <summary>Null: only when Apple tells of something.</summary>
    public DateTimeOffset? NextAt { get; set; }
    public DateTimeOffset? LookedAt { get; set; }
    public string? ProblemCode { get; set; }
    public string? ProblemSentence { get; set; }
}

/// <summary>A webhook of Apple's that comes to this portal.</summary>
internal sealed class AppleWebhookRow
{
    public Guid Id { get; set; }
    public required string AppId { get; set; }
    public Guid CredentialId { get; set; }

    /// <summary>Data Protection ciphertext of the secret Apple signs with.</summary>
    public required byte[] SealedSecret { get; set; }
    public required string Url { get; set; }

    /// <summary>Apple's id; null while nobody knows whether Apple made it.</summary>
    public string? AppleId { get; set; }
    public required string CreatedByName { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastEventAt { get; set; }
}

/// <summary>An event that came; Apple may send it again.</summary>
internal sealed class AppleWebhookEventRow
{
    public Guid WebhookId { get; set; }
    public required string EventId { get; set; }
    public DateTimeOffset ReceivedAt { get; set; }
}
