using System.Security.Cryptography;
using Portal.Simulator.AppStoreConnect;
using Portal.Simulator.Centercode;

namespace Portal.Simulator;

/// <summary>File to world; the world is empty before. No rule of TestFlight runs: nobody is invited by being read back. Caller holds the world's gate.</summary>
internal static class SnapshotPlanter
{
    public static void Plant(World world, WorldSnapshot saved)
    {
        world.Keys.Restore(saved.IssuerId, saved.Keys.Select(Key));
        foreach (var app in saved.Apps)
        {
            Plant(world, app);
        }
        world.Users.AddRange(saved.Users.Select(user => new User(user.Id, user.Username, user.FirstName, user.LastName, user.Roles)));
    }

    public static Community Community(SavedCommunity saved)
    {
        var community = new Community { ApiKey = saved.ApiKey, NextUserId = saved.NextUserId };
        foreach (var team in saved.Teams)
        {
            var restored = new Team(team.Key, team.Name);
            foreach (var member in team.Members)
            {
                restored.Members.Add(member.UserId, member);
            }
            community.Teams.Add(team.Key, restored);
        }
        foreach (var project in saved.Projects)
        {
            community.Projects.Add(project.Key, project);
        }
        foreach (var package in saved.Packages)
        {
            community.Packages.Add(package.Name, package);
        }
        community.Releases.AddRange(saved.Releases);
        return community;
    }

    private static TeamKey Key(SavedKey saved)
    {
        var half = ECDsa.Create();
        half.ImportSubjectPublicKeyInfo(Convert.FromBase64String(saved.PublicKey), out _);
        var key = new TeamKey(saved.KeyId, saved.Name, saved.Role, saved.Created) { PublicKey = half, LastUsed = saved.LastUsed, Revoked = saved.Revoked, IsIndividual = saved.Individual };
        foreach (var call in saved.Calls)
        {
            key.Calls.Add(call);
        }
        return key;
    }

    private static void Plant(World world, SavedApp saved)
    {
        var app = new App(saved.Id, saved.Name, saved.BundleId);
        world.Apps.Add(app.Id, app);
        foreach (var version in saved.Versions)
        {
            var restored = new PreReleaseVersion(version.Id, app, version.Version, version.Platform);
            app.Versions.Add(restored.Id, restored);
            world.Versions.Add(restored.Id, restored);
        }
        foreach (var tester in saved.Testers)
        {
            Plant(world, app, tester);
        }
        foreach (var build in saved.Builds)
        {
            Plant(world, app, build);
        }
        foreach (var group in saved.Groups)
        {
            Plant(world, app, group);
        }
    }

    private static void Plant(World world, App app, SavedTester saved)
    {
        var tester = new BetaTester(saved.Id, app, saved.Email, saved.FirstName, saved.LastName)
        {
            Created = saved.Created, InviteType = saved.InviteType, State = saved.State, TeamMember = saved.TeamMember,
        };
        app.Testers.Add(tester.Id, tester);
        world.Testers.Add(tester.Id, tester);
        if (tester.Email is not null)
        {
            app.TestersByEmail.Add(tester.Email, tester);
        }
    }

    private static void Plant(World world, App app, SavedBuild saved)
    {
        var version = app.Versions[saved.VersionId];
        var build = new Build(saved.Id, version, saved.Number, saved.Uploaded)
        {
            ExpiredByHand = saved.ExpiredByHand, ProcessingState = saved.ProcessingState, Audience = saved.Audience, UsesNonExemptEncryption = saved.UsesNonExemptEncryption,
            AutoNotify = saved.AutoNotify, InternalState = saved.InternalState, ExternalState = saved.ExternalState, ReviewState = saved.ReviewState, Submitted = saved.Submitted,
            ReviewOutcome = saved.ReviewOutcome, Next = saved.NextAt is { } at ? new(at, saved.NextState) : null,
        };
        version.Builds.Add(build.Id, build);
        app.Builds.Add(build.Id, build);
        world.Builds.Add(build.Id, build);
        foreach (var tester in saved.Individuals.Select(id => app.Testers[id]))
        {
            build.Individuals.Add(tester.Id, tester);
            tester.Builds.Add(build.Id, build);
        }
    }

    private static void Plant(World world, App app, SavedGroup saved)
    {
        var group = new BetaGroup(saved.Id, app, saved.Name, saved.IsInternal, saved.HasAccessToAllBuilds, saved.Created)
        {
            PublicLinkEnabled = saved.PublicLinkEnabled, PublicLinkId = saved.PublicLinkId, PublicLinkLimitEnabled = saved.PublicLinkLimitEnabled, PublicLinkLimit = saved.PublicLinkLimit,
            FeedbackEnabled = saved.FeedbackEnabled, SiliconMac = saved.SiliconMac, Vision = saved.Vision,
        };
        app.Groups.Add(group.Id, group);
        world.Groups.Add(group.Id, group);
        foreach (var build in saved.Builds.Select(id => app.Builds[id]))
        {
            group.Builds.Add(build.Id, build);
            build.Groups.Add(group.Id, group);
        }
        foreach (var (id, joined) in saved.Members)
        {
            var tester = app.Testers[id];
            group.Testers.Add(id, tester);
            group.Joined[id] = joined;
            tester.Groups.Add(group.Id, group);
        }
    }
}
