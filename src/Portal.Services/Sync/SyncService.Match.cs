using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Centercode;

namespace Portal.Services.Sync;

public sealed partial class SyncService
{
    /// <summary>The apps a key sees, by name, for the wizard.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-active</c>, or Apple's refusal.</exception>
    public async Task<IReadOnlyList<AppleApp>> AppChoicesAsync(Guid credentialId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        await ActiveCredentialAsync(db, credentialId, cancel);
        var apps = await AskAppleAsync(use => _apple.ListAppsAsync(use, cancel), new KeyUse(credentialId, actor, "wizard: list apps"));
        if (!apps.Complete) throw new ProblemException(apps.Because ?? SyncProblems.ShortRead("The list of apps"));
        return [.. apps.Items.OrderBy(app => app.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Of the people in a group that holds some already, how many are in the team: what the wizard asks about.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>credential-not-active</c>, Apple's refusal, or why the source cannot be used.</exception>
    public async Task<GroupMatch> GroupMatchAsync(Guid credentialId, string groupId, TeamSource source, ColumnMapping mapping, string teamName, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        await using var db = _database.Open();
        await ActiveCredentialAsync(db, credentialId, cancel);
        var team = await _sources.MembersAsync(source, mapping, teamName, actor, cancel);
        var group = await AskAppleAsync(use => _apple.ListGroupTestersAsync(use, groupId, cancel), new KeyUse(credentialId, actor, "wizard: count who matches") { GroupId = groupId });
        return group.Complete ? GroupMatch.Count(team, group.Items) : throw new ProblemException(group.Because ?? SyncProblems.ShortRead("The group"));
    }
}
