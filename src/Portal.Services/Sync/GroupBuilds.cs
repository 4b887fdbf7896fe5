using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Mirror;

namespace Portal.Services.Sync;

/// <summary>Whether a group has a build that can be tested. Asked only while somebody in it waits for an invitation.</summary>
internal sealed class GroupBuilds(AppStoreConnectClient apple, TesterMirror mirror, TimeProvider time)
{
    // Review is not among what the probe shows: a build is approved without a sign of it there.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(15);

    /// <exception cref="AppleException">Apple refused or did not answer.</exception>
    public async Task<bool> HasTestableAsync(GroupReading reading, CancellationToken cancel)
    {
        var (now, probed, groupId) = (time.GetUtcNow(), reading.Probed, reading.Link.GroupId);
        if (probed.AllBuilds && probed.Builds.All(b => b.Expired || b.ExpirationDate <= now)) return false;
        var mark = probed.BuildsMark;
        var kept = (await mirror.GroupsAsync(reading.Place, cancel)).GetValueOrDefault(groupId);
        if (probed.AllBuilds && kept is not null && kept.BuildsMark == mark && now - kept.BuildsAt < LookAgain) return kept.HasTestableBuild;
        var read = await apple.ListGroupBuildsAsync(reading.For("read builds"), groupId, cancel);
        // A list cut short may have lost the one build there is to test: nobody would be invited, and the run would call that done.
        if (!read.Complete) throw new AppleException(read.Because ?? SyncProblems.ShortRead("The group's list of builds"), FailureReach.Passing);
        var hasTestable = read.Items.Any(build => build.IsTestable(isInternal: false, now));
        await mirror.LearnBuildsAsync(reading.Place, groupId, mark, hasTestable, cancel);
        return hasTestable;
    }
}
