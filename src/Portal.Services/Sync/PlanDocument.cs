using System.Globalization;
using System.Net;
using System.Text;

namespace Portal.Services.Sync;

/// <summary>A plan as one HTML file that needs nothing else: no script, no picture, no address of ours; it can be mailed, printed and kept.</summary>
internal static class PlanDocument
{
    private const string Style = """
        :root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}h1{font-size:20px}
        dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem}dt{font-size:12px;opacity:.75}dd{margin:0;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #8886}th{position:sticky;top:0;background:Canvas}.n{font-variant-numeric:tabular-nums;text-align:right}code{font-family:ui-monospace,monospace}
        @media print{body{margin:0}th{position:static}}
        """;

    public static byte[] Of(RunView run, IReadOnlyList<RunItemView> people, RunChanges? changes, string madeBy, DateTimeOffset madeAt)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Append("<title>").Append(Text($"Plan of {run.LinkTitle}")).Append("</title><style>").Append(Style).Append("</style></head><body>\n");
        html.Append("<h1>").Append(Text($"Plan of {run.LinkTitle}")).Append("</h1>\n<p>").Append(Text(Lead(run))).Append("</p>\n<dl>");
        Fact("Plan", $"<code>{Text(run.PlanHash ?? "")}</code>");
        Fact("Made at", Text(Time(run.PlannedAt)));
        Fact("Started by", Text(run.StartedByName));
        Fact("In the team", Text(Number(run.TeamCount)));
        Fact("In the group", Text(Number(run.GroupCount)));
        foreach (var group in people.GroupBy(p => p.Action).OrderBy(g => g.Key)) Fact(group.Key.ToString(), Text(Number(group.Count())));
        if (run.Problem is { } problem) Fact("What stops it", Text(problem.ToString()));
        html.Append("</dl>\n");
        if (changes is { People.Count: > 0 }) Changes(changes);
        html.Append("<table><thead><tr><th class=\"n\">#</th><th>Person</th><th>Apple e-mail</th><th>Centercode id</th><th>Action</th><th>Why</th><th>Outcome</th></tr></thead><tbody>\n");
        foreach (var p in people)
        {
            Row($"<td class=\"n\">{Number(p.Ordinal + 1)}</td>", p.Name, p.Email, p.MemberId, p.Action.ToString(), p.Reason,
                p.Outcome is Domain.Sync.ItemOutcome.None ? "" : $"{p.Outcome}{(p.OutcomeSentence is { } more ? $": {more}" : "")}");
        }
        html.Append("</tbody></table>\n<p>").Append(Text($"Exported by {madeBy} at {Time(madeAt)}. A plan is applied only while it is still this one: the hash above says so.")).Append("</p></body></html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());

        void Fact(string label, string value) => html.Append("<div><dt>").Append(Text(label)).Append("</dt><dd>").Append(value).Append("</dd></div>");

        void Row(string first, params ReadOnlySpan<string?> cells)
        {
            html.Append("<tr>").Append(first);
            foreach (var cell in cells) html.Append("<td>").Append(Text(cell ?? "")).Append("</td>");
            html.Append("</tr>\n");
        }

        void Changes(RunChanges since)
        {
            html.Append("<h2>").Append(Text($"Changed since the plan of {Time(since.SeenAt)}")).Append("</h2><table><thead><tr><th>Person</th><th>Apple e-mail</th><th>Before</th><th>Now</th></tr></thead><tbody>\n");
            foreach (var c in since.People) Row("", c.Name, c.Email, c.Before?.ToString() ?? "nothing", c.Now?.ToString() ?? "nothing");
            html.Append("</tbody></table>\n<h2>Everybody</h2>\n");
        }
    }

    private static string Lead(RunView run) => run.Mode is Domain.Sync.SyncMode.Preview
        ? $"Would add {Number(run.ToAdd)} and remove {Number(run.ToRemove)}. A preview: nothing was changed."
        : $"Adds {Number(run.ToAdd)} and removes {Number(run.ToRemove)}. The run is {run.State}.";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
    private static string Time(DateTimeOffset? at) => at is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : "not made yet";
}
