using System.Text;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Sync;
using Portal.Simulator;
using Portal.Simulator.Identity;

namespace Portal.Demo;

/// <summary>
/// What a demo starts with, stored through the real services as the demo's own people would: a key and a Centercode connection, one
/// link never synced, so that there is a first sync to do, and one with a sync behind it, so that there is history to read.
/// </summary>
internal sealed class DemoSeed(DemoApp demo)
{
    private static readonly Actor _custodian = ActorOf("key-custodian", Role.KeyCustodian);
    private static readonly Actor _manager = ActorOf("program-manager", Role.ProgramManager);
    private static readonly ColumnMapping _mapping = new("User ID", "Apple Account Email", "Email", "First Name", "Last Name", "Team");

    private readonly World _world = demo.Simulator.Services.GetRequiredService<World>();
    private readonly CredentialService _credentials = demo.Portal.Services.GetRequiredService<CredentialService>();
    private readonly SyncService _sync = demo.Portal.Services.GetRequiredService<SyncService>();

    /// <summary>Stores the demo's first data unless anything is stored already.</summary>
    public static async Task StoreAsync(DemoApp demo, CancellationToken cancellation)
    {
        var seed = new DemoSeed(demo);
        if ((await seed._credentials.ListAsync(_custodian, cancellation)).Count == 0)
        {
            await seed.StoreAsync(cancellation);
        }
    }

    private async Task StoreAsync(CancellationToken cancellation)
    {
        var key = await StoreKeyAsync(cancellation);
        var connection = await _credentials.AddCentercodeAsync(
            new NewCentercodeKey { Label = "Community", CommunityAddress = Community, ApiKey = _world.CentercodeApiKey }, _custodian, cancellation);
        await LinkAsync(key, connection.Id, ("aurora", "Aurora beta", "public-beta", "Public beta", "aurora-beta", "Aurora beta team"), ("Aurora Notes", "Aurora beta testers"), new SyncPolicy(), cancellation);
        var synced = await LinkAsync(key, connection.Id, ("borealis", "Borealis field trial", "field-trial", "Field trial", "borealis-field", "Borealis field team"),
            ("Borealis Maps", "Borealis field testers"), new SyncPolicy { AdoptMatching = true }, cancellation);
        var run = await _sync.RequestAsync(synced, SyncMode.Real, _manager, cancel: cancellation);
        await foreach (var state in _sync.WatchAsync(run.RunId, _manager, cancellation))
        {
            if (state.IsOver)
            {
                break;
            }
        }
    }

    private string Community => new Uri(demo.SimulatorAddress, "centercode").ToString();

    private async Task<Guid> StoreKeyAsync(CancellationToken cancellation)
    {
        var issued = _world.CreateKey("Portal", "APP_MANAGER");
        var stored = await _credentials.AddAppleKeyAsync(new NewAppleKey
        {
            Label = "Beta programs", IssuerId = issued.IssuerId, File = Encoding.ASCII.GetBytes(issued.P8), FileName = $"AuthKey_{issued.KeyId}.p8",
        }, _custodian, cancellation);
        return stored.Id;
    }

    private async Task<Guid> LinkAsync(Guid key, Guid connection, (string Project, string ProjectName, string Type, string TypeName, string Team, string TeamName) source,
        (string App, string Group) target, SyncPolicy policy, CancellationToken cancellation)
    {
        var link = await _sync.CreateLinkAsync(new NewLink
        {
            ProjectKey = source.Project, ProjectName = source.ProjectName, ReleaseTypeKey = source.Type, ReleaseTypeName = source.TypeName, TeamName = source.TeamName,
            SourceKind = SourceKind.DataPackage, ConnectionId = connection, SourceUrl = $"{Community}/api/data/{source.Team}?format=json", Mapping = _mapping,
            CredentialId = key, AppId = _world.AppId(target.App), GroupId = _world.GroupId(target.App, target.Group), Policy = policy, CentercodeSyncIsOff = true,
        }, _manager, cancellation);
        return link.Id;
    }

    /// <summary>The same actor that signing in as this user gives.</summary>
    private static Actor ActorOf(string user, Role role) =>
        new(user, IdentityUsers.All.Single(known => known.Name == user).DisplayName, ActorKind.Person, [role], "page");
}
