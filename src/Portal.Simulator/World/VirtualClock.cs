namespace Portal.Simulator;

/// <summary>
/// Real time plus an offset that can only grow. Timers made from it move with it, so hours of rate
/// windows, token lives and build expiry pass in an instant when the clock is advanced.
/// </summary>
public sealed class VirtualClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly HashSet<Alarm> alarms = [];
    private TimeSpan offset;

    /// <summary>How far this clock runs ahead of real time.</summary>
    public TimeSpan Offset { get { lock (gate) { return offset; } } }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(Offset.TotalSeconds * TimestampFrequency);

    /// <summary>Moves the clock forward and fires every timer that has become due.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative: tokens and cursors of the future must not appear.</exception>
    public void Advance(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.Zero);
        Alarm[] all;
        lock (gate)
        {
            offset += step;
            all = [.. alarms];
        }
        foreach (var alarm in all)
        {
            alarm.Rewind();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        lock (gate)
        {
            alarms.Add(alarm);
        }
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm : ITimer
    {
        private readonly VirtualClock clock;
        private readonly ITimer inner;
        private readonly Lock alarmGate = new();
        private DateTimeOffset? due;
        private TimeSpan every = Timeout.InfiniteTimeSpan;

        public Alarm(VirtualClock clock, TimerCallback callback, object? state)
        {
            this.clock = clock;
            inner = System.CreateTimer(_ => Ring(callback, state), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (alarmGate)
            {
                due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
                every = period;
            }
            return Rewind();
        }

        public bool Rewind()
        {
            lock (alarmGate)
            {
                if (due is not { } at)
                {
                    return inner.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                }
                var left = at - clock.GetUtcNow();
                return inner.Change(left < TimeSpan.Zero ? TimeSpan.Zero : left, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.alarms.Remove(this);
            }
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Ring(TimerCallback callback, object? state)
        {
            lock (alarmGate)
            {
                if (due is null || due > clock.GetUtcNow() + TimeSpan.FromMilliseconds(1))
                {
                    Rewind();
                    return;
                }
                due = every > TimeSpan.Zero ? clock.GetUtcNow() + every : null;
            }
            Rewind();
            callback(state);
        }
    }
}
