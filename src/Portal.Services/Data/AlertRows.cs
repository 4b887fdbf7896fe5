using Portal.Domain;
using Portal.Domain.Alerts;
using Portal.Domain.SignIn;

namespace Portal.Services.Data;

/// <summary>One cause from the moment it was found until it was over. Holds no tester's name or address.</summary>
internal sealed class AlertRow
{
    public Guid Id { get; set; }
    public required string CauseKey { get; set; }
    public AlertState State { get; set; }
    public required string Title { get; set; }
    public required string ProblemCode { get; set; }
    public required string ProblemSentence { get; set; }
    public Turn Turn { get; set; }

    /// <summary>What it stops, one a line.</summary>
    public string Names { get; set; } = "";
    public AlertSubjectKind SubjectKind { get; set; }
    public Guid? SubjectId { get; set; }
    public Permission Audience { get; set; }

    /// <summary>Marks people were told of, one a line, the newest last.</summary>
    public required string Told { get; set; }
    public DateTimeOffset OpenedAt { get; set; }
    public DateTimeOffset ToldAt { get; set; }

    /// <summary>Since when the cause is gone.</summary>
    public DateTimeOffset? GoneAt { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>Times the cause came back before it was over.</summary>
    public int Returns { get; set; }

    /// <summary>Notices so far.</summary>
    public int Notices { get; set; }
    public string? AcknowledgedById { get; set; }
    public string? AcknowledgedByName { get; set; }
    public DateTimeOffset? AcknowledgedAt { get; set; }
    public string? AcknowledgeNote { get; set; }
    public long Revision { get; set; }
}

/// <summary>How a notice goes out.</summary>
internal enum AlertChannel
{
    Mail,
    Webhook,
}

/// <summary>One notice of an alert to one address, with what became of it.</summary>
internal sealed class AlertNoticeRow
{
    public Guid Id { get; set; }
    public Guid AlertId { get; set; }

    /// <summary>1, 2, … of the alert.</summary>
    public int Number { get; set; }
    public AlertNews News { get; set; }
    public AlertChannel Channel { get; set; }

    /// <summary>Hash of the mail address or the hook's address: it stands in the settings alone.</summary>
    public required string Target { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it is tried next; null: it came to an end.</summary>
    public DateTimeOffset? DueAt { get; set; }
    public int Tries { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>HTTP status of the last try of a web hook.</summary>
    public int? Status { get; set; }
    public string? Failure { get; set; }
}
