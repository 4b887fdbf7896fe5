using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Sync;
using Portal.Services.TestFlight;

namespace Portal.Tests;

/// <summary>A link of a team of twelve that was synced once and is active, as a key custodian and a program manager would make it.</summary>
public sealed record UsedLink(LinkView Link)
{
    public const string App = "Aurora Notes";
    public const string Group = "Aurora beta testers";

    public static async Task<UsedLink> MakeAsync(WebFixture web)
    {
        var credentials = web.Services.GetRequiredService<CredentialService>();
        var issued = web.World.CreateKey();
        var key = await credentials.AddAppleKeyAsync(new NewAppleKey { Label = "Team key", IssuerId = issued.IssuerId, FileName = $"AuthKey_{issued.KeyId}.p8", File = Encoding.UTF8.GetBytes(issued.P8) }, Actors.KeyCustodian);
        var connection = await credentials.AddCentercodeAsync(new NewCentercodeKey { Label = "Community", CommunityAddress = $"{web.Simulator.Address}/centercode", ApiKey = web.World.CentercodeApiKey }, Actors.KeyCustodian);
        var sync = web.Services.GetRequiredService<SyncService>();
        var link = await sync.CreateLinkAsync(new NewLink
        {
            ProjectKey = "aurora", ReleaseTypeKey = "early-access", TeamName = "Ember insiders", SourceKind = SourceKind.DataPackage, ConnectionId = connection.Id,
            SourceUrl = $"{web.Simulator.Address}/centercode/api/data/ember-insiders?format=json", Mapping = new("User ID", "Apple Account Email", "Email", "First Name", "Last Name"),
            CredentialId = key.Id, AppId = web.World.AppId(App), GroupId = web.World.GroupId(App, Group), CentercodeSyncIsOff = true,
        }, Actors.ProgramManager);
        var run = await sync.RequestAsync(link.Id, SyncMode.Real, Actors.ProgramManager);
        await foreach (var state in sync.WatchAsync(run.RunId, Actors.ProgramManager))
        {
            if (state.IsOver) break;
        }
        return new(await sync.LinkAsync(link.Id, Actors.ProgramManager));
    }

    /// <summary>A build that somebody gives to the group.</summary>
    public static async Task<string> GiveBuildAsync(WebFixture web, string number = "300", string state = "BETA_APPROVED")
    {
        var build = web.World.UploadBuild(web.World.AppId(App), "3.0", number, state);
        await web.Services.GetRequiredService<TestFlightService>().AssignBuildAsync(Actors.ProgramManager, web.World.GroupId(App, Group), build, CancellationToken.None);
        return build;
    }
}
