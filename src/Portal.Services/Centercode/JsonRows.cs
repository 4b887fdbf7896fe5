using System.Text.Json;
using Portal.Domain;
using Portal.Domain.Sync;

namespace Portal.Services.Centercode;

/// <summary>Reads a list of flat objects, bare or as the one list of an object such as <c>{"data":[…]}</c>.</summary>
internal static class JsonRows
{
    private static readonly string[] ListNames = ["data", "rows", "items", "results", "records", "users", "members"];
    private static readonly string[] TotalNames = ["total", "totalcount", "totalrows", "rowcount", "recordcount", "count"];
    private static readonly string[] NextNames = ["next", "nextpage", "nexturl", "nextlink", "cursor", "nextcursor"];

    public static RowSet Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return RowSet.Unreadable(text.AsSpan().TrimEnd() is [.., ']' or '}'] ? SourceProblems.NotRows : SourceProblems.CutShort);
        }
        catch (InvalidOperationException)   // a lone surrogate written as an escape
        {
            return RowSet.Unreadable(SourceProblems.Encoding);
        }
    }

    private static RowSet Read(JsonElement root)
    {
        if (root.ValueKind is JsonValueKind.Array) return Rows(root);
        if (root.ValueKind is not JsonValueKind.Object) return RowSet.Unreadable(SourceProblems.NotRows);
        var list = root.EnumerateObject().Where(p => p.Value.ValueKind is JsonValueKind.Array && Is(p, ListNames)).ToList();
        if (list.Count != 1) return RowSet.Unreadable(SourceProblems.NotRows);
        if (root.EnumerateObject().Any(p => Is(p, NextNames) && p.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && p.Value.ToString().Length > 0))
        {
            return RowSet.Unreadable(SourceProblems.MorePages);
        }
        var rows = Rows(list[0].Value);
        var total = root.EnumerateObject().Where(p => Is(p, TotalNames) && p.Value.ValueKind is JsonValueKind.Number).ToList();
        return rows.Problem is null && total.Exists(p => !p.Value.TryGetInt64(out var count) || count != list[0].Value.GetArrayLength())
            ? rows with { Rows = [], Problem = SourceProblems.CountDisagrees(rows.Rows.Count) }
            : rows;
    }

    private static RowSet Rows(JsonElement list)
    {
        if (list.GetArrayLength() > CsvRows.MostRows) return RowSet.Unreadable(SourceProblems.TooManyCells);
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        var read = new List<string?[]>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.Object) return RowSet.Unreadable(SourceProblems.NotRows);
            if (ReadRow(item, columns, read.Count + 1, out var cells) is { } problem) return new([.. columns.Keys], [], problem);
            read.Add(cells);
        }
        var rows = read.Select((cells, i) => new SourceRow(i + 1, Widen(cells, columns.Count))).ToList();
        return new([.. columns.Keys], rows, null);
    }

    private static Problem? ReadRow(JsonElement item, Dictionary<string, int> columns, int number, out string?[] cells)
    {
        cells = new string?[columns.Count];
        foreach (var property in item.EnumerateObject())
        {
            var name = property.Name.Trim();
            if (!columns.TryGetValue(name, out var index))
            {
                if (columns.Count == CsvRows.MostColumns) return SourceProblems.TooManyCells;
                columns[name] = index = columns.Count;
            }
            if (index >= cells.Length) Array.Resize(ref cells, columns.Count);
            if (cells[index] is not null) return SourceProblems.RowUnreadable(number);
            cells[index] = property.Value.ValueKind switch
            {
                JsonValueKind.Null => "",
                JsonValueKind.String => property.Value.GetString() ?? "",
                _ => property.Value.GetRawText(),
            };
        }
        return null;
    }

    private static string?[] Widen(string?[] cells, int count)
    {
        if (cells.Length < count) Array.Resize(ref cells, count);
        return cells;
    }

    private static bool Is(JsonProperty property, string[] names) => names.Contains(property.Name.Trim().Replace("_", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase);
}
