using System.Globalization;

namespace Portal.Domain.TestFlight.Calls;

/// <summary>
/// What <c>X-Rate-Limit</c> says of a key. Seen forms: hour alone, minute alone, both in one header, both in two headers,
/// joined as <c>…;, …</c>, none at all. Unknown names and values that are no numbers are passed over; of two values the tighter counts.
/// </summary>
/// <param name="HourLimit">Calls in any 60 minutes.</param>
/// <param name="HourLeft">Of them left, 0 or more.</param>
/// <param name="MinuteLimit">Calls in any minute.</param>
/// <param name="MinuteLeft">Of them left, 0 or more.</param>
public sealed record RateReport(int? HourLimit, int? HourLeft, int? MinuteLimit, int? MinuteLeft)
{
    /// <summary>Apple did not say.</summary>
    public static readonly RateReport None = new(null, null, null, null);

    /// <summary>Reads every header of that name.</summary>
    public static RateReport Parse(IEnumerable<string> headers)
    {
        var report = None;
        foreach (var part in headers.SelectMany(header => header.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            var colon = part.IndexOf(':');
            if (colon <= 0 || !long.TryParse(part.AsSpan(colon + 1).Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) continue;
            var number = (int)Math.Clamp(value, 0, int.MaxValue);
            report = part[..colon].TrimEnd().ToLowerInvariant() switch
            {
                "user-hour-lim" when number > 0 => report with { HourLimit = Tighter(report.HourLimit, number) },
                "user-hour-rem" => report with { HourLeft = Tighter(report.HourLeft, number) },
                "user-minute-lim" when number > 0 => report with { MinuteLimit = Tighter(report.MinuteLimit, number) },
                "user-minute-rem" => report with { MinuteLeft = Tighter(report.MinuteLeft, number) },
                _ => report,
            };
        }
        return report;
    }

    /// <summary>Calls Apple has counted in its hour; null where it did not say both numbers.</summary>
    public int? UsedThisHour => HourLimit is { } limit && HourLeft is { } left ? Math.Max(0, limit - left) : null;

    private static int Tighter(int? known, int value) => known is { } before ? Math.Min(before, value) : value;
}
