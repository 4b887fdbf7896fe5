using System.Globalization;
using CsvHelper;
using Portal.Domain.Sync;

namespace Portal.Services.Centercode;

/// <summary>Reads CSV (RFC 4180, with comma, semicolon or tab) and refuses what is cut or shifted.</summary>
internal static class CsvRows
{
    public const int MostRows = 200_000;
    public const int MostColumns = 500;
    private const int LargestRecord = 1024 * 1024;

    public static RowSet Read(string text)
    {
        var options = new CsvReaderOptions
        {
            Separator = Separator(ref text), DetectSeparatorHint = false, HasHeader = false, SkipEmptyLines = false, Mode = CsvMode.Rfc4180, MaxRecordSize = LargestRecord,
            MalformedData = CsvMalformedDataHandling.Throw, FieldCountMismatch = CsvFieldCountHandling.Allow, IncludeValuesInExceptions = false, FormatProvider = CultureInfo.InvariantCulture,
        };
        List<string>? columns = null;
        var rows = new List<SourceRow>();
        var number = 0;
        try
        {
            using var reader = CsvReader.FromText(text, options);
            while (reader.Read())
            {
                var cells = reader.Current.ToArray();
                if (columns is not null) number++;
                if (cells.All(string.IsNullOrWhiteSpace)) continue;
                if (columns is null)
                {
                    columns = Header(cells);
                    if (columns.Count > MostColumns) return RowSet.Unreadable(SourceProblems.TooManyCells);
                    continue;
                }
                if (cells.Length < columns.Count || cells.Skip(columns.Count).Any(cell => !string.IsNullOrWhiteSpace(cell))) return new(columns, [], SourceProblems.RowMisshapen(number));
                if (rows.Count == MostRows) return new(columns, [], SourceProblems.TooManyCells);
                rows.Add(new SourceRow(number, cells[..columns.Count]));
            }
        }
        catch (CsvFormatException)
        {
            return new(columns ?? [], [], SourceProblems.RowUnreadable(columns is null ? 0 : number + 1));
        }
        return columns is null ? RowSet.Unreadable(SourceProblems.NothingInIt) : new(columns, rows, null);
    }

    // Trailing separators make nameless columns at the end; nothing can be mapped to them.
    private static List<string> Header(string[] cells)
    {
        var count = cells.Length;
        while (count > 0 && string.IsNullOrWhiteSpace(cells[count - 1])) count--;
        return [.. cells.Take(count).Select(cell => cell.Trim().Trim('\uFEFF'))];
    }

    private static char Separator(ref string text)
    {
        // Spreadsheets write "sep=;" as a first line to tell each other.
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 4 && text[4] is ',' or ';' or '\t')
        {
            var named = text[4];
            var end = text.IndexOf('\n', StringComparison.Ordinal);
            text = end < 0 ? "" : text[(end + 1)..];
            return named;
        }
        int commas = 0, semicolons = 0, tabs = 0;
        var quoted = false;
        foreach (var c in text.AsSpan().TrimStart())
        {
            if (c == '"') quoted = !quoted;
            if (quoted) continue;
            if (c is '\n' or '\r') break;
            _ = c switch { ',' => commas++, ';' => semicolons++, '\t' => tabs++, _ => 0 };
        }
        return semicolons > commas && semicolons >= tabs ? ';' : tabs > commas ? '\t' : ',';
    }
}
