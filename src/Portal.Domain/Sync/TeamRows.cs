using System.Globalization;
using System.Text;

namespace Portal.Domain.Sync;

/// <summary>The members a source lists, or why it cannot be trusted.</summary>
/// <param name="Problem">Null when every mapped column was there and the count agreed.</param>
public sealed record TeamReading(IReadOnlyList<Member> Members, Problem? Problem);

/// <summary>Turns a source's rows into a team.</summary>
public static class TeamRows
{
    private const int LongestText = 400;

    /// <summary>
    /// Applies the mapping. Only rows whose team column equals <paramref name="teamName"/> count, where one is mapped;
    /// blank lines are skipped; a row listed twice with the same id and address is one member.
    /// </summary>
    public static TeamReading ToMembers(RowSet rows, ColumnMapping mapping, string teamName)
    {
        if (rows.Problem is { } unreadable) return new([], unreadable);
        // A JSON list without rows names no columns: an empty team, which the guard blocks (F25), not a vanished column.
        if (rows.Columns.Count == 0) return new([], null);
        if (MissingColumn(rows, mapping) is { } missing) return new([], missing);

        var filled = rows.Rows.Where(row => !row.IsBlank).ToList();
        if (mapping.ExpectedCount is not null && !CountAgrees(filled, rows.IndexOf(mapping.ExpectedCount))) return new([], SourceProblems.CountDisagrees(filled.Count));

        var (id, apple) = (rows.IndexOf(mapping.MemberId), rows.IndexOf(mapping.AppleEmail));
        var (login, first, last, team) = (Index(rows, mapping.LoginEmail), Index(rows, mapping.FirstName), Index(rows, mapping.LastName), Index(rows, mapping.Team));
        var members = new List<Member>(filled.Count);
        var seen = new HashSet<(string, string)>();
        foreach (var row in filled)
        {
            if (team >= 0 && !SameTeam(row.Cells[team], teamName)) continue;
            var memberId = Clean(row.Cells[id]);
            if (memberId is null) return new([], SourceProblems.IdMissing(row.Number));
            var member = new Member(row.Number, memberId, Clean(row.Cells[apple]))
            {
                LoginEmail = At(row, login), FirstName = At(row, first), LastName = At(row, last),
            };
            if (seen.Add((memberId, EmailAddress.TryParse(member.AppleEmail)?.Key ?? member.AppleEmail ?? ""))) members.Add(member);
        }
        return new(members, null);
    }

    /// <summary>Whether a team cell names this team: trimmed, NFC, case ignored.</summary>
    public static bool SameTeam(string? cell, string teamName) =>
        string.Equals(Clean(cell)?.Normalize(NormalizationForm.FormC), Clean(teamName)?.Normalize(NormalizationForm.FormC), StringComparison.OrdinalIgnoreCase);

    /// <summary>A cell as text fit to store: trimmed, control characters as spaces, lone surrogates as U+FFFD; null when nothing is left.</summary>
    public static string? Clean(string? cell)
    {
        if (string.IsNullOrWhiteSpace(cell)) return null;
        var text = new StringBuilder(Math.Min(cell.Length, LongestText));
        foreach (var rune in cell.EnumerateRunes())
        {
            if (text.Length >= LongestText) break;
            // A space and not U+FFFD: an address with a control character inside has to stay malformed.
            if (Rune.IsControl(rune) || rune.Value == 0xFEFF) text.Append(' ');
            else text.Append(rune.ToString());
        }
        var clean = text.ToString().Trim();
        return clean.Length == 0 ? null : clean;
    }

    private static Problem? MissingColumn(RowSet rows, ColumnMapping mapping)
    {
        string?[] mapped = [mapping.MemberId, mapping.AppleEmail, mapping.LoginEmail, mapping.FirstName, mapping.LastName, mapping.Team, mapping.ExpectedCount];
        foreach (var column in mapped)
        {
            if (column is null) continue;
            var index = rows.IndexOf(column);
            if (index == -2) return SourceProblems.ColumnTwice(column);
            if (index < 0) return SourceProblems.ColumnGone(column);
        }
        return null;
    }

    private static bool CountAgrees(List<SourceRow> rows, int column) => rows.All(row =>
        int.TryParse(row.Cells[column]?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count == rows.Count);

    private static int Index(RowSet rows, string? column) => column is null ? -1 : rows.IndexOf(column);

    private static string? At(SourceRow row, int index) => index < 0 ? null : Clean(row.Cells[index]);
}
