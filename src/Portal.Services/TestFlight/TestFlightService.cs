using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.TestFlight;

/// <summary>
/// Apps, groups, builds and testers as Apple shows them to the portal's credentials: kept for ten minutes, with their age.
/// Reads demand <see cref="Permission.SeeTestFlight"/> and throw <see cref="ProblemException"/> when there is nothing to show.
/// </summary>
public sealed partial class TestFlightService
{
    private readonly AccessGuard _guard;
    private readonly AppleShelf _shelf;
    private readonly AppStoreConnectClient _apple;
    private readonly AuditLog _audit;
    private readonly Database _database;

    internal TestFlightService(AccessGuard guard, AppleShelf shelf, AppStoreConnectClient apple, AuditLog audit, Database database) =>
        (_guard, _shelf, _apple, _audit, _database) = (guard, shelf, apple, audit, database);

    /// <summary>Every app of every active credential; an app two of them see is one app.</summary>
    /// <param name="refresh">True: read anew, together with whoever asks at the same time.</param>
    public async Task<Aged<AppList>> AppsAsync(Actor actor, bool refresh, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var keys = await _shelf.KeysAsync(cancel);
        var sights = await Task.WhenAll(keys.Select(key => SightAsync(actor, key, refresh, cancel)));
        var seen = sights.Where(sight => sight.Apps is not null).ToList();
        if (seen.Count == 0 && sights.FirstOrDefault() is { } none) throw new ProblemException(none.Problem!);
        var lines = seen.SelectMany(sight => sight.Apps!.Select(app => (Sight: sight, App: app))).GroupBy(pair => pair.App.Id).Select(same =>
        {
            var (first, app) = same.First();
            var groups = first.Groups.Where(group => group.AppId == app.Id).ToList();
            return new AppLine(app, [.. same.Select(pair => pair.Sight.Key)], groups.Count,
                Sum(groups.Where(group => !group.IsInternal)), first.Builds.Where(build => build.AppId == app.Id).MaxBy(build => build.UploadedDate));
        });
        return new(new([.. lines.OrderBy(line => line.App.Name, StringComparer.OrdinalIgnoreCase)], keys.Count),
            seen.Select(sight => sight.ReadAt).DefaultIfEmpty(DateTimeOffset.MinValue).Min(), sights.Select(sight => sight.Problem).FirstOrDefault(problem => problem is not null));
    }

    /// <summary>One app with its groups and builds.</summary>
    /// <exception cref="ProblemException"><c>apple-not-found</c>: no credential sees it.</exception>
    public async Task<Aged<AppView>> AppAsync(Actor actor, string appId, bool refresh, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var (app, keys, appsAt) = await FindAppAsync(actor, appId, cancel);
        var groups = await _shelf.GroupsAsync(actor, keys[0], appId, refresh, cancel);
        var builds = await _shelf.BuildsAsync(actor, keys[0], appId, refresh, cancel);
        var links = await _shelf.LinksAsync([.. groups.Value.Select(group => group.Id)], cancel);
        var now = _shelf.Now;
        return new(new(app, keys,
            [.. groups.Value.OrderBy(group => group.IsInternal).ThenBy(group => group.Name, StringComparer.OrdinalIgnoreCase)
                .Select(group => new GroupLine(group, AutoBuild.Of(group, builds.Value), links.GetValueOrDefault(group.Id)))],
            [.. builds.Value.Select(build => new BuildLine(build, BuildReach.Of(build, groups.Value, now)))]),
            Oldest(groups.ReadAt, builds.ReadAt), groups.Problem ?? builds.Problem ?? appsAt.Problem);
    }

    /// <summary>One group with its builds.</summary>
    /// <exception cref="ProblemException"><c>apple-not-found</c>: no credential sees it.</exception>
    public async Task<Aged<GroupView>> GroupAsync(Actor actor, string groupId, bool refresh, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var (group, key) = await _shelf.FindAsync(inner => _shelf.GroupAsync(actor, inner, groupId, refresh, cancel), cancel);
        var (app, _, _) = await FindAppAsync(actor, group.Value.AppId, cancel);
        var own = await _shelf.GroupBuildsAsync(actor, key, groupId, refresh, cancel);
        var all = await _shelf.BuildsAsync(actor, key, app.Id, refresh, cancel);
        var links = await _shelf.LinksAsync([groupId], cancel);
        var now = _shelf.Now;
        // The group's own list is what Apple says about this group, whatever the build's side leaves out.
        var builds = own.Value.Select(build => build.GroupIds.Contains(groupId) ? build : build with { GroupIds = [.. build.GroupIds, groupId] })
            .Select(build => new BuildLine(build, BuildReach.Of(build, [group.Value], now)));
        return new(new(app, key, group.Value, AutoBuild.Of(group.Value, all.Value), links.GetValueOrDefault(groupId), [.. builds]),
            Oldest(group.ReadAt, own.ReadAt), group.Problem ?? own.Problem ?? all.Problem);
    }

