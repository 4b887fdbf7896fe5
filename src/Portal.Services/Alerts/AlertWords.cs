using System.Globalization;
using Portal.Domain;
using Portal.Domain.Alerts;
using Portal.Services.Data;

namespace Portal.Services.Alerts;

/// <summary>An alert as mail and web hooks carry it: what happened, whose turn it is, what to do, where.</summary>
internal static class AlertWords
{
    private const int MostNames = 20;

    /// <summary>The path of the page where somebody acts.</summary>
    public static string PathOf(AlertRow row) => row.SubjectKind switch
    {
        AlertSubjectKind.Link => $"/links/{row.SubjectId}",
        AlertSubjectKind.Links => "/links",
        AlertSubjectKind.Credential => $"/credentials/{row.SubjectId}",
        AlertSubjectKind.Credentials => "/credentials",
        AlertSubjectKind.Approval => $"/approvals/{row.SubjectId}",
        AlertSubjectKind.Audit => "/audit",
        AlertSubjectKind.BreakGlass => "/break-glass",
        _ => "/alerts",
    };

    public static IReadOnlyList<string> NamesOf(AlertRow row) => row.Names.Length == 0 ? [] : row.Names.Split('\n');

    public static (string Subject, string Text) Mail(AlertRow row, AlertNews news, string portal)
    {
        var subject = news switch { AlertNews.Resolved => $"Portal, over: {row.Title}", AlertNews.Reminder => $"Portal, still: {row.Title}", _ => $"Portal: {row.Title}" };
        if (news is AlertNews.Resolved) return (subject, $"{row.Title}\n\nThis is over since {Time(row.GoneAt)}. Nobody needs to do anything.\n\n{Where(portal, $"/alerts/{row.Id}")}\n");
        var names = NamesOf(row);
        var about = names.Count == 0 ? "" : $"\n\nIt is about:\n{string.Join('\n', names.Take(MostNames).Select(name => $"- {name}"))}{(names.Count > MostNames ? $"\n- and {names.Count - MostNames} more" : "")}";
        var turn = Turns.InWords(row.Turn) is { } who ? $"\nWhose turn: {who}" : "";
        return (subject, $"{row.Title}\n\n{row.ProblemSentence} ({row.ProblemCode}){turn}{about}\n\nAct on it: {Where(portal, PathOf(row))}\nSay that you take it: {Where(portal, $"/alerts/{row.Id}")}\n");
    }

    public static AlertNotice Notice(AlertRow row, AlertNoticeRow notice, string portal) => new(notice.Id, notice.News.ToString(), notice.Number, notice.CreatedAt,
        new AlertNoticeBody(row.Id, row.ProblemCode, row.Title, row.ProblemSentence, row.Turn.ToString(), Turns.InWords(row.Turn), NamesOf(row), portal.Length == 0 ? null : Where(portal, PathOf(row)), row.OpenedAt, notice.News is AlertNews.Resolved ? row.GoneAt : null));

    private static string Where(string portal, string path) => portal.Length == 0 ? $"{path} in the portal" : portal.TrimEnd('/') + path;

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>The body of a web hook.</summary>
/// <param name="Id">The delivery; the same again is the same notice.</param>
/// <param name="Event">Opened, Changed, Reminder or Resolved.</param>
/// <param name="Number">1, 2, … of the alert; a smaller one that comes later is old.</param>
/// <param name="At">When it was written down.</param>
/// <param name="Alert">The alert.</param>
internal sealed record AlertNotice(Guid Id, string Event, int Number, DateTimeOffset At, AlertNoticeBody Alert);

/// <summary>An alert in a web hook.</summary>
internal sealed record AlertNoticeBody(Guid Id, string Code, string Title, string Sentence, string Turn, string? WhoseTurn, IReadOnlyList<string> About, string? Url, DateTimeOffset OpenedAt, DateTimeOffset? OverSince);
