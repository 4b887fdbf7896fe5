using System.Text.Json.Serialization;

namespace Portal.Simulator;

/// <summary>How X-Rate-Limit looks; every form here has been seen.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RateLimitHeader>))]
public enum RateLimitHeader
{
    /// <summary>One header, the minute's part behind the hour's after a comma.</summary>
    Joined,

    /// <summary>The hour's part alone, though a minute may be counted.</summary>
    HourOnly,

    /// <summary>The minute's part alone where a minute is counted, else the hour's.</summary>
    MinuteOnly,

    /// <summary>Two headers of the same name.</summary>
    Twice,

    /// <summary>No header at all.</summary>
    Missing,
}

/// <summary>How much a key may ask and how much an app may hold.</summary>
public sealed partial record Switches
{
    /// <summary>Requests per key in any 60 minutes; 0 is no limit.</summary>
    public int HourLimit { get; init; } = 3600;

    /// <summary>Requests per key in any minute, on the endpoints of <see cref="MinuteLimitOn"/>; 0 is no limit. Seen elsewhere: 150, 250 and about 300; for TestFlight nobody knows.</summary>
    public int MinuteLimit { get; init; }

    /// <summary>Endpoints the minute counts, by how method and template begin: <c>POST</c>, <c>GET /v1/betaTesters</c>. Empty: all.</summary>
    public IReadOnlyList<string> MinuteLimitOn { get; init; } = [];

    /// <summary>Which form X-Rate-Limit takes.</summary>
    public RateLimitHeader RateLimitHeader { get; init; }

    /// <summary>A call refused with 429 uses up budget too.</summary>
    public bool RefusedCallsCount { get; init; }

    /// <summary>Seconds in Retry-After on 429; 0 sends no such header, as nobody has recorded one.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>External testers an app may have. What Apple answers over it is unknown: the code says that it is invented.</summary>
    public int ExternalTesterCap { get; init; } = 10_000;

    /// <summary>Internal testers an app may have, with an invented code as above.</summary>
    public int InternalTesterCap { get; init; } = 100;

    /// <summary>Leaving the last external group frees a place under <see cref="ExternalTesterCap"/>; off, only removal from the app does.</summary>
    public bool LeavingGroupsFreesPlace { get; init; } = true;
}
