using Portal.Domain.TestFlight.Calls;

namespace Portal.Services.AppStoreConnect.Budget;

/// <summary>How a call ended. <paramref name="Status"/>: 0 when no answer came.</summary>
internal sealed record CallEnd(int Status, RateReport Rate, TimeSpan? RetryAfter = null)
{
    /// <summary>Sent, and nobody waited for the answer: tells nothing of Apple.</summary>
    public static readonly CallEnd Abandoned = new(-1, RateReport.None);
}

/// <summary>How a key stands, for those who look. Numbers are of the rolling hour.</summary>
/// <param name="Situation">All that decides.</param>
/// <param name="Most">Calls on their way at a time, on a good day.</param>
/// <param name="Waiting">Calls that wait for their turn.</param>
/// <param name="NotOnRecord">Calls on their way whose intent is not recorded yet.</param>
internal sealed record KeyBudgetState(CallSituation Situation, int Most, int Waiting, int NotOnRecord);

/// <summary>
/// The calls of one key on this machine: who waits, what is on its way, what ended when. Decides by <see cref="CallBudget"/>
/// on the injected clock; whoever may go next is told at the moment.
/// </summary>
internal sealed class KeyBudget : IDisposable
{
    private const int PeopleBeforeARun = 4;

    // Their intents are committed while others are on their way, so that a place at Apple is not held for the database's sake.
    private const int Ahead = 2;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly CallLog _done;
    private readonly FairQueue<CallTicket> _people = new();
    private readonly FairQueue<CallTicket> _runs = new();
    private readonly LinkedList<CallTicket> _recorded = new();
    private readonly ITimer _alarm;
    private CallLimits _limits;
    private DateTimeOffset? _minuteLearnedAt;
    private FlightWidth _width;
    private int _most;
    private ForeignCalls _foreign;
    private DateTimeOffset? _notBefore;
    private int _refusalsInARow;
    private int _inFlight;
    private int _onWire;
    private int _onRecord;
    private int _peopleInARow;
    private DateTimeOffset? _wake;

