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
    /// <summary>The app's builds as a group may be given them, newest first; what cannot be given says why.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>apple-not-found</c>.</exception>
    public async Task<IReadOnlyList<BuildChoice>> BuildChoicesAsync(Actor actor, string groupId, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var (group, key) = await FindAsync(actor, inner => _shelf.GroupAsync(actor, inner, groupId, false, cancel), cancel);
        var own = (await _shelf.GroupBuildsAsync(actor, key, groupId, false, cancel)).Value.Select(build => build.Id).ToHashSet(StringComparer.Ordinal);
        var all = await _shelf.BuildsAsync(actor, key, group.Value.AppId, false, cancel);
        return [.. all.Value.Where(build => !build.IsExpired(_shelf.Now)).OrderByDescending(build => build.UploadedDate)
            .Select(build => new BuildChoice(build, own.Contains(build.Id), own.Contains(build.Id) ? null : BuildAssignment.Refusal(build, group.Value, _shelf.Now)))];
    }

    /// <summary>Gives a build to a group and reads the group back. Recorded, whatever comes of it.</summary>
    /// <exception cref="ProblemException">
    /// <c>access-refused</c>, <c>apple-not-found</c>, <c>group-gets-all-builds</c>, <c>build-not-ready</c>, <c>build-expired</c>,
    /// <c>assign-unconfirmed</c>, or Apple's refusal.
    /// </exception>
    public async Task<BuildAssigned> AssignBuildAsync(Actor actor, string groupId, string buildId, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var (link, credential) = await HolderAsync(groupId, cancel);
        var (found, key) = await FindAsync(actor, inner => _shelf.GroupAsync(actor, inner, groupId, true, cancel), cancel, first: credential);
        var group = found.Value;
        var build = (await _shelf.BuildAsync(actor, key, buildId, true, cancel)).Value;
        if (build is null || build.AppId != group.AppId) throw new ProblemException(AppleProblems.NotFound);
        if (await IsInAsync(actor, key, groupId, buildId, cancel) is true) return new(build, Confirmed: true, WasIn: true);
        if (BuildAssignment.Refusal(build, group, _shelf.Now) is { } refusal) throw new ProblemException(refusal);

        var problem = await GiveAsync(new KeyUse(key.Id, actor, "page: assign a build") { AppId = group.AppId, GroupId = groupId }, group, build);
        // From here on nothing is cancelled with the page: Apple was asked, so the record says what came of it.
        var isIn = await IsInAsync(actor, key, groupId, buildId, CancellationToken.None) is true;
        if (isIn) problem = null;
        await RecordAsync(new AuditEntry(problem is null ? AuditCodes.BuildAssigned : AuditCodes.BuildAssignFailed, actor, "group", groupId)
        {
            LinkId = link, CredentialId = key.Id,
            Facts = new Dictionary<string, object?> { ["app"] = group.AppId, ["build"] = build.Id, ["number"] = $"{build.Version} ({build.Number})", ["confirmed"] = isIn, ["problem"] = problem?.Code },
        });
        return problem is null ? new(build, isIn, WasIn: false) : throw new ProblemException(problem);
    }

    /// <returns>Why it was not done, or may not have been; null when Apple took it.</returns>
    private async Task<Problem?> GiveAsync(KeyUse use, BetaGroup group, Build build)
    {
        try
        {
            await _apple.AssignBuildAsync(use, group.Id, build.Id, CancellationToken.None);
            return null;
        }
        catch (AppleException refusal)
        {
            return refusal.MayHaveCommitted ? TestFlightProblems.AssignUnconfirmed
                : refusal.Status is not 422 ? refusal.Problem
                : group.IsInternal && group.HasAccessToAllBuilds is not false ? TestFlightProblems.GroupGetsAllBuilds : TestFlightProblems.BuildRefused(build.Version, build.Number);
        }
    }

    /// <returns>Null when it could not be read.</returns>
    private async Task<bool?> IsInAsync(Actor actor, KeyLabel key, string groupId, string buildId, CancellationToken cancel)
    {
        try
        {
            var builds = await _shelf.GroupBuildsAsync(actor, key, groupId, true, cancel);
            return builds.Problem is null ? builds.Value.Any(build => build.Id == buildId) : null;
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
