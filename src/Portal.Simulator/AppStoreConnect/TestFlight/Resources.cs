namespace Portal.Simulator.AppStoreConnect;

/// <summary>An app of the simulated team. Testers belong to one app: the same address in two apps is two testers.</summary>
internal sealed class App(string id, string name, string bundleId)
{
    public string Id => id;
    public string Name => name;
    public string BundleId => bundleId;
    public string Sku => bundleId.ToUpperInvariant().Replace('.', '-');
    public OrderedDictionary<string, BetaGroup> Groups { get; } = [];
    public OrderedDictionary<string, Build> Builds { get; } = [];
    public OrderedDictionary<string, PreReleaseVersion> Versions { get; } = [];
    public Roster<BetaTester> Testers => field ??= new() { CountAt = at => field!.Count(t => t.Created <= at) };

    /// <summary>When builds were handed in for review; at most 24 hours back.</summary>
    public Queue<DateTimeOffset> Submissions { get; } = [];
    public Dictionary<string, BetaTester> TestersByEmail { get; } = new(StringComparer.OrdinalIgnoreCase);

    public int ExternalTesters => Testers.Count(t => t.Groups.Values.Any(g => !g.IsInternal));

    public int InternalTesters => Testers.Count(t => t.Groups.Values.Any(g => g.IsInternal));
}

internal sealed class BetaGroup(string id, App app, string name, bool isInternal, bool hasAccessToAllBuilds, DateTimeOffset created)
{
    public string Id => id;
    public App App => app;
    public string Name { get; set; } = name;
    public bool IsInternal => isInternal;
    public bool HasAccessToAllBuilds => hasAccessToAllBuilds;
    public DateTimeOffset Created => created;
    public bool PublicLinkEnabled { get; set; }
    public string? PublicLinkId { get; set; }
    public bool PublicLinkLimitEnabled { get; set; }
    public int? PublicLinkLimit { get; set; }
    public bool FeedbackEnabled { get; set; } = true;
    public bool? SiliconMac { get; set; }
    public bool? Vision { get; set; }
    public Roster<BetaTester> Testers => field ??= new() { CountAt = MembersAt };
    public OrderedDictionary<string, Build> Builds { get; } = [];
    public Dictionary<string, DateTimeOffset> Joined { get; } = [];

    /// <summary>Who left, kept while a read may still show them.</summary>
    public Roster<BetaTester> Left { get; } = new();

    private int MembersAt(DateTimeOffset at) => Testers.Count(t => t.WasIn(this, at)) + Left.Count(t => !Testers.ContainsKey(t.Id) && t.WasIn(this, at));

    public string? PublicLink => PublicLinkEnabled && PublicLinkId is { } link ? $"https://testflight.apple.com/join/{link}" : null;
}

internal sealed class BetaTester(string id, App app, string? email, string? firstName, string? lastName)
{
    public string Id => id;
    public App App => app;
    public string? Email => email;
    public string? FirstName => firstName;
    public string? LastName => lastName;
    public required DateTimeOffset Created { get; init; }
    public string InviteType { get; init; } = "EMAIL";
    public string State { get; set; } = "NOT_INVITED";

    /// <summary>Somebody of the developer's own team: the only people an internal group takes.</summary>
    public bool TeamMember { get; init; }
    public OrderedDictionary<string, BetaGroup> Groups { get; } = [];
    public OrderedDictionary<string, Build> Builds { get; } = [];

    /// <summary>Memberships that ended lately, oldest first.</summary>
    public List<Stay> Stays { get; } = [];

    public bool WasIn(BetaGroup group, DateTimeOffset at) =>
        (group.Joined.TryGetValue(id, out var joined) && joined <= at) || Stays.Exists(s => s.Group == group && s.Joined <= at && s.Left > at);
}

/// <summary>A time somebody spent in a group, now over.</summary>
internal readonly record struct Stay(BetaGroup Group, DateTimeOffset Joined, DateTimeOffset Left);

internal sealed record PreReleaseVersion(string Id, App App, string Version, string Platform)
{
    public OrderedDictionary<string, Build> Builds { get; } = [];
}

internal sealed class Build(string id, PreReleaseVersion version, string number, DateTimeOffset uploaded)
{
    public string Id => id;
    public App App => version.App;
    public PreReleaseVersion PreRelease => version;
    public string Number => number;
    public DateTimeOffset Uploaded => uploaded;

    /// <summary>Apple lets a build live 90 days.</summary>
    public DateTimeOffset Expires => uploaded.AddDays(90);
    public bool ExpiredByHand { get; set; }
    public string ProcessingState { get; set; } = "VALID";
    public string Audience { get; init; } = "APP_STORE_ELIGIBLE";
    public bool? UsesNonExemptEncryption { get; set; } = false;
    public bool AutoNotify { get; set; } = true;
    public string InternalState { get; set; } = "READY_FOR_BETA_TESTING";
    public string ExternalState { get; set; } = "READY_FOR_BETA_SUBMISSION";
    public string? ReviewState { get; set; }

    /// <summary>APPROVED or REJECTED when a script decides this build's review.</summary>
    public string? ReviewOutcome { get; set; }

    /// <summary>What it becomes by itself, and when.</summary>
    public Step? Next { get; set; }

    /// <summary>Ids of the testers who had their mail about it.</summary>
    public HashSet<string> Told { get; } = [];
    public DateTimeOffset? Submitted { get; set; }
    public OrderedDictionary<string, BetaGroup> Groups { get; } = [];
    public OrderedDictionary<string, BetaTester> Individuals { get; } = [];

    public sealed record Step(DateTimeOffset At, string? State);

    public bool IsExpired(DateTimeOffset now) => ExpiredByHand || now >= Expires;

    public string InternalStateAt(DateTimeOffset now) => IsExpired(now) ? "EXPIRED" : InternalState;

    public string ExternalStateAt(DateTimeOffset now) => IsExpired(now) ? "EXPIRED" : ExternalState;

    public bool IsTestable(bool forInternal, DateTimeOffset now) => forInternal
        ? InternalStateAt(now) is "READY_FOR_BETA_TESTING" or "IN_BETA_TESTING"
        : ExternalStateAt(now) is "BETA_APPROVED" or "IN_BETA_TESTING";
}

internal sealed record User(string Id, string Username, string FirstName, string LastName, IReadOnlyList<string> Roles);
