namespace Portal.Web.Layout.Parts;

/// <summary>Times and durations in words.</summary>
public static class Times
{
    /// <summary>"just now", "4 minutes ago", "in 3 days"; a date beyond sixty days.</summary>
    public static string Relative(DateTimeOffset when, DateTimeOffset now)
    {
        var distance = now - when;
        var past = distance >= TimeSpan.Zero;
        var span = distance.Duration();
        if (span < TimeSpan.FromSeconds(45))
        {
            return past ? "just now" : "in a moment";
        }

        if (span > TimeSpan.FromDays(60))
        {
            return when.UtcDateTime.ToString("d MMM yyyy");
        }

        return past ? $"{Length(span)} ago" : $"in {Length(span)}";
    }

    /// <summary>"50 seconds", "4 minutes", "3 hours", "12 days".</summary>
    public static string Length(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Count((int)Math.Round(span.TotalSeconds), "second"),
        { TotalMinutes: < 60 } => Count((int)Math.Round(span.TotalMinutes), "minute"),
        { TotalHours: < 36 } => Count((int)Math.Round(span.TotalHours), "hour"),
        _ => Count((int)Math.Round(span.TotalDays), "day"),
    };

    /// <summary>"every 5 minutes", "every hour".</summary>
    public static string Every(TimeSpan span) => Length(span) is ['1', ' ', .. var unit] ? $"every {unit}" : $"every {Length(span)}";

    /// <summary>"23 Nov 2026, 10:45:02 UTC".</summary>
    public static string Exact(DateTimeOffset when) => when.UtcDateTime.ToString("d MMM yyyy, HH:mm:ss 'UTC'");

    /// <summary>"1 person", "3 people" style counts: the plural adds an s unless given.</summary>
    public static string Count(int count, string one, string? many = null) => $"{count:N0} {(count == 1 ? one : many ?? one + "s")}";
}
