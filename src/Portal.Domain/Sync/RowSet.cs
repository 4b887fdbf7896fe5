namespace Portal.Domain.Sync;

/// <summary>One row of a source.</summary>
/// <param name="Number">From 1, header not counted: how a person finds it.</param>
/// <param name="Cells">One for each column; null where the row leaves the column out altogether (JSON only), blank where it is there and empty.</param>
public sealed record SourceRow(int Number, IReadOnlyList<string?> Cells)
{
    /// <summary>Whether every cell is missing or blank.</summary>
    public bool IsBlank => Cells.All(string.IsNullOrWhiteSpace);
}

/// <summary>A source as it was read, before any mapping. A <see cref="Problem"/> means it was not read to its end or cannot be trusted (invariant 13).</summary>
public sealed record RowSet(IReadOnlyList<string> Columns, IReadOnlyList<SourceRow> Rows, Problem? Problem)
{
    /// <summary>Nothing readable, for this reason.</summary>
    public static RowSet Unreadable(Problem because) => new([], [], because);

    /// <summary>Index of the column of this name (trimmed, case ignored): -1 when it is not there, -2 when there are two of it.</summary>
    public int IndexOf(string column)
    {
        var found = -1;
        for (var i = 0; i < Columns.Count; i++)
        {
            if (!string.Equals(Columns[i], column.Trim(), StringComparison.OrdinalIgnoreCase)) continue;
            if (found >= 0) return -2;
            found = i;
        }
        return found;
    }
}
