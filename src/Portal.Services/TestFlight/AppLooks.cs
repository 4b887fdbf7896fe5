using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;
using Portal.Services.TestFlight.Releases;
using Portal.Services.TestFlight.Rules;

namespace Portal.Services.TestFlight;

/// <summary>
/// Looks at an app's builds where no cycle of a link would: for auto-build rules, for teams that come as a file, and when Apple
/// tells of something. One list of builds serves all groups of the app.
/// </summary>
internal sealed class AppLooks(Database database, AppStoreConnectClient apple, BuildWatch watch, AutoBuildRunner rules, TimeProvider time)
{
    /// <summary>How often an app is looked at that somebody wants looked at.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);
    private const int AtOnce = 50;

    /// <summary>Has the app looked at, by the caller's save.</summary>
    public static async Task WantAsync(PortalDbContext db, string appId, Guid credentialId, DateTimeOffset now, CancellationToken cancel)
    {
        var row = await db.AppLooks.SingleOrDefaultAsync(l => l.AppId == appId, cancel);
        if (row is null) db.AppLooks.Add(row = new AppLookRow { AppId = appId });
        (row.CredentialId, row.NextAt) = (credentialId, now);
    }

    public async Task LookDueAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await using var db = database.Open();
        var due = await db.AppLooks.AsNoTracking().Where(l => l.NextAt <= now).OrderBy(l => l.NextAt).Take(AtOnce).ToListAsync(cancel);
        foreach (var look in due)
        {
            var next = now + Every;
            // One of several machines looks; what was asked for meanwhile is not lost, for it moves NextAt again.
            var mine = await db.AppLooks.Where(l => l.AppId == look.AppId && l.NextAt == look.NextAt).ExecuteUpdateAsync(set => set.SetProperty(l => l.NextAt, next), cancel);
            if (mine == 1) await LookAsync(look, next, cancel);
        }
    }

    private async Task LookAsync(AppLookRow look, DateTimeOffset next, CancellationToken cancel)
    {
        await using var db = database.Open();
        var links = await db.Links.AsNoTracking().Where(l => l.AppId == look.AppId && l.State != LinkState.Retired && l.GroupId != "").ToListAsync(cancel);
        var withRules = await db.AutoBuildRules.AsNoTracking().Where(r => r.AppId == look.AppId && r.Enabled).ToListAsync(cancel);
        var credential = withRules.FirstOrDefault()?.CredentialId ?? links.FirstOrDefault()?.CredentialId ?? look.CredentialId;
        Problem? problem = null;
        if (links.Count + withRules.Count > 0)
        {
            try
            {
                var read = await apple.ListBuildsAsync(new KeyUse(credential, Actor.Schedule, "builds: look for new ones"), look.AppId, cancel);
                problem = read.Complete ? null : read.Because;
                foreach (var link in links) await watch.SeeAsync(link, InGroup(read.Items, link.GroupId), read.Complete, cancel);
                if (read.Complete) foreach (var rule in withRules) await rules.ApplyAsync(rule, read.Items, cancel);
            }
            catch (AppleException failed)
            {
                problem = failed.Problem;
            }
            catch (ProblemException failed)
            {
                problem = failed.Problem;
            }
        }
        var goesOn = withRules.Count > 0 || await IsWatchedByItselfAsync(db, links, cancel);
        var lookedAt = time.GetUtcNow();
        await db.AppLooks.Where(l => l.AppId == look.AppId).ExecuteUpdateAsync(set => set.SetProperty(l => l.LookedAt, lookedAt)
            .SetProperty(l => l.ProblemCode, problem == null ? null : problem.Code).SetProperty(l => l.ProblemSentence, problem == null ? null : problem.Sentence), CancellationToken.None);
        // A look that something passing stood in the way of is tried again; one that nobody wants any more is not.
        if (!goesOn && problem is not { Turn: Turn.Nobody }) await db.AppLooks.Where(l => l.AppId == look.AppId && l.NextAt == next).ExecuteUpdateAsync(set => set.SetProperty(l => l.NextAt, (DateTimeOffset?)null), CancellationToken.None);
    }

    private static List<Build> InGroup(IReadOnlyList<Build> builds, string groupId) => [.. builds.Where(build => build.GroupIds.Contains(groupId))];

    private static async Task<bool> IsWatchedByItselfAsync(PortalDbContext db, IReadOnlyList<SyncLinkRow> links, CancellationToken cancel)
    {
        var files = links.Where(l => l.Policy.Every is null).Select(l => l.Id).ToList();
        return files.Count > 0 && await db.BuildMonitors.AnyAsync(m => files.Contains(m.LinkId) && m.Mode != ReleaseMode.Off, cancel);
    }
}
