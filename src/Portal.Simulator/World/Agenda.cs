namespace Portal.Simulator;

/// <summary>
/// What will happen by itself, on the simulator's clock. It happens when its time has come, or at the latest when somebody looks.
/// Caller holds the world's gate.
/// </summary>
internal sealed class Agenda(World world)
{
    /// <summary>Timers of the framework cannot wait for the 90 days a build lives.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    private readonly PriorityQueue<Action, (DateTimeOffset At, long N)> due = new();
    private ITimer? timer;
    private long last;

    public void At(DateTimeOffset when, Action happening)
    {
        due.Enqueue(happening, (when, ++last));
        Wind();
    }

    public void CatchUp()
    {
        while (due.TryPeek(out var happening, out var when) && when.At <= world.Now)
        {
            due.Dequeue();
            happening();
        }
    }

    public void Clear()
    {
        due.Clear();
        Wind();
    }

    private void Wind()
    {
        if (!due.TryPeek(out _, out var next))
        {
            timer?.Dispose();
            timer = null;
            return;
        }
        var wait = TimeSpan.FromTicks(Math.Clamp((next.At - world.Now).Ticks, 0, Longest.Ticks));
        if (timer is null)
        {
            timer = world.Time.CreateTimer(_ => Ring(), null, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Ring()
    {
        lock (world.Gate)
        {
            CatchUp();
            Wind();
        }
    }
}
