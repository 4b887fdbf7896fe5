using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.TestFlight;

/// <summary>What the pages read of Apple, each thing kept once per credential.</summary>
internal sealed class AppleShelf(AppStoreConnectClient apple, AppleReads reads, Database database, TimeProvider time)
{
    /// <summary>The time builds are judged by.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The credentials to read with: Apple's, active, oldest first; failing ones last, for what they showed before.</summary>
    public async Task<IReadOnlyList<KeyLabel>> KeysAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        var rows = await db.Credentials.AsNoTracking()
            .Where(row => row.Kind == CredentialKind.AppleTeamKey && (row.Status == CredentialStatus.Active || row.Status == CredentialStatus.Failing))
            .Select(row => new { row.Id, row.Label, row.Status, row.CreatedAt }).ToListAsync(cancel);
        return [.. rows.OrderBy(row => row.Status is CredentialStatus.Failing).ThenBy(row => row.CreatedAt).Select(row => new KeyLabel(row.Id, row.Label))];
    }

    /// <summary>The links that hold these groups.</summary>
    public async Task<IReadOnlyDictionary<string, LinkLabel>> LinksAsync(IReadOnlyCollection<string> groupIds, CancellationToken cancel)
    {
        await using var db = database.Open();
        var rows = await db.Links.AsNoTracking().Where(link => groupIds.Contains(link.GroupId) && link.State != LinkState.Retired)
            .Select(link => new { link.GroupId, link.Id, link.ReleaseTypeName, link.TeamName, link.State }).ToListAsync(cancel);
        return rows.ToDictionary(row => row.GroupId, row => new LinkLabel(row.Id, $"{row.TeamName}, {row.ReleaseTypeName}", row.State));
    }

    public Task<Aged<IReadOnlyList<AppleApp>>> AppsAsync(Actor actor, KeyLabel key, bool refresh, CancellationToken cancel) =>
        reads.GetListAsync(Name(key, "apps"), refresh, inner => apple.ListAppsAsync(Use(actor, key, "list apps"), inner), cancel);

    public Task<Aged<IReadOnlyList<BetaGroup>>> AllGroupsAsync(Actor actor, KeyLabel key, bool refresh, CancellationToken cancel) =>
        reads.GetListAsync(Name(key, "groups"), refresh, inner => apple.ListAllGroupsAsync(Use(actor, key, "list groups of all apps"), inner), cancel);

    public Task<Aged<IReadOnlyList<Build>>> LiveBuildsAsync(Actor actor, KeyLabel key, bool refresh, CancellationToken cancel) =>
        reads.GetListAsync(Name(key, "builds"), refresh, inner => apple.ListLiveBuildsAsync(Use(actor, key, "list builds of all apps"), inner), cancel);

    public Task<Aged<IReadOnlyList<BetaGroup>>> GroupsAsync(Actor actor, KeyLabel key, string appId, bool refresh, CancellationToken cancel) =>
        reads.GetListAsync(Name(key, "groups", appId), refresh, inner => apple.ListGroupsAsync(Use(actor, key, "list groups"), appId, inner), cancel);

    public Task<Aged<IReadOnlyList<Build>>> BuildsAsync(Actor actor, KeyLabel key, string appId, bool refresh, CancellationToken cancel) =>
        reads.GetListAsync(Name(key, "builds", appId), refresh, inner => apple.ListBuildsAsync(Use(actor, key, "list builds"), appId, inner), cancel);

    public Task<Aged<IReadOnlyList<Build>>> GroupBuildsAsync(Actor actor, KeyLabel key, string groupId, bool refresh, CancellationToken cancel) =>
        reads.GetListAsync(Name(key, "group-builds", groupId), refresh, inner => apple.ListGroupBuildsAsync(Use(actor, key, "list builds of a group"), groupId, inner), cancel);

    public Task<Aged<IReadOnlyList<BetaTester>>> TestersAsync(Actor actor, KeyLabel key, string groupId, bool refresh, CancellationToken cancel) =>
        reads.GetListAsync(Name(key, "testers", groupId), refresh, inner => apple.ListGroupTestersAsync(Use(actor, key, "list testers of a group"), groupId, inner), cancel);

    public Task<Aged<BetaGroup?>> GroupAsync(Actor actor, KeyLabel key, string groupId, bool refresh, CancellationToken cancel) =>
        reads.GetAsync(Name(key, "group", groupId), refresh, async inner => (await apple.GetGroupAsync(Use(actor, key, "read a group"), groupId, inner), default(Problem)), cancel);

    public Task<Aged<Build?>> BuildAsync(Actor actor, KeyLabel key, string buildId, bool refresh, CancellationToken cancel) =>
        reads.GetAsync(Name(key, "build", buildId), refresh, async inner => (await apple.GetBuildAsync(Use(actor, key, "read a build"), buildId, inner), default(Problem)), cancel);

    /// <summary>What the first credential that knows it shows.</summary>
    /// <param name="first">The credential to ask before the others.</param>
    /// <exception cref="ProblemException">None knows it.</exception>
    public async Task<(Aged<T> Found, KeyLabel Key)> FindAsync<T>(Func<KeyLabel, Task<Aged<T?>>> read, CancellationToken cancel, Guid? first = null) where T : class
    {
        Problem? problem = null;
        foreach (var key in (await KeysAsync(cancel)).OrderByDescending(key => key.Id == first))
        {
            try
            {
                var found = await read(key);
                if (found.Value is not null) return (new(found.Value, found.ReadAt, found.Problem), key);
            }
            catch (ProblemException nothing)
            {
                problem ??= nothing.Problem;
            }
        }
        throw new ProblemException(problem ?? AppleProblems.NotFound);
    }

    private static string Name(KeyLabel key, params string[] parts) => $"apple/{key.Id:N}/{string.Join('/', parts)}";

    private static KeyUse Use(Actor actor, KeyLabel key, string what) => new(key.Id, actor, $"page: {what}");
}
