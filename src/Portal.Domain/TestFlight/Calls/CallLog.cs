namespace Portal.Domain.TestFlight.Calls;

/// <summary>
/// When calls with a key ended, oldest first, as far back as an hour needs. A call counts from its end, because Apple may have
/// counted it at any moment until then: so no window of Apple's ever holds more than ours.
/// </summary>
public sealed class CallLog
{
    private readonly List<long> _ticks = [];
    private int _first;

    /// <summary>How many are kept.</summary>
    public int Count => _ticks.Count - _first;

    /// <summary>The call at this place, the oldest at 0.</summary>
    public DateTimeOffset this[int index] => new(_ticks[_first + index], TimeSpan.Zero);

    /// <summary>Enters a call. A clock set back does not shorten what was waited for: the call counts as the newest.</summary>
    public void Add(DateTimeOffset endedAt) => _ticks.Add(Math.Max(endedAt.UtcTicks, Count == 0 ? 0 : _ticks[^1]));

    /// <summary>The place of the oldest call after this time; <see cref="Count"/> when there is none.</summary>
    public int FirstAfter(DateTimeOffset time)
    {
        var found = _ticks.BinarySearch(_first, Count, time.UtcTicks, null);
        if (found < 0) return ~found - _first;
        while (found < _ticks.Count && _ticks[found] == time.UtcTicks) found++;
        return found - _first;
    }

    /// <summary>Calls after this time.</summary>
    public int CountAfter(DateTimeOffset time) => Count - FirstAfter(time);

    /// <summary>Forgets calls up to this time.</summary>
    public void Forget(DateTimeOffset upTo)
    {
        _first += FirstAfter(upTo);
        if (_first < 1024 || _first < _ticks.Count / 2) return;
        _ticks.RemoveRange(0, _first);
        _first = 0;
    }

    /// <summary>The same calls in a log of its own.</summary>
    public CallLog Copy()
    {
        var copy = new CallLog();
        for (var i = 0; i < Count; i++) copy.Add(this[i]);
        return copy;
    }
}
