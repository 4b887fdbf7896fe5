using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Portal.Simulator;

/// <summary>Behaviour nobody has seen for certain at Apple or Centercode, so a test chooses it. Read and set over <c>/sim/switches</c>.</summary>
public sealed record Switches
{
    /// <summary>POST betaTesters with an e-mail the app knows answers 409 instead of 201.</summary>
    public bool ExistingTesterConflicts { get; init; }

    /// <summary>Adding a tester who is in the group already answers 409 "Tester(s) cannot be assigned" instead of 204.</summary>
    public bool ExistingMemberConflicts { get; init; }

    /// <summary>Only one of filter[apps|betaGroups|builds] on betaTesters.</summary>
    public bool OneRelationshipFilter { get; init; } = true;

    /// <summary>filter[email] matches any part of the address.</summary>
    public bool LooseEmailFilter { get; init; }

    /// <summary>A new group with access to all builds also receives the builds that are there already.</summary>
    public bool AllBuildsBackfill { get; init; } = true;

    /// <summary>App-wide deletes answer 202 instead of 204.</summary>
    public bool DeletesAccepted { get; init; }

    /// <summary>Requests per key in any 60 minutes; 0 is no limit.</summary>
    public int HourLimit { get; init; } = 3600;

    /// <summary>Requests per key in any minute; 0 is no limit.</summary>
    public int MinuteLimit { get; init; }

    /// <summary>Seconds in Retry-After on 429; 0 sends no such header.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>Most linkages in one relationship write; 0 is no limit. Over it: 409.</summary>
    public int MaxLinkages { get; init; }

    /// <summary>External testers an app may have.</summary>
    public int ExternalTesterCap { get; init; } = 10_000;

    /// <summary>Every call answers 403 FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED.</summary>
    public bool AgreementMissing { get; init; }

    /// <summary>Seconds a token's iat may lie in the future.</summary>
    public int FutureTokenSeconds { get; init; } = 30;

    /// <summary>meta.paging.total leaves out this many rows, as a stale count would.</summary>
    public int TotalTooLowBy { get; init; }

    /// <summary>Seconds until memberships and new testers show in reads; the writes themselves count at once.</summary>
    public int ReadLagSeconds { get; init; }

    /// <summary>Enum values and attributes nobody has heard of appear in every answer.</summary>
    public bool UnknownValues { get; init; }

    /// <summary>links.next leads back to the same page.</summary>
    public bool NextLoops { get; init; }

    /// <summary>links.next leads to a host that is not Apple's.</summary>
    public bool NextLeavesHost { get; init; }

    /// <summary>Centercode's API key is disabled: 401.</summary>
    public bool CentercodeKeyDisabled { get; init; }

    /// <summary>Centercode refuses our address: 403.</summary>
    public bool CentercodeRefusesAddress { get; init; }

    /// <summary>Data packages the community manager removed: 404.</summary>
    public IReadOnlyList<string> CentercodeRemovedPackages { get; init; } = [];

    /// <summary>Columns that vanished from every data package.</summary>
    public IReadOnlyList<string> CentercodeRemovedColumns { get; init; } = [];

    /// <summary>Data packages end after this many rows, cut at a row's end as if complete; 0 sends all.</summary>
    public int CentercodeCutsAfterRows { get; init; }

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>These switches with the ones named in <paramref name="changes"/> replaced. An unknown name throws <see cref="JsonException"/>.</summary>
    internal Switches With(JsonObject changes)
    {
        var merged = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        foreach (var (name, value) in changes)
        {
            merged[name] = value?.DeepClone();
        }
        return merged.Deserialize<Switches>(Json)!;
    }
}
