using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Fortnight;

/// <summary>A link of the stage, by what its names are outside.</summary>
internal sealed record FortnightLink(Guid Id, string Team, string AppId, string GroupId);

/// <summary>A portal with three keys, and links from teams to groups that are nearly full already.</summary>
internal sealed class FortnightStage : IAsyncDisposable
{
    private static readonly string[] Apps =
    [
        "Aurora Notes", "Borealis Maps", "Cinder Camera", "Driftwood Music", "Ember Chat", "Fathom Fitness", "Glacier Weather",
        "Harbor Budget", "Inkwell Reader", "Juniper Recipes", "Kestrel Travel", "Lumen Photos",
    ];

    private readonly List<FortnightLink> _links = [];
    private int _people;

    private FortnightStage(PortalFixture portal, FortnightScale scale) => (Portal, Scale) = (portal, scale);

    public PortalFixture Portal { get; }
    public FortnightScale Scale { get; }
    public World World => Portal.World;
    public SyncService Sync => Portal.Get<SyncService>();
    public DateTimeOffset Now => Portal.Clock.GetUtcNow();
    public List<(Guid Id, string KeyId)> Keys { get; } = [];
    public IReadOnlyList<FortnightLink> Links => _links;

    public static async Task<FortnightStage> StartAsync(FortnightScale scale)
    {
        var stage = new FortnightStage(await PortalFixture.StartAsync(settings: new Dictionary<string, string?> { [PortalFixture.Quiet] = "true", ["Sync:ReadBackSeconds"] = "0" }), scale);
        for (var n = 0; n < FortnightScale.Keys; n++) await stage.StoreKeyAsync(n);
        var centercode = await stage.Portal.Get<CredentialService>().AddCentercodeAsync(new NewCentercodeKey
        {
            CommunityAddress = $"{stage.Portal.Simulator.Address}/centercode", ApiKey = stage.World.CentercodeApiKey, DataPackage = stage.Package("aurora-beta"),
        }, Actors.KeyCustodian);
        for (var n = 0; n < scale.Links; n++) await stage.LinkAsync(n, centercode.Id);
        stage.World.ClearOutbox();
        return stage;
    }

    public async Task<T> DataAsync<T>(Func<PortalDbContext, Task<T>> read)
    {
        await using var db = Portal.Get<Database>().Open();
        return await read(db);
    }

    /// <summary>Somebody nobody knew before joins a team.</summary>
    public string Join(string team)
    {
        var email = $"person{++_people}@example.com";
        World.AddTeamMember(team, "Person", $"Number {_people}", email, email);
        return email;
    }

    public static NewAppleKey Form(IssuedKey key) => new() { KeyId = key.KeyId, IssuerId = key.IssuerId, File = Encoding.UTF8.GetBytes(key.P8), FileName = $"AuthKey_{key.KeyId}.p8" };

    /// <summary>Who should be in the group by the policy: one per usable address.</summary>
    public IReadOnlyList<string> InTeam(FortnightLink link) => [.. World.TeamMembers(link.Team).Select(m => m.AppleEmail?.Trim().ToLowerInvariant()).OfType<string>().Where(e => e.Contains('@')).Distinct().Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> InGroup(FortnightLink link) => [.. World.GroupMembers(link.GroupId).Select(m => m.Email!.ToLowerInvariant()).Order(StringComparer.Ordinal)];

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    private async Task StoreKeyAsync(int n)
    {
        var issued = World.CreateKey($"Key {n + 1}");
        var stored = await Portal.Get<CredentialService>().AddAppleKeyAsync(Form(issued), Actors.KeyCustodian);
        await Portal.Get<CredentialService>().RenameAsync(stored.Id, $"Key {n + 1}", Actors.KeyCustodian);
        Keys.Add((stored.Id, issued.KeyId));
    }

    private async Task LinkAsync(int n, Guid connection)
    {
        var app = n % Scale.Apps;
        var (appId, team) = (World.AppId(Apps[app]), $"team-{n + 1:D2}");
        var groupId = World.SeedGroup(appId, $"Testers {n + 1:D2}");
        World.AddTeam(team, $"Team {n + 1:D2}");
        for (var p = 0; p < Scale.PeopleOfALink; p++)
        {
            var email = Join(team);
            // One in a hundred has no Apple e-mail yet; one in twenty is not at Apple before the portal comes.
            if (p % 100 == 7) World.ChangeAppleEmail(team, email, null);
            else if (p % 20 != 3) World.AddTesterByHand(groupId, email);
        }
        // Two with one address, and one who wrote something else there.
        World.AddTeamMember(team, "Twin", "Person", $"twin{n}@example.com", $"person{_people}@example.com");
        World.AddTeamMember(team, "Odd", "Person", $"odd{n}@example.com", "not an address");
        var link = await Sync.CreateLinkAsync(new NewLink
        {
            ProjectKey = $"project-{n + 1:D2}", ReleaseTypeKey = "beta", TeamName = team, SourceKind = SourceKind.DataPackage, ConnectionId = connection, SourceUrl = Package(team), Mapping = SyncStage.Mapping,
            CredentialId = Keys[app % FortnightScale.Keys].Id, AppId = appId, GroupId = groupId, CentercodeSyncIsOff = true,
            Policy = new SyncPolicy { AdoptMatching = true, Every = n < Scale.Quick ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(1) },
        }, Actors.ProgramManager);
        _links.Add(new FortnightLink(link.Id, team, appId, groupId));
    }

    private string Package(string team) => $"{Portal.Simulator.Address}/centercode/api/data/{team}?format=json";
}
