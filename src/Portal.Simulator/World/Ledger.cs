namespace Portal.Simulator;

/// <summary>Every request to Apple's API in the order it arrived. Numbers are never used again, not even after <see cref="Clear"/>.</summary>
public sealed class Ledger
{
    private readonly Lock gate = new();
    private readonly List<LedgerEntry> entries = [];
    private long last;

    /// <summary>A copy of all entries in order of arrival.</summary>
    public IReadOnlyList<LedgerEntry> Entries { get { lock (gate) { return [.. entries]; } } }

    /// <summary>How many requests there were.</summary>
    public int Count { get { lock (gate) { return entries.Count; } } }

    /// <summary>The number of the newest request: what came later is <c>Since(Last)</c>.</summary>
    public long Last { get { lock (gate) { return last; } } }

    /// <summary>The entries behind number <paramref name="n"/>.</summary>
    public IReadOnlyList<LedgerEntry> Since(long n)
    {
        lock (gate)
        {
            var first = last - entries.Count;
            return n <= first ? [.. entries] : n >= last ? [] : entries.GetRange((int)(n - first), (int)(last - n));
        }
    }

    /// <summary>Calls by method, template and status, most frequent first.</summary>
    public IReadOnlyList<LedgerCount> Sums() => [.. Entries.GroupBy(e => (e.Method, e.PathTemplate, e.Status))
        .Select(g => new LedgerCount(g.Key.Method, g.Key.PathTemplate, g.Key.Status, g.Count(), g.Sum(e => e.Items))).OrderByDescending(c => c.Calls)];

    public void Clear()
    {
        lock (gate)
        {
            entries.Clear();
        }
    }

    internal long Open(LedgerEntry entry)
    {
        lock (gate)
        {
            entries.Add(entry with { N = ++last });
            return last;
        }
    }

    internal void Close(long n, int status, int items)
    {
        lock (gate)
        {
            // Entries that were cleared meanwhile have numbers before the first.
            if (n - (last - entries.Count) - 1 is var at and >= 0)
            {
                entries[(int)at] = entries[(int)at] with { Status = status, Items = items };
            }
        }
    }
}
