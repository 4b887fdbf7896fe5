using System.Diagnostics.CodeAnalysis;

namespace Portal.Domain.TestFlight.Calls;

/// <summary>Waiting in turns: one from each who waits before anyone has a second, and each in the order they came.</summary>
public sealed class FairQueue<T> where T : notnull
{
    private readonly LinkedList<string> _turns = new();
    private readonly Dictionary<string, LinkedList<T>> _waiting = new(StringComparer.Ordinal);

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a place behind one's own others.</summary>
    /// <param name="who">Whose turn it uses: a link, a person.</param>
    /// <param name="item">What waits.</param>
    public void Enqueue(string who, T item)
    {
        if (!_waiting.TryGetValue(who, out var own))
        {
            _waiting[who] = own = new();
            _turns.AddLast(who);
        }
        own.AddLast(item);
        Count++;
    }

    /// <summary>The next in turn.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out T item)
    {
        item = default;
        if (_turns.First is not { } turn) return false;
        var own = _waiting[turn.Value];
        item = own.First!.Value;
        own.RemoveFirst();
        Count--;
        _turns.RemoveFirst();
        if (own.Count > 0) _turns.AddLast(turn);
        else _waiting.Remove(turn.Value);
        return true;
    }

    /// <summary>Gives a place up.</summary>
    public void Remove(string who, T item)
    {
        if (!_waiting.TryGetValue(who, out var own) || !own.Remove(item)) return;
        Count--;
        if (own.Count > 0) return;
        _waiting.Remove(who);
        _turns.Remove(who);
    }
}
