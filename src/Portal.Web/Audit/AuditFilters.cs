using Microsoft.AspNetCore.WebUtilities;
using Portal.Domain.Audit;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Audit;

/// <summary>The audit's filters as they stand in an address: the page, its downloads and the API read the same words. An e-mail address is never one of them.</summary>
public sealed record AuditFilters
{
    private static readonly (string Value, string Text, TimeSpan Length)[] Periods =
        [("hour", "in the last hour", TimeSpan.FromHours(1)), ("day", "in the last day", TimeSpan.FromDays(1)), ("week", "in the last 7 days", TimeSpan.FromDays(7)), ("month", "in the last 30 days", TimeSpan.FromDays(30))];

    private static readonly (string Value, string Text)[] Features =
        [("sign-in.", "sign-ins"), ("access.", "refusals"), ("credential.", "credentials"), ("deposit.", "requests for keys"), ("key.", "requests with keys"), ("link.", "links"),
         ("run.", "runs"), ("member.", "members"), ("person.", "people"), ("audit.", "the audit itself")];

    /// <summary>A word for a time span up to now, or a time in ISO 8601 to start from.</summary>
    public string? When { get; init; }
    /// <summary>Events before this time, ISO 8601.</summary>
    public string? To { get; init; }
    /// <summary>Subject of whoever acted.</summary>
    public string? Actor { get; init; }
    /// <summary>A code, or a feature with a dot at its end.</summary>
    public string? Code { get; init; }
    /// <summary>Kind and id with a colon between.</summary>
    public string? Target { get; init; }
    /// <summary>Of this link.</summary>
    public Guid? Link { get; init; }
    /// <summary>Of this run.</summary>
    public Guid? Run { get; init; }
    /// <summary>Of this credential.</summary>
    public Guid? Credential { get; init; }
    /// <summary>Words.</summary>
    public string? Q { get; init; }

    /// <summary><c>single</c>: every event of a run by itself; else the page shows one row for a run. The API and downloads give single events.</summary>
    public string? Runs { get; init; }

    /// <summary>Whether the page folds runs: not where it shows one run.</summary>
    public bool FoldsRuns => Run is null && Runs is not "single";

    /// <summary>The question for the service.</summary>
    public AuditQuery ToQuery(DateTimeOffset now) => new()
    {
        From = Periods.FirstOrDefault(p => p.Value == When) is { Value: not null } period ? now - period.Length : Time(When),
        To = Time(To),
        ActorId = Blank(Actor),
        Codes = Blank(Code) is { } code ? [code] : [],
        TargetKind = Blank(Target?.Split(':', 2)[0]),
        TargetId = Target?.Split(':', 2) is [_, { Length: > 0 } id] ? id : null,
        LinkId = Link, RunId = Run, CredentialId = Credential, Text = Blank(Q),
    };

    /// <summary>The chips; ids of single objects show only while they filter.</summary>
    public IReadOnlyList<FilterView> Chips(IReadOnlyList<(string Id, string Name)> actors)
    {
        List<FilterView> chips =
        [
            new("when", "Happened", When, [.. Periods.Select(p => (p.Value, p.Text))]),
            new("actor", "Done by", Actor, actors),
            new("code", "About", Code, [.. Features, .. AuditCodes.All.Values.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => (c.Name, c.Sentence))]),
        ];
        if (Run is null) chips.Add(new("runs", "Runs are shown", Runs, [("single", "event by event")]));
        if (Target is not null) chips.Add(new("target", "Target is", Target, []));
        if (Link is { } link) chips.Add(new("link", "Link is", link.ToString(), [(link.ToString(), $"{link.ToString()[..8]}…")]));
        if (Run is { } run) chips.Add(new("run", "Run is", run.ToString(), [(run.ToString(), $"{run.ToString()[..8]}…")]));
        if (Credential is { } credential) chips.Add(new("credential", "Credential is", credential.ToString(), [(credential.ToString(), $"{credential.ToString()[..8]}…")]));
        return chips;
    }

    /// <summary>Where this view is downloaded.</summary>
    public string ExportUrl(string format)
    {
        var url = QueryHelpers.AddQueryString("/audit/export", "format", format);
        foreach (var (name, value) in new[] { ("when", When), ("to", To), ("actor", Actor), ("code", Code), ("target", Target), ("link", Link?.ToString()), ("run", Run?.ToString()), ("credential", Credential?.ToString()), ("q", Q) })
        {
            if (!string.IsNullOrEmpty(value)) url = QueryHelpers.AddQueryString(url, name, value);
        }

        return url;
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
