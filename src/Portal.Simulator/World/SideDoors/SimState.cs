using Portal.Simulator.AppStoreConnect;

namespace Portal.Simulator;

/// <summary>What there is, by id and name.</summary>
internal static class SimState
{
    public static object Read(World world)
    {
        lock (world.Gate)
        {
            return new
            {
                now = world.Now,
                issuerId = world.IssuerId,
                counts = new
                {
                    apps = world.Apps.Count, groups = world.Groups.Count, builds = world.Builds.Count, testers = world.Testers.Count,
                    keys = world.Keys.All.Count(), teams = world.Community.Teams.Count, mails = world.Outbox.Count, calls = world.Ledger.Entries.Count,
                },
                keys = world.Keys.All.Select(k => new { k.KeyId, k.Name, k.Role, k.IsIndividual, k.Created, k.LastUsed, k.Revoked, downloadable = k.CanBeDownloaded }).ToList(),
                apps = world.Apps.Values.Select(App).ToList(),
                teams = world.Community.Teams.Values.Select(t => new { t.Key, t.Name, members = t.Members.Count }).ToList(),
                projects = world.Community.Projects.Values.ToList(),
            };
        }

        object App(App app) => new
        {
            app.Id, app.Name, app.BundleId,
            groups = app.Groups.Values.Select(g => new
            {
                g.Id, g.Name, g.IsInternal, g.HasAccessToAllBuilds, members = g.Testers.Count, builds = g.Builds.Count, testable = world.TestFlight.HasTestableBuild(g),
            }).ToList(),
            builds = app.Builds.Values.Select(b => new
            {
                b.Id, version = b.PreRelease.Version, b.Number, internalState = b.InternalStateAt(world.Now), externalState = b.ExternalStateAt(world.Now), b.Expires,
            }).ToList(),
        };
    }
}
