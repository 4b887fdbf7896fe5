using Microsoft.EntityFrameworkCore;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>A portal with a key, a connection and a link from the team of 250 to the empty group made for it. Runs are carried out in the test's own time.</summary>
internal sealed class SyncStage : IAsyncDisposable
{
    public const string Team = "aurora-beta";
    public const string App = "Aurora Notes";
    public const string Group = "Aurora beta testers";

    private SyncStage(PortalFixture portal) => Portal = portal;

    public PortalFixture Portal { get; }
    public World World => Portal.World;
    public SyncService Sync => Portal.Get<SyncService>();
    public Guid CredentialId { get; private set; }
    public Guid ConnectionId { get; private set; }
    public string AppId { get; private set; } = "";
    public string GroupId { get; private set; } = "";
    public LinkView Link { get; private set; } = null!;

    public static readonly ColumnMapping Mapping = new("User ID", "Apple Account Email", "Email", "First Name", "Last Name");

    public static async Task<SyncStage> StartAsync(string app = App, string group = Group, string team = Team, DatabaseKind kind = DatabaseKind.Sqlite, SyncPolicy? policy = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var stage = new SyncStage(await PortalFixture.StartAsync(kind, new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>()) { ["Centercode:AllowLoopback"] = "true", ["Sync:ReadBackSeconds"] = "0" }));
        stage.CredentialId = (await AppleKey.StoreAsync(stage.Portal)).Row.Id;
        stage.ConnectionId = await stage.StoreConnectionAsync();
        stage.AppId = stage.World.AppId(app);
        stage.GroupId = stage.World.GroupId(app, group);
        stage.Link = await stage.Sync.CreateLinkAsync(stage.Wanted(team) with { Policy = policy ?? new SyncPolicy() }, Actors.ProgramManager);
        await stage.AllowLimitsAsync();
        return stage;
    }

    /// <summary>What a link was made with beyond the defaults, allowed by the second person it takes.</summary>
    public async Task AllowLimitsAsync()
    {
        foreach (var id in await DataAsync(db => db.Approvals.Where(a => a.Kind == ApprovalKind.PolicyChange && a.State == ApprovalState.Open).Select(a => a.Id).ToListAsync()))
            await Portal.Get<ApprovalService>().AllowAsync(id, new ApprovalAnswer("As agreed"), Actors.SecondProgramManager);
    }

    public NewLink Wanted(string team = Team) => new()
    {
        ProjectKey = "aurora", ReleaseTypeKey = "public-beta", TeamName = team, SourceKind = SourceKind.DataPackage, ConnectionId = ConnectionId,
        SourceUrl = $"{Portal.Simulator.Address}/centercode/api/data/{team}?format=json", Mapping = Mapping, CredentialId = CredentialId,
        AppId = AppId, GroupId = GroupId, CentercodeSyncIsOff = true,
    };

    /// <summary>Asks as a person and carries it out.</summary>
    public async Task<RunView> RunAsync(SyncMode mode = SyncMode.Real, Actor? actor = null, string? onlyPerson = null, string? planHash = null)
    {
        var asked = await Sync.RequestAsync(Link.Id, mode, actor ?? Actors.ProgramManager, onlyPerson, planHash);
        await Portal.Get<SyncRunner>().RunAsync(asked.RunId, TestContext.Current.CancellationToken);
        return await Sync.RunAsync(asked.RunId, Actors.ProgramManager);
    }

    /// <summary>One cycle of the schedule.</summary>
    public async Task<LinkView> CheckAsync()
    {
        await Portal.Get<SyncRunner>().CheckAsync(Link.Id, TestContext.Current.CancellationToken);
        return await Sync.LinkAsync(Link.Id, Actors.Viewer);
    }

    public async Task<IReadOnlyList<RunItemView>> ItemsAsync(Guid runId, Actor? actor = null) =>
        (await Sync.ItemsAsync(runId, new RunItemQuery { Take = 1000 }, actor ?? Actors.ProgramManager)).Items;

    public IReadOnlyList<string> InGroup() => [.. World.GroupMembers(GroupId).Select(m => m.Email?.ToLowerInvariant() ?? "").Order(StringComparer.Ordinal)];

    /// <summary>Who should be in the group: one per address, however it is written.</summary>
    public IReadOnlyList<string> InTeam(string team = Team) => [.. World.TeamMembers(team).Select(m => m.AppleEmail?.Trim().ToLowerInvariant())
        .Where(email => !string.IsNullOrEmpty(email)).Distinct().Order(StringComparer.Ordinal)!];

    public async Task<T> DataAsync<T>(Func<PortalDbContext, Task<T>> read)
    {
        await using var db = Portal.Get<Database>().Open();
        return await read(db);
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    private async Task<Guid> StoreConnectionAsync()
    {
        var id = Guid.CreateVersion7();
        await using var db = Portal.Get<Database>().Open();
        db.Credentials.Add(new CredentialRow
        {
            Id = id, Kind = CredentialKind.CentercodeApiKey, Label = "Community", CommunityAddress = $"{Portal.Simulator.Address}/centercode",
            OwnerId = "key-custodian", OwnerName = "key-custodian", Status = CredentialStatus.Active, ActiveVersion = 1, CreatedAt = Portal.Clock.GetUtcNow(),
            Versions = [new CredentialVersionRow { Id = Guid.CreateVersion7(), CredentialId = id, Number = 1, CreatedAt = Portal.Clock.GetUtcNow(), CreatedBy = "key-custodian", Sealed = Portal.Get<CredentialVault>().Seal(id, 1, World.CentercodeApiKey) }],
        });
        await db.SaveChangesAsync();
        return id;
    }
}
