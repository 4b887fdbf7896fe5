namespace Portal.Simulator;

public sealed partial class Faults
{
    private readonly Dictionary<TaskCompletionSource, HeldRequest> held = [];
    private TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<HeldRequest> Held { get { lock (gate) { return [.. held.Values]; } } }

    /// <summary>Lets every held request go on.</summary>
    public int Release()
    {
        TaskCompletionSource[] all;
        lock (gate)
        {
            all = [.. held.Keys];
        }
        foreach (var one in all)
        {
            one.TrySetResult();
        }
        return all.Length;
    }

    /// <summary>Waits until some request is held; at once when one is.</summary>
    public async Task WaitUntilHeldAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (held.Count > 0)
                {
                    return;
                }
                next = arrival.Task;
            }
            await next.WaitAsync(cancellation);
        }
    }

    internal async Task HoldAsync(HeldRequest request, CancellationToken aborted)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            held[release] = request;
            arrival.TrySetResult();
            arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        try
        {
            await release.Task.WaitAsync(aborted);
        }
        finally
        {
            lock (gate)
            {
                held.Remove(release);
            }
        }
    }
}
