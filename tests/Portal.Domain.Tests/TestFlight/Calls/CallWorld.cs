using Portal.Domain.TestFlight.Calls;

namespace Portal.Domain.Tests.TestFlight.Calls;

/// <summary>A key with people and links that want calls, and an Apple that counts them at any moment between sending and end; all on a made-up clock.</summary>
internal sealed class CallWorld(CallLimits limits, int width)
{
    private readonly CallLog _done = new();
    private readonly List<(DateTimeOffset Ends, bool AtScreen)> _flying = [];

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>Every call Apple counted, in order: when it arrived, whether for a person.</summary>
    public List<(DateTimeOffset At, bool AtScreen)> Counted { get; } = [];

    public CallSituation Situation => new(_done, _flying.Count, width, limits);

    /// <summary>Sends a call if it may go.</summary>
    /// <param name="atScreen">For a person.</param>
    /// <param name="arrives">From 0 to 1: when within its way Apple counts it.</param>
    /// <param name="takes">How long it is on its way.</param>
    public bool Try(bool atScreen, double arrives, TimeSpan takes)
    {
        if (!CallBudget.Decide(Situation, atScreen, Now).MayGo) return false;
        _flying.Add((Now + takes, atScreen));
        Counted.Add((Now + takes * arrives, atScreen));
        return true;
    }

    /// <summary>Lets time pass; calls that come to their end are entered in order.</summary>
    public void Pass(TimeSpan time)
    {
        var until = Now + time;
        foreach (var flight in _flying.Where(flight => flight.Ends <= until).OrderBy(flight => flight.Ends).ToList())
        {
            _done.Add(flight.Ends);
            _flying.Remove(flight);
        }
        Now = until;
        _done.Forget(Now - CallBudget.Hour);
    }

    /// <summary>The most calls Apple counted in any window of this length.</summary>
    public int MostIn(TimeSpan window, Func<bool, bool>? which = null)
    {
        var times = Counted.Where(call => which?.Invoke(call.AtScreen) is not false).Select(call => call.At).Order().ToList();
        var (most, first) = (0, 0);
        for (var last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= window) first++;
            most = Math.Max(most, last - first + 1);
        }
        return most;
    }
}
