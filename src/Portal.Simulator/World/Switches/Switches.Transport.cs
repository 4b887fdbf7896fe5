namespace Portal.Simulator;

/// <summary>How answers travel.</summary>
public sealed partial record Switches
{
    /// <summary>Milliseconds every answer of Apple takes, on the simulator's clock; for measuring.</summary>
    public int LatencyMilliseconds { get; init; }

    /// <summary>Milliseconds an answer takes that the fault "slow" struck.</summary>
    public int SlowMilliseconds { get; init; } = 2_000;

    /// <summary>A key's requests beyond this many at once answer 500 and do nothing; 0 is no such limit. Counted as the fault "500-parallel".</summary>
    public int ParallelCallsBefore500 { get; init; }

    /// <summary>Reads carry an ETag, and If-None-Match is answered with 304.</summary>
    public bool ETags { get; init; }
}
