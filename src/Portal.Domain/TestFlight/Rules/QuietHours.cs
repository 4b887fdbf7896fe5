using System.Globalization;

namespace Portal.Domain.TestFlight.Rules;

/// <summary>Hours of the day in which a rule gives nobody a build, at a place's own time. Over midnight where the end is before the beginning.</summary>
/// <param name="From">First quiet minute.</param>
/// <param name="To">First minute that is not quiet any more.</param>
/// <param name="Zone">The place's time.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>Reads "22:00", "07:00" and "Europe/Vienna"; null where both times are blank.</summary>
    /// <exception cref="ProblemException"><c>rule-hours-unreadable</c>, <c>rule-zone-unknown</c>.</exception>
    public static QuietHours? Read(string? from, string? to, string? zone)
    {
        if (string.IsNullOrWhiteSpace(from) && string.IsNullOrWhiteSpace(to)) return null;
        if (TimeOf(from) is not { } begin || TimeOf(to) is not { } end || begin == end) throw new ProblemException(RuleProblems.HoursUnreadable);
        return TimeZoneInfo.TryFindSystemTimeZoneById(string.IsNullOrWhiteSpace(zone) ? "UTC" : zone.Trim(), out var found) ? new(begin, end, found) : throw new ProblemException(RuleProblems.ZoneUnknown);
    }

    /// <summary>When the quiet hours that are now end; null: it is not quiet.</summary>
    public DateTimeOffset? EndOf(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, Zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        // IsBetween wraps over midnight and leaves the end out.
        if (!time.IsBetween(From, To)) return null;
        var day = DateOnly.FromDateTime(local.DateTime);
        var end = (time < To ? day : day.AddDays(1)).ToDateTime(To);
        // An hour that the clocks leave out is the one after.
        while (Zone.IsInvalidTime(end)) end = end.AddMinutes(30);
        return new DateTimeOffset(end, Zone.GetUtcOffset(end)).ToUniversalTime();
    }

    /// <summary>"22:00–07:00, Europe/Vienna".</summary>
    public string InWords => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}–{To:HH:mm}, {Zone.Id}");

    private static TimeOnly? TimeOf(string? text) => TimeOnly.TryParseExact(text?.Trim(), ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