    /// <param name="time">The clock.</param>
    /// <param name="done">Calls of the last hour, as recorded.</param>
    /// <param name="assumed">Limits where Apple does not say.</param>
    /// <param name="most">Calls on their way at a time.</param>
    public KeyBudget(TimeProvider time, CallLog done, CallLimits assumed, int most)
    {
        (_time, _done, _limits, _most, _width) = (time, done, assumed, most, FlightWidth.Full(most));
        _alarm = time.CreateTimer(_ => Next(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a place; granted at once where nothing stands against it.</summary>
    public CallTicket Ask(string who, bool atScreen, int most)
    {
        var ticket = new CallTicket(who, atScreen);
        lock (_gate)
        {
            if (most != _most) (_most, _width) = (most, FlightWidth.Full(most));
            (atScreen ? _people : _runs).Enqueue(who, ticket);
        }
        Next();
        return ticket;
    }

    /// <summary>What this ticket waits for now.</summary>
    public CallDecision Look(CallTicket ticket)
    {
        lock (_gate) return ticket.Granted.IsCompleted ? CallDecision.Go : CallBudget.Decide(Granting, ticket.AtScreen, _time.GetUtcNow());
    }

    /// <summary>What this ticket, whose intent is on record, waits for now.</summary>
    public CallDecision LookOut(CallTicket ticket)
    {
        lock (_gate)
        {
            if (ticket.MayLeave.IsCompleted) return CallDecision.Go;
            return _notBefore > _time.GetUtcNow() ? new CallDecision(CallWait.Apple, _notBefore) : new CallDecision(CallWait.InFlight, null);
        }
    }

    /// <summary>Gives a place up, or a granted call that was never sent.</summary>
    public void GiveUp(CallTicket ticket)
    {
        lock (_gate)
        {
            if (ticket.Granted.IsCompleted) Leave(ticket);
            else (ticket.AtScreen ? _people : _runs).Remove(ticket.Who, ticket);
        }
        Next();
    }

    /// <summary>Enters what came of a call.</summary>
    /// <returns>Calls Apple counted beyond ours, where it said how many it counted.</returns>
    public int? Ended(CallTicket ticket, CallEnd end)
    {
        int? foreign = null;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            Leave(ticket);
            _done.Forget(now - CallBudget.Hour);
            _done.Add(now);
            _width = _width.After(end.Status, ticket.Begun, _most, now);
            Learn(end.Rate, now);
            if (end.Rate.UsedThisHour is { } used)
            {
                foreign = Math.Max(0, used - _done.CountAfter(now - CallBudget.Hour) - _onWire);
                _foreign = new ForeignCalls(foreign.Value, now);
            }
            if (end.Status != 429) _refusalsInARow = 0;
            // One refusal of several on their way together counts once.
            else if (_notBefore is null || ticket.Begun >= _notBefore) _notBefore = now + SlowDown.For(++_refusalsInARow, end.RetryAfter);
        }
        Next();
        return foreign;
    }

    /// <summary>The intent of a granted call is on record: it leaves as soon as fewer are on their way than may be; people's first.</summary>
    public void Recorded(CallTicket ticket)
    {
        lock (_gate)
        {
            (ticket.OnRecord, _onRecord) = (true, _onRecord + 1);
            var before = ticket.AtScreen ? _recorded.First : null;
            while (before?.Value.AtScreen is true) before = before.Next;
            if (before is null) _recorded.AddLast(ticket);
            else _recorded.AddBefore(before, ticket);
        }
        Next();
    }

    public KeyBudgetState State()
    {
        lock (_gate) return new(Situation with { Done = _done.Copy() }, _most, _people.Count + _runs.Count, _inFlight - _onRecord);
    }

    /// <summary>When the next of those who wait may go; null: nobody waits, or for a call to end.</summary>
    public DateTimeOffset? Wake
    {
        get { lock (_gate) return _wake; }
    }

    /// <summary>Calls with their intents on record that wait to leave; null while one is between its turn and its record.</summary>
    public int? Ready
    {
        get { lock (_gate) return _inFlight > _onRecord ? null : _recorded.Count; }
    }

    public void Dispose() => _alarm.Dispose();

    private CallSituation Situation => new(_done, _inFlight, _width.Calls, _limits, _foreign, _notBefore);

    // While Apple stumbles nobody prepares.
    private CallSituation Granting => Situation with { Width = _width.Calls < _most ? _width.Calls : _most + Ahead };

    private void Leave(CallTicket ticket)
    {
        _inFlight--;
        if (ticket.OnRecord) _onRecord--;
        if (ticket.MayLeave.IsCompleted) _onWire--;
        else _recorded.Remove(ticket);
    }

    private void Learn(RateReport rate, DateTimeOffset now)
    {
        if (rate.HourLimit is { } hour) _limits = _limits with { Hour = hour };
        // Endpoints name different limits for the minute: the tightest counts for an hour.
        if (rate.MinuteLimit is { } minute && (_minuteLearnedAt is null || minute <= _limits.Minute || now - _minuteLearnedAt > CallBudget.Hour))
        {
            (_limits, _minuteLearnedAt) = (_limits with { Minute = minute }, now);
        }
    }

    private void Next()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_recorded.First is { } first && _onWire < _width.Calls && !(_notBefore > now))
            {
                _recorded.RemoveFirst();
                _onWire++;
                first.Value.Leave(now);
            }
            var wake = _recorded.Count > 0 && _notBefore > now ? _notBefore : null;
            while (_people.Count + _runs.Count > 0)
            {
                var (people, runs) = (Decide(_people, atScreen: true), Decide(_runs, atScreen: false));
                var queue = people.MayGo && !(runs.MayGo && _peopleInARow >= PeopleBeforeARun) ? _people : runs.MayGo ? _runs : null;
                if (queue is null)
                {
                    wake = new[] { wake, people.Until, runs.Until }.Min();
                    break;
                }
                if (!queue.TryDequeue(out var ticket)) break;
                _peopleInARow = ticket.AtScreen ? _peopleInARow + 1 : 0;
                _inFlight++;
                ticket.Grant();
            }
            _wake = wake;
            // A millisecond more: timers may ring a little early.
            _alarm.Change(wake is { } at ? (at > now ? at - now : TimeSpan.Zero) + TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

            CallDecision Decide(FairQueue<CallTicket> queue, bool atScreen) =>
                queue.Count == 0 ? new CallDecision(CallWait.InFlight, null) : CallBudget.Decide(Granting, atScreen, now);
        }
    }
}
