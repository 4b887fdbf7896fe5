namespace Portal.Simulator;

/// <summary>
/// Something that will go wrong. <paramref name="Kind"/> is one of <see cref="Faults.Kinds"/>. It strikes requests whose method and path match
/// (no path: Apple's API alone), after letting <paramref name="After"/> of them pass, <paramref name="Times"/> times.
/// </summary>
public sealed record Fault(string Kind, string? Method = null, string? PathContains = null, int Times = 1, int After = 0);

/// <summary>A request that is being held, and whether its work is done already.</summary>
public sealed record HeldRequest(string Method, string Path, bool Committed);

/// <summary>Faults waiting to strike, and the requests held at an exact point.</summary>
public sealed class Faults
{
    /// <summary>The kinds there are. "-after-commit" does the work first and breaks the answer.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        "429", "401", "403-agreement", "500", "500-after-commit", "503", "timeout", "timeout-after-commit",
        "reset", "reset-after-commit", "truncated", "hold", "hold-after-commit",
        "html", "next-foreign", "next-loop", "short-page", "repeated-row", "words-of-later",
    ];

    private readonly Lock gate = new();
    private readonly List<Fault> waiting = [];
    private readonly Dictionary<TaskCompletionSource, HeldRequest> held = [];
    private TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Fault> Waiting { get { lock (gate) { return [.. waiting]; } } }

    public IReadOnlyList<HeldRequest> Held { get { lock (gate) { return [.. held.Values]; } } }

    /// <exception cref="ArgumentException">The kind is unknown.</exception>
    public void Add(Fault fault)
    {
        if (!Kinds.Contains(fault.Kind))
        {
            throw new ArgumentException($"'{fault.Kind}' is no kind of fault. Kinds are {string.Join(", ", Kinds)}.");
        }
        lock (gate)
        {
            waiting.Add(fault);
        }
    }

    /// <summary>Forgets the faults that have not struck and lets held requests go on.</summary>
    public void Clear()
    {
        lock (gate)
        {
            waiting.Clear();
        }
        Release();
    }

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

    internal string? Strike(string method, string path)
    {
        lock (gate)
        {
            for (var i = 0; i < waiting.Count; i++)
            {
                var fault = waiting[i];
                if (!Matches(fault, method, path))
                {
                    continue;
                }
                if (fault.After > 0)
                {
                    waiting[i] = fault with { After = fault.After - 1 };
                    continue;
                }
                if (fault.Times <= 1)
                {
                    waiting.RemoveAt(i);
                }
                else
                {
                    waiting[i] = fault with { Times = fault.Times - 1 };
                }
                return fault.Kind;
            }
            return null;
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

    private static bool Matches(Fault fault, string method, string path) =>
        (fault.Method is null || fault.Method.Equals(method, StringComparison.OrdinalIgnoreCase)) &&
        (fault.PathContains is null ? path.StartsWith("/v1/", StringComparison.Ordinal) : path.Contains(fault.PathContains, StringComparison.Ordinal));
}
