using System.Globalization;

namespace Portal.Domain.Sync;

/// <summary>
/// When a link changes nobody: one window a line, in one time zone.
/// <code>
/// Mon-Fri 18:00-08:00       every such day, past midnight where the end is not later
/// Sat,Sun                   whole days; also "Daily"
/// 2026-12-19 - 2027-01-03   dates, the last one included; each may carry a time
/// # a note
/// </code>
/// Windows add up: where one says no, no other says yes.
/// </summary>
public sealed class FreezeCalendar
{
    private const int MostLines = 50;
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(370);
    private static readonly string[] DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    private readonly TimeZoneInfo _zone;
    private readonly IReadOnlyList<Window> _windows;

    private FreezeCalendar(TimeZoneInfo zone, IReadOnlyList<Window> windows) => (_zone, _windows) = (zone, windows);

    /// <summary>Reads what somebody wrote.</summary>
    /// <param name="lines">Windows, one a line; blank: none.</param>
    /// <param name="zone">IANA name of the time zone, such as <c>Europe/Berlin</c>; blank: UTC.</param>
    /// <param name="calendar">What it says; null with a problem.</param>
    /// <returns>The first thing wrong, by its line, or null.</returns>
    public static Problem? Read(string? lines, string? zone, out FreezeCalendar? calendar)
    {
        calendar = null;
        var name = string.IsNullOrWhiteSpace(zone) ? "UTC" : zone.Trim();
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found)) return Wrong("zone-unknown", "The time zone is not one this portal knows. Write it like Europe/Berlin, and save again.");
        var windows = new List<Window>();
        var number = 0;
        foreach (var line in (lines ?? "").Split('\n'))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#') continue;
            if (windows.Count == MostLines) return Wrong("freeze-too-many", $"More than {MostLines} freeze windows. Join some, and save again.");
            if (Parse(text) is not { } window) return Wrong("freeze-malformed", $"Line {number} of the freeze windows cannot be read. Write it like \"Mon-Fri 18:00-08:00\" or \"2026-12-19 - 2027-01-03\", and save again.");
            windows.Add(window);
        }
        calendar = new(found, windows);
        return null;
    }

    /// <summary>What a stored policy says; it was checked when it was saved.</summary>
    public static FreezeCalendar Of(SyncPolicy policy) =>
        Read(policy.Freezes, policy.FreezeZone, out var calendar) is null ? calendar! : throw new FormatException("A stored freeze window cannot be read.");

    /// <summary>Whether anything is written at all.</summary>
    public bool IsEmpty => _windows.Count == 0;

    /// <summary>The end of the freeze at this moment, all windows that follow each other joined; null: not frozen. A year away stands for "never".</summary>
    public DateTimeOffset? Until(DateTimeOffset now)
    {
        var at = now;
        while (at - now < LongestLook)
        {
            var local = TimeZoneInfo.ConvertTime(at, _zone).DateTime;
            var ends = _windows.Select(window => window.EndOf(local)).Max();
            if (ends is not { } end) break;
            var next = ToUtc(end);
            // An hour that comes twice a year: look at its second time too.
            at = next > at ? next : at + TimeSpan.FromMinutes(30);
        }
        return at > now ? at : null;
    }

    private DateTimeOffset ToUtc(DateTime local)
    {
        // An hour that does not exist ends when the clocks have moved.
        while (_zone.IsInvalidTime(local)) local = local.AddMinutes(30);
        return new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static Window? Parse(string text)
    {
        if (text.Split(" - ") is [var begins, var ends] && ParseMoment(begins, isEnd: false) is { } from && ParseMoment(ends, isEnd: true) is { } to) return to > from ? new(0, default, default, from, to) : null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 1 or > 2 || ParseDays(parts[0]) is not { } days) return null;
        if (parts.Length == 1) return new(days, TimeSpan.Zero, TimeSpan.FromDays(1), null, null);
        if (parts[1].Split('-') is not [var first, var last] || ParseTime(first) is not { } opens || ParseTime(last) is not { } closes || opens == closes) return null;
        return new(days, opens, closes > opens ? closes : closes + TimeSpan.FromDays(1), null, null);
    }

    private static DateTime? ParseMoment(string text, bool isEnd)
    {
        var clean = text.Trim();
        if (DateTime.TryParseExact(clean, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)) return moment;
        return DateTime.TryParseExact(clean, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year < 9999 ? day.AddDays(isEnd ? 1 : 0) : null;
    }

    private static TimeSpan? ParseTime(string text) =>
        text == "24:00" ? TimeSpan.FromDays(1) : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan() : null;

    // A bit a day, Monday first.
    private static int? ParseDays(string text)
    {
        if (text.Equals("Daily", StringComparison.OrdinalIgnoreCase)) return 127;
        var days = 0;
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-').Select(name => Array.FindIndex(DayNames, day => day.Equals(name, StringComparison.OrdinalIgnoreCase))).ToArray();
            if (ends.Length is < 1 or > 2 || ends.Contains(-1)) return null;
            for (var day = ends[0]; ; day = (day + 1) % 7)
            {
                days |= 1 << day;
                if (day == ends[^1]) break;
            }
        }
        return days;
    }

    private static Problem Wrong(string code, string sentence) => new(code, sentence) { Turn = Turn.Requester };

    private sealed record Window(int Days, TimeSpan Opens, TimeSpan Closes, DateTime? From, DateTime? To)
    {
        /// <summary>Its end, in local time, when that moment lies in it.</summary>
        public DateTime? EndOf(DateTime local)
        {
            if (From is not null) return local >= From && local < To ? To : null;
            DateTime? ends = null;
            foreach (var day in new[] { local.Date.AddDays(-1), local.Date })
            {
                var isDay = (Days & 1 << ((int)day.DayOfWeek + 6) % 7) != 0;
                if (isDay && local >= day + Opens && local < day + Closes) ends = day + Closes;
            }
            return ends;
        }
    }
}
