using Portal.Domain;
using Portal.Domain.Alerts;

namespace Portal.Services.Alerts;

/// <summary>An alert as the page, REST and the CLI show it. Times are UTC.</summary>
public sealed record AlertView
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>Where it stands.</summary>
    public required AlertState State { get; init; }
    /// <summary>What happened, in a few words.</summary>
    public required string Title { get; init; }
    /// <summary>What happened, whose turn, what to do.</summary>
    public required Problem Problem { get; init; }
    /// <summary>Links or keys it stops.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
    /// <summary>Path of the page where somebody acts on it.</summary>
    public required string Path { get; init; }
    /// <summary>Since when.</summary>
    public required DateTimeOffset OpenedAt { get; init; }
    /// <summary>Since when its cause is gone.</summary>
    public DateTimeOffset? GoneAt { get; init; }
    /// <summary>When it was said to be over.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }
    /// <summary>Times its cause came back before it was over.</summary>
    public int Returns { get; init; }
    /// <summary>Who took it.</summary>
    public string? AcknowledgedByName { get; init; }
    /// <summary>When.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }
    /// <summary>What they wrote.</summary>
    public string? Note { get; init; }
    /// <summary>Whether the one who looks may take it.</summary>
    public bool MayAcknowledge { get; init; }
    /// <summary>Who was told, newest first; only of one alert.</summary>
    public IReadOnlyList<AlertTelling> Told { get; init; } = [];
}

/// <summary>One notice and what became of it. The address stands in the settings alone.</summary>
/// <param name="By">"Mail", or "Web hook at" and its host.</param>
/// <param name="News">What was said.</param>
/// <param name="At">When it was written down.</param>
/// <param name="DeliveredAt">When it was taken.</param>
/// <param name="NextTryAt">When it is tried again.</param>
/// <param name="Tries">Times it was tried.</param>
/// <param name="Status">HTTP status of a web hook's last answer.</param>
/// <param name="Failure">What stood in the way at the last try.</param>
public sealed record AlertTelling(string By, AlertNews News, DateTimeOffset At, DateTimeOffset? DeliveredAt, DateTimeOffset? NextTryAt, int Tries, int? Status, string? Failure);

/// <summary>Which alerts to show.</summary>
/// <param name="OpenOnly">Only those whose cause lasts, or was there a moment ago.</param>
/// <param name="Skip">How many to leave out.</param>
/// <param name="Take">How many at most.</param>
public sealed record AlertQuery(bool OpenOnly = true, int Skip = 0, int Take = 50);
