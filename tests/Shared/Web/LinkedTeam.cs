using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Sync;

namespace Portal.Tests;

/// <summary>The simulator's team of 250 linked to the empty group made for it, as a key custodian and a program manager would do it.</summary>
public sealed record LinkedTeam(LinkView Link, string GroupId)
{
    public const string Team = "aurora-beta";
    public const string App = "Aurora Notes";
    public const string Group = "Aurora beta testers";

    public static async Task<LinkedTeam> MakeAsync(WebFixture web)
    {
        var credentials = web.Services.GetRequiredService<CredentialService>();
        var key = web.World.CreateKey();
        var stored = await credentials.AddAppleKeyAsync(
            new NewAppleKey { KeyId = key.KeyId, IssuerId = key.IssuerId, File = Encoding.UTF8.GetBytes(key.P8), FileName = $"AuthKey_{key.KeyId}.p8" }, Actors.KeyCustodian);
        var connection = await credentials.AddCentercodeAsync(
            new NewCentercodeKey { CommunityAddress = $"{web.Simulator.Address}/centercode", ApiKey = web.World.CentercodeApiKey }, Actors.KeyCustodian);
        var group = web.World.GroupId(App, Group);
        var link = await web.Services.GetRequiredService<SyncService>().CreateLinkAsync(new NewLink
        {
            ProjectKey = "aurora", ReleaseTypeKey = "public-beta", TeamName = Team, SourceKind = SourceKind.DataPackage, ConnectionId = connection.Id,
            SourceUrl = $"{web.Simulator.Address}/centercode/api/data/{Team}?format=json",
            Mapping = new ColumnMapping("User ID", "Apple Account Email", "Email", "First Name", "Last Name"),
            CredentialId = stored.Id, AppId = web.World.AppId(App), GroupId = group, CentercodeSyncIsOff = true,
        }, Actors.ProgramManager);
        return new LinkedTeam(link, group);
    }
}
