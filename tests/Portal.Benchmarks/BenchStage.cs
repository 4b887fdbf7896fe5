using System.Text;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Credentials;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Benchmarks;

/// <summary>The portal as it runs, on a SQLite file with its background work, with a key and a connection of a simulator in this process; spoken to through its services alone.</summary>
internal sealed class BenchStage : IAsyncDisposable
{
    public const string Team = "aurora-beta";
    public const string App = "Aurora Notes";
    public const string Group = "Aurora beta testers";
    private static readonly ColumnMapping Mapping = new("User ID", "Apple Account Email", "Email", "First Name", "Last Name");

    /// <summary>No limit of the portal's own stands in the way of what is measured.</summary>
    public static readonly SyncPolicy Free = new()
    {
        RemovalLimit = 10_000, RemovalShare = 1, RemovalsAlwaysAllowed = 100, RemovalsPerDay = 10_000, AddLimit = 10_000, AddShare = 1, AddsPerDay = 10_000, ShrunkenTeamShare = 0, AdoptMatching = true,
    };

    private BenchStage(PortalFixture portal) => Portal = portal;

    public PortalFixture Portal { get; }
    public World World => Portal.World;
    public SyncService Sync => Portal.Get<SyncService>();
    public string AppId => World.AppId(App);
    public string GroupId => World.GroupId(App, Group);
    public AppleCaller Apple { get; private set; } = null!;
    private Guid CredentialId { get; set; }
    private Guid ConnectionId { get; set; }

    /// <param name="inFlight">Requests in flight, the choice of the key.</param>
    /// <param name="jobs">Whether the portal's background work runs; without it nothing happens but what is called.</param>
    public static async Task<BenchStage> StartAsync(int inFlight = 4, bool jobs = true, WorldSize size = WorldSize.Small)
    {
        var stage = new BenchStage(await PortalFixture.StartAsync(settings: new Dictionary<string, string?> { ["Sync:ReadBackSeconds"] = "0", ["AppStoreConnect:AssumedPerHour"] = "0" }));
        stage.World.Reset(size);
        stage.World.Switches = stage.World.Switches with { HourLimit = 0, ExternalTesterCap = 100_000 };
        stage.World.ShrinkTeam(Team, 0);
        stage.Apple = new AppleCaller(stage.Portal.Simulator, stage.Portal.Clock);
        await stage.Apple.DeleteTestersAsync(stage.AppId);
        var credentials = stage.Portal.Get<CredentialService>();
        var issued = stage.World.CreateKey();
        stage.CredentialId = (await credentials.AddAppleKeyAsync(new NewAppleKey { KeyId = issued.KeyId, IssuerId = issued.IssuerId, File = Encoding.UTF8.GetBytes(issued.P8), FileName = $"AuthKey_{issued.KeyId}.p8" }, Actors.KeyCustodian)).Id;
        await credentials.ChangeUseAsync(stage.CredentialId, scopedReads: true, inFlight, Actors.KeyCustodian);
        var centercode = $"{stage.Portal.Simulator.Address}/centercode";
        stage.ConnectionId = (await credentials.AddCentercodeAsync(new NewCentercodeKey { CommunityAddress = centercode, ApiKey = stage.World.CentercodeApiKey, DataPackage = stage.Package(Team) }, Actors.KeyCustodian)).Id;
        if (jobs) await stage.Portal.StartJobsAsync();
        return stage;
    }

    /// <summary>A link from a team to a group of the app.</summary>
    public async Task<Guid> LinkAsync(string groupId, string team = Team, SyncPolicy? policy = null)
    {
        var link = (await Sync.CreateLinkAsync(new NewLink
        {
            ProjectKey = "aurora", ReleaseTypeKey = groupId, TeamName = team, SourceKind = SourceKind.DataPackage, ConnectionId = ConnectionId, SourceUrl = Package(team), Mapping = Mapping,
            CredentialId = CredentialId, AppId = AppId, GroupId = groupId, CentercodeSyncIsOff = true, Policy = policy ?? Free,
        }, Actors.ProgramManager)).Id;
        // Limits beyond the defaults take a second person.
        var approvals = Portal.Get<ApprovalService>();
        foreach (var asked in (await approvals.ListAsync(new ApprovalQuery { LinkId = link }, Actors.SecondProgramManager)).Items) await approvals.AllowAsync(asked.Id, new ApprovalAnswer("Measured"), Actors.SecondProgramManager);
        return link;
    }

    /// <summary>Asks for a run as a person does and waits for its end, which has to be a good one.</summary>
    public async Task<RunView> RunAsync(Guid linkId)
    {
        var asked = await Sync.RequestAsync(linkId, SyncMode.Real, Actors.ProgramManager);
        await foreach (var run in Sync.WatchAsync(asked.RunId, Actors.ProgramManager))
        {
            if (run.IsOver) return run.State is RunState.Succeeded ? run : throw new InvalidOperationException($"The run ended {run.State}: {run.Problem}");
        }
        throw new InvalidOperationException("The run never ended.");
    }

    /// <summary>How long a run took, by its own record: from the request to its end.</summary>
    public static TimeSpan Took(RunView run) => run.FinishedAt!.Value - run.RequestedAt;

    /// <summary>Puts these people into the team, and out whoever was there.</summary>
    public void SetTeam(IEnumerable<string> emails, string team = Team)
    {
        World.ShrinkTeam(team, 0);
        foreach (var email in emails) World.AddTeamMember(team, "Test", "Person", email, email);
    }

    /// <summary>Another external group of the app, made through Apple's door.</summary>
    public async Task<string> NewGroupAsync(string name)
    {
        using var made = await Apple.PostAsync("/v1/betaGroups", new { type = "betaGroups", attributes = new { name }, relationships = new { app = new { data = new { type = "apps", id = AppId } } } });
        return made!.RootElement.GetProperty("data").GetProperty("id").GetString()!;
    }

    /// <summary>Addresses no other call of this gave.</summary>
    public static IReadOnlyList<string> Addresses(string word, int count) => [.. Enumerable.Range(0, count).Select(n => $"{word}.{n}@example.com")];

    public async ValueTask DisposeAsync()
    {
        Apple.Dispose();
        await Portal.DisposeAsync();
    }

    private string Package(string team) => $"{Portal.Simulator.Address}/centercode/api/data/{team}?format=json";
}
