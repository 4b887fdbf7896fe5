using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.Data;

namespace Portal.Services.TestFlight.Releases;

public sealed partial class ReleaseService
{
    private const int Shown = 50;

    /// <summary>The builds seen in a link's group, newest first, with the releases they made; at most fifty.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<IReadOnlyList<BuildHistoryLine>> OfLinkAsync(Guid linkId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        return await LinesAsync(b => b.LinkId == linkId, r => r.LinkId == linkId, cancel);
    }

    /// <summary>The links whose groups have a build, with the releases it made.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<IReadOnlyList<BuildHistoryLine>> OfBuildAsync(string buildId, Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        return await LinesAsync(b => b.BuildId == buildId, r => r.BuildId == buildId, cancel);
    }

    /// <summary>Releases nobody knows the end of: what a person has to look at.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>.</exception>
    public async Task<IReadOnlyList<BuildHistoryLine>> OpenAsync(Actor actor, CancellationToken cancel = default)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        return await LinesAsync(b => false, r => r.State == ReleaseState.Unconfirmed || r.State == ReleaseState.Refused, cancel);
    }

    private async Task<IReadOnlyList<BuildHistoryLine>> LinesAsync(Expression<Func<SeenBuildRow, bool>> ofBuilds, Expression<Func<BuildReleaseRow, bool>> ofReleases, CancellationToken cancel)
    {
        await using var db = _database.Open();
        var seen = await db.SeenBuilds.AsNoTracking().Where(ofBuilds).OrderByDescending(b => b.SeenAt).ThenByDescending(b => b.UploadedAt).Take(Shown).ToListAsync(cancel);
        var releases = await db.BuildReleases.AsNoTracking().Where(ofReleases).OrderByDescending(r => r.AskedAt).Take(Shown).ToListAsync(cancel);
        var links = seen.Select(b => b.LinkId).Concat(releases.Select(r => r.LinkId)).Distinct().ToList();
        var titles = await db.Links.AsNoTracking().Where(l => links.Contains(l.Id)).Select(l => new { l.Id, l.TeamName, l.GroupName }).ToDictionaryAsync(l => l.Id, l => $"{l.TeamName} → {l.GroupName}", cancel);
        var byBuild = releases.ToDictionary(r => (r.LinkId, r.BuildId));
        var lines = seen.Select(b => new BuildHistoryLine(b.LinkId, titles.GetValueOrDefault(b.LinkId, ""), b.BuildId, b.Number, b.SeenAt, b.WhyNone, byBuild.Remove((b.LinkId, b.BuildId), out var release) ? ViewOf(release) : null)).ToList();
        // Asked for by hand, of a build the group does not have or was not seen with yet.
        lines.AddRange(byBuild.Values.Select(r => new BuildHistoryLine(r.LinkId, titles.GetValueOrDefault(r.LinkId, ""), r.BuildId, "", null, NoRelease.None, ViewOf(r))));
        return [.. lines.OrderByDescending(line => line.Release?.AskedAt ?? line.SeenAt).Take(Shown)];
    }
}