    /// <summary>One build with everyone it reaches.</summary>
    /// <exception cref="ProblemException"><c>apple-not-found</c>: no credential sees it.</exception>
    public async Task<Aged<BuildView>> BuildAsync(Actor actor, string buildId, bool refresh, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var (build, key) = await _shelf.FindAsync(inner => _shelf.BuildAsync(actor, inner, buildId, refresh, cancel), cancel);
        var (app, _, _) = await FindAppAsync(actor, build.Value.AppId, cancel);
        var groups = await _shelf.GroupsAsync(actor, key, app.Id, refresh, cancel);
        return new(new(app, key, build.Value, BuildReach.Of(build.Value, groups.Value, _shelf.Now)), Oldest(build.ReadAt, groups.ReadAt), build.Problem ?? groups.Problem);
    }

    /// <summary>A piece of a group's testers in the order of their addresses; masked without <see cref="Permission.SeeAddresses"/>, and then searched as masked.</summary>
    /// <param name="state">Apple's word, or null for every state.</param>
    /// <param name="text">Part of an address or name, or null.</param>
    public async Task<Aged<TesterList>> GroupTestersAsync(Actor actor, string groupId, string? state, string? text, int skip, int take, bool refresh, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var (_, key) = await _shelf.FindAsync(inner => _shelf.GroupAsync(actor, inner, groupId, false, cancel), cancel);
        var testers = await _shelf.TestersAsync(actor, key, groupId, refresh, cancel);
        var shown = actor.May(Permission.SeeAddresses) ? testers.Value : [.. testers.Value.Select(Masked)];
        var matching = shown.Where(tester => (state is null || StateOf(tester) == state) && (string.IsNullOrWhiteSpace(text) || Holds(tester, text.Trim())))
            .OrderBy(tester => tester.Email is null).ThenBy(tester => tester.Email, StringComparer.OrdinalIgnoreCase).ThenBy(tester => tester.Id, StringComparer.Ordinal).ToList();
        var states = testers.Value.GroupBy(StateOf).Select(same => (same.Key, same.Count())).OrderBy(same => TesterStates.Known.ToList().IndexOf(same.Key));
        return new(new([.. matching.Skip(skip).Take(take)], matching.Count, testers.Value.Count, [.. states]), testers.ReadAt, testers.Problem);
    }

    private async Task<Sight> SightAsync(Actor actor, KeyLabel key, bool refresh, CancellationToken cancel)
    {
        try
        {
            var apps = await _shelf.AppsAsync(actor, key, refresh, cancel);
            var groups = await _shelf.AllGroupsAsync(actor, key, refresh, cancel);
            var builds = await _shelf.LiveBuildsAsync(actor, key, refresh, cancel);
            return new(key, apps.Value, groups.Value, builds.Value, Oldest(apps.ReadAt, groups.ReadAt, builds.ReadAt), apps.Problem ?? groups.Problem ?? builds.Problem);
        }
        catch (ProblemException nothing)
        {
            // One credential that shows nothing must not hide what the others show; its problem is shown beside.
            return new(key, null, [], [], default, nothing.Problem);
        }
    }

    private async Task<(AppleApp App, IReadOnlyList<KeyLabel> Keys, Aged<IReadOnlyList<AppleApp>> Apps)> FindAppAsync(Actor actor, string appId, CancellationToken cancel)
    {
        var keys = new List<KeyLabel>();
        AppleApp? app = null;
        Aged<IReadOnlyList<AppleApp>>? first = null;
        Problem? problem = null;
        foreach (var key in await _shelf.KeysAsync(cancel))
        {
            try
            {
                var apps = await _shelf.AppsAsync(actor, key, false, cancel);
                if (apps.Value.FirstOrDefault(one => one.Id == appId) is not { } found) continue;
                (app, first) = (app ?? found, first ?? apps);
                keys.Add(key);
            }
            catch (ProblemException nothing)
            {
                problem ??= nothing.Problem;
            }
        }
        return app is null ? throw new ProblemException(problem ?? AppleProblems.NotFound) : (app, keys, first!);
    }

    private static BetaTester Masked(BetaTester tester) => tester with { Email = tester.Email is null ? null : EmailAddress.Mask(tester.Email), FirstName = null, LastName = null };

    private static bool Holds(BetaTester tester, string text) =>
        $"{tester.Email} {tester.FirstName} {tester.LastName}".Contains(text, StringComparison.OrdinalIgnoreCase);

    private static string StateOf(BetaTester tester) => tester.State ?? "";

    private static int? Sum(IEnumerable<BetaGroup> groups) => groups.Aggregate((int?)0, (sum, group) => sum + group.TesterCount);

    private static DateTimeOffset Oldest(params DateTimeOffset[] times) => times.Min();

    private sealed record Sight(KeyLabel Key, IReadOnlyList<AppleApp>? Apps, IReadOnlyList<BetaGroup> Groups, IReadOnlyList<Build> Builds, DateTimeOffset ReadAt, Problem? Problem);
}
