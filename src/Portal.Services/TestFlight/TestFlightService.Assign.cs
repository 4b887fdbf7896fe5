using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;

namespace Portal.Services.TestFlight;

public sealed partial class TestFlightService
{
    /// <summary>Assignments one act may change.</summary>
    public const int MostAssignments = 50;

    /// <summary>The app's builds as a group may be given them, newest first; what cannot be given says why.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>apple-not-found</c>.</exception>
    public async Task<IReadOnlyList<BuildChoice>> BuildChoicesAsync(Actor actor, string groupId, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var (group, key) = await _shelf.FindAsync(inner => _shelf.GroupAsync(actor, inner, groupId, false, cancel), cancel);
        var own = (await _shelf.GroupBuildsAsync(actor, key, groupId, false, cancel)).Value.Select(build => build.Id).ToHashSet(StringComparer.Ordinal);
        var all = await _shelf.BuildsAsync(actor, key, group.Value.AppId, false, cancel);
        return [.. all.Value.Where(build => !build.IsExpired(_shelf.Now)).OrderByDescending(build => build.UploadedDate)
            .Select(build => new BuildChoice(build, own.Contains(build.Id), own.Contains(build.Id) ? null : BuildAssignment.Refusal(build, group.Value, _shelf.Now)))];
    }

    /// <summary>The app's groups as they may be given a build, external ones first; what cannot be given says why.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>apple-not-found</c>.</exception>
    public async Task<IReadOnlyList<GroupForBuild>> GroupsForBuildAsync(Actor actor, string buildId, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var (build, key) = await _shelf.FindAsync(inner => _shelf.BuildAsync(actor, inner, buildId, false, cancel), cancel);
        var groups = await _shelf.GroupsAsync(actor, key, build.Value.AppId, false, cancel);
        return [.. groups.Value.OrderBy(group => group.IsInternal).ThenBy(group => group.Name, StringComparer.OrdinalIgnoreCase).Select(group =>
        {
            var isIn = build.Value.GroupIds.Contains(group.Id);
            return new GroupForBuild(group, isIn, isIn ? null : BuildAssignment.Refusal(build.Value, group, _shelf.Now));
        })];
    }

    /// <summary>Gives a build to a group and reads the group back. Recorded, whatever comes of it.</summary>
    /// <exception cref="ProblemException">
    /// <c>access-refused</c>, <c>apple-not-found</c>, <c>group-gets-all-builds</c>, <c>build-not-ready</c>, <c>build-expired</c>,
    /// <c>assign-unconfirmed</c>, or Apple's refusal.
    /// </exception>
    public async Task<BuildAssigned> AssignBuildAsync(Actor actor, string groupId, string buildId, CancellationToken cancel)
    {
        var done = (await ChangeAssignmentsAsync(actor, new(Give: true, [groupId], [buildId]), cancel))[0];
        return done.Problem is { } problem ? throw new ProblemException(problem) : new(done.Build!, done.Outcome is not AssignmentOutcome.Pending, done.Outcome is AssignmentOutcome.Already);
    }

    /// <summary>Gives builds to groups or takes them away, each pair with its own outcome: one that fails stops no other. Recorded, whatever comes of it.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>build-choice-missing</c>, <c>build-choice-many</c>.</exception>
    public async Task<IReadOnlyList<AssignmentDone>> ChangeAssignmentsAsync(Actor actor, AssignmentChange change, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var (groups, builds) = (change.GroupIds.Distinct(StringComparer.Ordinal).ToList(), change.BuildIds.Distinct(StringComparer.Ordinal).ToList());
        if (groups.Count == 0 || builds.Count == 0) throw new ProblemException(TestFlightProblems.NothingChosen);
        if (groups.Count * builds.Count > MostAssignments) throw new ProblemException(TestFlightProblems.TooManyChosen(MostAssignments));
        var done = new List<AssignmentDone>();
        foreach (var group in groups) done.AddRange(await ChangeGroupAsync(actor, group, builds, change.Give, cancel));
        return done;
    }

    private async Task<IReadOnlyList<AssignmentDone>> ChangeGroupAsync(Actor actor, string groupId, IReadOnlyList<string> buildIds, bool give, CancellationToken cancel)
    {
        try
        {
            var (link, credential) = await HolderAsync(groupId, cancel);
            var (found, key) = await _shelf.FindAsync(inner => _shelf.GroupAsync(actor, inner, groupId, true, cancel), cancel, first: credential);
            var group = found.Value;
            var before = await InAsync(actor, key, groupId, cancel);
            var work = new List<AssignmentDone>();
            foreach (var id in buildIds) work.Add(await AskAsync(actor, key, group, id, before, give, cancel));
            return await ReadBackAsync(actor, key, group, link, work, give);
        }
        catch (ProblemException nothing)
        {
            return [.. buildIds.Select(id => new AssignmentDone(groupId, null, id, null, AssignmentOutcome.Refused, nothing.Problem))];
        }
    }

