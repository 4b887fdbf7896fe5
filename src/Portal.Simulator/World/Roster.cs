using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Portal.Simulator;

/// <summary>
/// Things by id, in the order they came. Unlike an ordered dictionary it takes a thousand out of ten thousand without moving the rest
/// each time: gaps stay until somebody reads by position.
/// </summary>
internal sealed class Roster<T> : IReadOnlyList<T> where T : class
{
    private readonly Dictionary<string, int> places = [];
    private readonly List<(string Id, T? Value)> rows = [];

    public int Count => places.Count;

    /// <summary>How many there were at a time, where somebody keeps count.</summary>
    public Func<DateTimeOffset, int>? CountAt { get; init; }

    public IReadOnlyList<T> Values => this;

    public IEnumerable<string> Keys => rows.Where(r => r.Value is not null).Select(r => r.Id);

    public T this[int index]
    {
        get
        {
            CloseGaps();
            return rows[index].Value!;
        }
    }

    /// <exception cref="KeyNotFoundException">Nothing has this id.</exception>
    public T this[string id] => rows[places[id]].Value!;

    public T? GetValueOrDefault(string id) => places.TryGetValue(id, out var place) ? rows[place].Value : null;

    public bool TryGetValue(string id, [NotNullWhen(true)] out T? value) => (value = GetValueOrDefault(id)) is not null;

    public bool ContainsKey(string id) => places.ContainsKey(id);

    /// <exception cref="ArgumentException">The id is there already.</exception>
    public void Add(string id, T value)
    {
        places.Add(id, rows.Count);
        rows.Add((id, value));
    }

    public bool TryAdd(string id, T value)
    {
        if (!places.TryAdd(id, rows.Count))
        {
            return false;
        }
        rows.Add((id, value));
        return true;
    }

    public bool Remove(string id)
    {
        if (!places.Remove(id, out var place))
        {
            return false;
        }
        rows[place] = (id, null);
        return true;
    }

    public IEnumerator<T> GetEnumerator()
    {
        foreach (var (_, value) in rows)
        {
            if (value is not null)
            {
                yield return value;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void CloseGaps()
    {
        if (rows.Count == places.Count)
        {
            return;
        }
        rows.RemoveAll(r => r.Value is null);
        for (var place = 0; place < rows.Count; place++)
        {
            places[rows[place].Id] = place;
        }
    }
}
