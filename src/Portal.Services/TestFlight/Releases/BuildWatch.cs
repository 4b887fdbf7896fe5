using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.TestFlight.Releases;

/// <summary>Compares a linked group's builds with what was seen there before; a build that is news makes a release by the link's policy. Asks Apple nothing.</summary>
internal sealed class BuildWatch(Database database, AuditLog audit, BuildNudge nudge, TimeProvider time)
{
    private const int MostTries = 3;

    /// <param name="all">Whether these are all builds of the group.</param>
    public async Task SeeAsync(SyncLinkRow link, IReadOnlyList<Build> builds, bool all, CancellationToken cancel)
    {
        // A group that was not among the probe's shows no builds; that says nothing about them.
        if (!all && builds.Count == 0) return;
        var mark = MarkOf(builds, all);
        for (var tries = 1; ; tries++)
        {
            try
            {
                if (await TryAsync(link, builds, all, mark, cancel)) nudge.Tell();
                return;
            }
            catch (DbUpdateException collision) when (tries < MostTries && (collision is DbUpdateConcurrencyException || Database.IsUniqueViolation(collision)))
            {
                // Another look was quicker: what it wrote is there now.
            }
        }
    }

    /// <returns>Whether there is a release to make.</returns>
    private async Task<bool> TryAsync(SyncLinkRow link, IReadOnlyList<Build> builds, bool all, string mark, CancellationToken cancel)
    {
        await using var db = database.Open();
        var monitor = await db.BuildMonitors.SingleOrDefaultAsync(m => m.LinkId == link.Id, cancel);
        var now = time.GetUtcNow();
        var until = GroupLife.Until(builds, all, monitor?.BuildsUntil, now);
        if (monitor is { FirstLookAt: not null } && monitor.Mark == mark && monitor.BuildsUntil == until) return false;
        if (monitor is null) db.BuildMonitors.Add(monitor = new BuildMonitorRow { LinkId = link.Id });
        var state = await db.Links.Where(l => l.Id == link.Id).Select(l => l.State).SingleAsync(cancel);
        var policy = new ReleasePolicy(monitor.Mode, state is LinkState.Paused or LinkState.Draft or LinkState.Retired, monitor.FirstLookAt is null);
        var seen = await db.SeenBuilds.AsNoTracking().Where(b => b.LinkId == link.Id).Select(b => new { b.BuildId, b.UploadedAt }).ToListAsync(cancel);
        var released = await db.BuildReleases.AsNoTracking().Where(r => r.LinkId == link.Id).Select(r => r.BuildId).ToListAsync(cancel);
        var wanted = false;
        foreach (var build in BuildNews.Of(builds, seen.Select(b => b.BuildId).ToHashSet(StringComparer.Ordinal), all, seen.Max(b => b.UploadedAt)))
        {
            var why = released.Contains(build.Id) ? NoRelease.None : BuildNews.WhyNone(build, policy, now);
            db.SeenBuilds.Add(new SeenBuildRow { LinkId = link.Id, BuildId = build.Id, Number = build.Number, UploadedAt = build.UploadedDate, SeenAt = now, WhyNone = why });
            if (why is not NoRelease.None || released.Contains(build.Id)) continue;
            wanted = true;
            var release = NewRelease(link, build, monitor.Mode, now);
            db.BuildReleases.Add(release);
            audit.Append(db, EventOf(AuditCodes.ReleaseWanted, Actor.Schedule, link, release));
        }
        (monitor.Mark, monitor.BuildsUntil, monitor.FirstLookAt) = (mark, until, monitor.FirstLookAt ?? now);
        await db.SaveChangesAsync(cancel);
        return wanted;
    }

    public static BuildReleaseRow NewRelease(SyncLinkRow link, Build build, ReleaseMode mode, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(), LinkId = link.Id, GroupId = link.GroupId, BuildId = build.Id, Mode = mode, State = ReleaseState.Wanted, AskedAt = now,
        Title = build.Version.Length == 0 ? $"{link.AppName} ({build.Number})" : ReleaseText.Of(link.AppName, build, null).Title,
    };

    public static AuditEntry EventOf(AuditCode code, Actor actor, SyncLinkRow link, BuildReleaseRow release) => new(code, actor, "build", release.BuildId)
    {
        LinkId = link.Id, CredentialId = link.ConnectionId,
        Facts = new Dictionary<string, object?>
        {
            ["release"] = release.Id, ["project"] = link.ProjectKey, ["releaseType"] = link.ReleaseTypeKey, ["mode"] = release.Mode.ToString(), ["attempt"] = release.Attempts, ["problem"] = release.ProblemCode,
        },
    };

    private static string MarkOf(IReadOnlyList<Build> builds, bool all) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join(' ', builds.Select(b => $"{b.Id}:{b.ProcessingState}").Order(StringComparer.Ordinal)) + (all ? "" : " …"))))[..32];
}