    /// <summary>Asks Apple for one pair, unless it is so already or cannot be. Sent is <see cref="AssignmentOutcome.Pending"/> until it is read back.</summary>
    private async Task<AssignmentDone> AskAsync(Actor actor, KeyLabel key, BetaGroup group, string buildId, IReadOnlySet<string>? before, bool give, CancellationToken cancel)
    {
        var build = await BuildOrNullAsync(actor, key, buildId, cancel);
        if (build is null || build.AppId != group.AppId) return new(group.Id, group.Name, buildId, null, AssignmentOutcome.Refused, AppleProblems.NotFound);
        var done = new AssignmentDone(group.Id, group.Name, buildId, build, AssignmentOutcome.Pending, null);
        if (before?.Contains(buildId) == give) return done with { Outcome = AssignmentOutcome.Already };
        var refusal = give ? BuildAssignment.Refusal(build, group, _shelf.Now) : group.HasAccessToAllBuilds is true ? TestFlightProblems.GroupGetsAllBuilds : null;
        if (refusal is not null) return done with { Outcome = AssignmentOutcome.Refused, Problem = refusal };
        var use = new KeyUse(key.Id, actor, give ? "page: assign a build" : "page: unassign a build") { AppId = group.AppId, GroupId = group.Id };
        try
        {
            // Not cancelled with the page: once Apple is asked, the answer is kept.
            await (give ? _apple.AssignBuildAsync(use, group.Id, buildId, CancellationToken.None) : _apple.UnassignBuildAsync(use, group.Id, buildId, CancellationToken.None));
            return done with { Asked = true };
        }
        catch (AppleException refused)
        {
            return done with { Asked = true, Outcome = AssignmentOutcome.Refused, Problem = Why(refused, group, build, give) };
        }
    }

    private static Problem Why(AppleException refused, BetaGroup group, Build build, bool give) =>
        refused.MayHaveCommitted ? give ? TestFlightProblems.AssignUnconfirmed : TestFlightProblems.UnassignUnconfirmed
        : refused.Status is not 422 ? refused.Problem
        : group.IsInternal && group.HasAccessToAllBuilds is not false ? TestFlightProblems.GroupGetsAllBuilds : TestFlightProblems.BuildRefused(build.Version, build.Number);

    /// <summary>What a fresh read shows decides, whatever Apple answered; then each pair that was asked for is recorded.</summary>
    private async Task<IReadOnlyList<AssignmentDone>> ReadBackAsync(Actor actor, KeyLabel key, BetaGroup group, Guid? link, IReadOnlyList<AssignmentDone> work, bool give)
    {
        if (!work.Any(done => done.Asked)) return work;
        var after = await InAsync(actor, key, group.Id, CancellationToken.None);
        IReadOnlyList<AssignmentDone> seen = [.. work.Select(done => done.Asked && after?.Contains(done.BuildId) == give ? done with { Outcome = AssignmentOutcome.Confirmed, Problem = null } : done)];
        await using var db = _database.Open();
        foreach (var done in seen.Where(done => done.Asked))
        {
            var code = (give, done.Problem) switch { (true, null) => AuditCodes.BuildAssigned, (true, _) => AuditCodes.BuildAssignFailed, (false, null) => AuditCodes.BuildUnassigned, _ => AuditCodes.BuildUnassignFailed };
            _audit.Append(db, new AuditEntry(code, actor, "group", group.Id)
            {
                LinkId = link, CredentialId = key.Id,
                Facts = new Dictionary<string, object?>
                {
                    ["app"] = group.AppId, ["build"] = done.BuildId, ["number"] = $"{done.Build!.Version} ({done.Build.Number})", ["testers"] = group.TesterCount,
                    ["confirmed"] = done.Outcome is AssignmentOutcome.Confirmed, ["problem"] = done.Problem?.Code,
                },
            });
        }
        await db.SaveChangesAsync();
        return seen;
    }

    private async Task<Build?> BuildOrNullAsync(Actor actor, KeyLabel key, string buildId, CancellationToken cancel)
    {
        try
        {
            return (await _shelf.BuildAsync(actor, key, buildId, true, cancel)).Value;
        }
        catch (ProblemException)
        {
            return null;
        }
    }

    /// <returns>Ids of the builds the group has; null when they could not be read.</returns>
    private async Task<IReadOnlySet<string>?> InAsync(Actor actor, KeyLabel key, string groupId, CancellationToken cancel)
    {
        try
        {
            var builds = await _shelf.GroupBuildsAsync(actor, key, groupId, true, cancel);
            return builds.Problem is null ? builds.Value.Select(build => build.Id).ToHashSet(StringComparer.Ordinal) : null;
        }
        catch (ProblemException)
        {
            return null;
        }
    }

    /// <summary>The link that holds the group: its key is the one that may write there.</summary>
    private async Task<(Guid? Link, Guid? Credential)> HolderAsync(string groupId, CancellationToken cancel)
    {
        await using var db = _database.Open();
        var holder = await db.Links.AsNoTracking().Where(link => link.GroupId == groupId && link.State != LinkState.Retired).Select(link => new { link.Id, link.CredentialId }).SingleOrDefaultAsync(cancel);
        return (holder?.Id, holder?.CredentialId);
    }

    private async Task RecordAsync(AuditEntry entry)
    {
        await using var db = _database.Open();
        _audit.Append(db, entry);
        await db.SaveChangesAsync();
    }
}
