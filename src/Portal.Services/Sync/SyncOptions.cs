namespace Portal.Services.Sync;

/// <summary>Section <c>Sync</c>: how runs are carried out. What they may do stands in each link's policy.</summary>
public sealed class SyncOptions
{
    /// <summary>Whether this node runs syncs at all. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Links one node works on at the same time. Default 4, from 1 to 64.</summary>
    public int RunsAtOnce { get; set; } = 4;

    /// <summary>How long a node may be silent before another takes its link over. Default 60 seconds, from 5 to 600.</summary>
    public int LeaseSeconds { get; set; } = 60;

    /// <summary>How long after that a request of the silent node may still land. Default 30 seconds, from 0 to 600.</summary>
    public int InFlightSeconds { get; set; } = 30;

    /// <summary>Testers in the first relationship call of a run to Apple; doubled while calls are taken. Default 100, from 1 to 1,000.</summary>
    public int BatchSize { get; set; } = 100;

    /// <summary>The most testers in one such call. Default 1,000, from 1 to 10,000.</summary>
    public int LargestBatch { get; set; } = 1_000;

    /// <summary>How long Apple may go on showing what was before a write: waited out before a write nobody knows the fate of is looked at again. Default 60 seconds, from 0 to 600.</summary>
    public int ReadLagSeconds { get; set; } = 60;

    /// <summary>People of one run worked on at once: more than requests may be in flight, which the key says, so that none waits for what is written down. Default 12, from 1 to 32.</summary>
    public int Parallel { get; set; } = 12;

    /// <summary>How often an outcome is read back while Apple does not show it yet. Default 3, from 1 to 10.</summary>
    public int ReadBacks { get; set; } = 3;

    /// <summary>How long to wait between two such reads. Default 2 seconds, from 0 to 60.</summary>
    public int ReadBackSeconds { get; set; } = 2;
}
