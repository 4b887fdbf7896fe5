using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Domain.Credentials;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Credentials;

/// <summary>The filters of the key uses as they stand in an address: the page, its downloads and the API read the same words.</summary>
public sealed record KeyUseFilters
{
    private static readonly (string Value, string Text)[] _periods =
        [("day", "in the last day"), ("week", "in the last 7 days"), ("month", "in the last 30 days"), ("this-month", "this month"), ("last-month", "last month")];

    private static readonly (string Value, string Text)[] _methods =
        [("GET", "GET, reads"), ("POST", "POST"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

    private static readonly (string Value, string Text)[] _outcomes =
        [(nameof(KeyUseResult.Succeeded), "Succeeded"), (nameof(KeyUseResult.Refused), "Refused"), (nameof(KeyUseResult.NoAnswer), "No answer"), (nameof(KeyUseResult.NotSent), "Not sent")];

    /// <summary>Of this credential.</summary>
    public Guid? Credential { get; init; }
    /// <summary>Of this run.</summary>
    public Guid? Run { get; init; }
    /// <summary>Subject of whoever used it.</summary>
    public string? Actor { get; init; }
    /// <summary>Part of their name.</summary>
    public string? Person { get; init; }
    /// <summary>A word for a time span, or a time in ISO 8601 to start from.</summary>
    public string? When { get; init; }
    /// <summary>Before this time, ISO 8601.</summary>
    public string? To { get; init; }
    /// <summary>HTTP method.</summary>
    public string? Method { get; init; }
    /// <summary>Why, word for word.</summary>
    public string? Purpose { get; init; }
    /// <summary>Apple's id of the app.</summary>
    public string? App { get; init; }
    /// <summary>How it ended.</summary>
    public string? Outcome { get; init; }
    /// <summary>What stands out.</summary>
    public string? Flag { get; init; }

    /// <summary>The question for the service.</summary>
    public KeyUseFilter ToFilter(DateTimeOffset now)
    {
        var (from, to) = Period(now);
        return new(Credential, Blank(Person), Enum.TryParse<KeyUseResult>(Outcome, true, out var result) ? result : null, Run)
        {
            ActorId = Blank(Actor), From = from, To = Time(To) ?? to, Method = Blank(Method)?.ToUpperInvariant(), Purpose = Blank(Purpose), AppId = Blank(App),
            Flag = Enum.TryParse<KeyUseFlag>(Flag, true, out var flag) ? flag : null,
        };
    }

    /// <summary>The chips; a run shows only while it filters.</summary>
    public IReadOnlyList<FilterView> Chips(IReadOnlyList<(string, string)> credentials, KeyUseChoices choices, bool single) =>
    [
        new("when", "Happened", When, _periods),
        new("credential", "Credential is", Credential?.ToString(), credentials),
        new("actor", "Used by", Actor, choices.Actors),
        new("app", "On the app", App, choices.Apps),
        new("purpose", "For", Purpose, [.. choices.Purposes.Select(purpose => (purpose, purpose))]),
        new("method", "Method is", Method, _methods),
        new("outcome", "Outcome is", Outcome, _outcomes),
        new("flag", "Stands out", Flag, [.. Enum.GetValues<KeyUseFlag>().Select(flag => (flag.ToString(), InWords(flag)))]),
        .. Run is { } run ? new[] { new FilterView("run", "Run is", run.ToString(), [(run.ToString(), $"{run.ToString()[..8]}…")]) } : [new FilterView("runs", "Runs are shown", single ? "single" : null, [("single", "request by request")])],
    ];

    /// <summary>Where this view is downloaded.</summary>
    public string ExportUrl(string format)
    {
        var url = QueryHelpers.AddQueryString("/key-uses/export", "format", format);
        foreach (var (name, value) in new[] { ("credential", Credential?.ToString()), ("run", Run?.ToString()), ("actor", Actor), ("person", Person), ("when", When), ("to", To), ("method", Method), ("purpose", Purpose), ("app", App), ("outcome", Outcome), ("flag", Flag) })
        {
            if (!string.IsNullOrEmpty(value)) url = QueryHelpers.AddQueryString(url, name, value);
        }

        return url;
    }

    /// <summary>A flag in words.</summary>
    public static string InWords(KeyUseFlag flag) => flag switch
    {
        KeyUseFlag.FirstOnApp => "first use on an app",
        KeyUseFlag.OddHours => "odd hours",
        KeyUseFlag.WroteOutsideRun => "wrote outside a run",
        KeyUseFlag.Refused => "refused",
        _ => "no outcome",
    };

    private (DateTimeOffset? From, DateTimeOffset? To) Period(DateTimeOffset now)
    {
        var month = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return When switch
        {
            "day" => (now.AddDays(-1), null),
            "week" => (now.AddDays(-7), null),
            "month" => (now.AddDays(-30), null),
            "this-month" => (month, null),
            "last-month" => (month.AddMonths(-1), month),
            _ => (Time(When), null),
        };
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
