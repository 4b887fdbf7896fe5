namespace Portal.Simulator.AppStoreConnect;

/// <summary>When a key was used: within the last hour, and within the last minute where a minute is counted. Both windows roll.</summary>
internal sealed class CallWindows
{
    private readonly Queue<DateTimeOffset> hour = [];
    private readonly Queue<DateTimeOffset> minute = [];

    public IReadOnlyCollection<DateTimeOffset> Hour => hour;

    public IReadOnlyCollection<DateTimeOffset> Minute => minute;

    public void Add(DateTimeOffset at, bool countsForMinute = false)
    {
        hour.Enqueue(at);
        if (countsForMinute)
        {
            minute.Enqueue(at);
        }
    }

    public void Forget(DateTimeOffset now)
    {
        Drop(hour, now.AddHours(-1));
        Drop(minute, now.AddMinutes(-1));
    }

    public void Clear()
    {
        hour.Clear();
        minute.Clear();
    }

    private static void Drop(Queue<DateTimeOffset> window, DateTimeOffset start)
    {
        while (window.TryPeek(out var oldest) && oldest <= start)
        {
            window.Dequeue();
        }
    }
}
