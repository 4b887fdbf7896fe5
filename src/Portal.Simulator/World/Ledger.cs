namespace Portal.Simulator;

/// <summary>Every request to Apple's API in the order it arrived. Numbers are never used again, not even after <see cref="Clear"/>.</summary>
public sealed class Ledger
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, LedgerEntry> entries = [];
    private long last;

    /// <summary>A copy of all entries in order of arrival.</summary>
    public IReadOnlyList<LedgerEntry> Entries { get { lock (gate) { return [.. entries.Values]; } } }

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
            entries[++last] = entry with { N = last };
            return last;
        }
    }

    internal void Close(long n, int status, int items)
    {
        lock (gate)
        {
            if (entries.TryGetValue(n, out var entry))
            {
                entries[n] = entry with { Status = status, Items = items };
            }
        }
    }
}
