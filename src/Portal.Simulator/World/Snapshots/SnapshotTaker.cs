using Portal.Simulator.AppStoreConnect;
using Portal.Simulator.Centercode;

namespace Portal.Simulator;

/// <summary>World to file. Caller holds the world's gate.</summary>
internal static class SnapshotTaker
{
    public static WorldSnapshot Take(World world) => new()
    {
        ClockOffset = world.Time is VirtualClock clock ? clock.Offset : TimeSpan.Zero,
        IssuerId = world.IssuerId,
        Keys = [.. world.Keys.All.Select(Saved)],
        Apps = [.. world.Apps.Values.Select(Saved)],
        Users = [.. world.Users.Select(user => new SavedUser(user.Id, user.Username, user.FirstName, user.LastName, user.Roles))],
        Community = Saved(world.Community),
        Outbox = world.Outbox,
    };

    private static SavedKey Saved(TeamKey key) => new(
        key.KeyId, key.Name, key.Role, key.Created, key.LastUsed, key.Revoked, Convert.ToBase64String(key.PublicKey.ExportSubjectPublicKeyInfo()), [.. key.Calls.Hour], key.IsIndividual);

    private static SavedApp Saved(App app) => new(app.Id, app.Name, app.BundleId,
        [.. app.Versions.Values.Select(version => new SavedVersion(version.Id, version.Version, version.Platform))],
        [.. app.Testers.Values.Select(t => new SavedTester(t.Id, t.Email, t.FirstName, t.LastName, t.Created, t.InviteType, t.State, t.TeamMember))],
        [.. app.Builds.Values.Select(Saved)],
        [.. app.Groups.Values.Select(Saved)]);

    private static SavedBuild Saved(Build build) => new(build.Id, build.PreRelease.Id, build.Number, build.Uploaded)
    {
        ExpiredByHand = build.ExpiredByHand, ProcessingState = build.ProcessingState, Audience = build.Audience, UsesNonExemptEncryption = build.UsesNonExemptEncryption,
        AutoNotify = build.AutoNotify, InternalState = build.InternalState, ExternalState = build.ExternalState, ReviewState = build.ReviewState, Submitted = build.Submitted,
        ReviewOutcome = build.ReviewOutcome, NextAt = build.Next?.At, NextState = build.Next?.State,
        Individuals = [.. build.Individuals.Keys],
    };

    private static SavedGroup Saved(BetaGroup group) => new(group.Id, group.Name, group.IsInternal, group.HasAccessToAllBuilds, group.Created)
    {
        PublicLinkEnabled = group.PublicLinkEnabled, PublicLinkId = group.PublicLinkId, PublicLinkLimitEnabled = group.PublicLinkLimitEnabled, PublicLinkLimit = group.PublicLinkLimit,
        FeedbackEnabled = group.FeedbackEnabled, SiliconMac = group.SiliconMac, Vision = group.Vision,
        Builds = [.. group.Builds.Keys], Members = [.. group.Testers.Keys.Select(id => new SavedMembership(id, group.Joined[id]))],
    };

    private static SavedCommunity Saved(Community community) => new(community.ApiKey, community.NextUserId,
        [.. community.Teams.Values.Select(team => new SavedTeam(team.Key, team.Name, [.. team.Members.Values]))],
        [.. community.Projects.Values], [.. community.Packages.Values], [.. community.Releases]);
}
