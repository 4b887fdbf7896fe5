using Portal.Domain;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>
/// Apple's API in the portal's records. Reads come as <see cref="Reading{T}"/>: what could not be read to its end says so
/// (invariant 13); anything else that fails throws <see cref="AppleException"/>. Every request is a recorded key use.
/// </summary>
internal sealed class AppStoreConnectClient
{
    /// <summary>Two harmless reads that show what a key may (invariant 26).</summary>
    public Task<KeyProbe> ProbeAsync(KeyUse use, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Every app the key sees.</summary>
    public Task<Reading<AppleApp>> ListAppsAsync(KeyUse use, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The app's groups with their tester counts.</summary>
    public Task<Reading<BetaGroup>> ListGroupsAsync(KeyUse use, string appId, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>One group, or null when Apple knows no such group.</summary>
    public Task<BetaGroup?> GetGroupAsync(KeyUse use, string groupId, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The app's builds with states, groups and individual testers.</summary>
    public Task<Reading<Build>> ListBuildsAsync(KeyUse use, string appId, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The builds assigned to a group.</summary>
    public Task<Reading<Build>> ListGroupBuildsAsync(KeyUse use, string groupId, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>One build, or null when Apple knows no such build.</summary>
    public Task<Build?> GetBuildAsync(KeyUse use, string buildId, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Everyone in a group.</summary>
    public Task<Reading<BetaTester>> ListGroupTestersAsync(KeyUse use, string groupId, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The app's testers with exactly these addresses (case aside), with the groups they are in. Unknown addresses are simply not among them.</summary>
    public Task<Reading<BetaTester>> FindTestersAsync(KeyUse use, string appId, IReadOnlyList<EmailAddress> addresses, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Makes a tester of the group's app and puts them into the group.</summary>
    public Task<BetaTester> CreateTesterAsync(KeyUse use, string groupId, EmailAddress address, string? first, string? last, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Puts testers of the group's app into the group. Whether one conflict spoils the rest, Apple does not say: read back.</summary>
    public Task AddToGroupAsync(KeyUse use, string groupId, IReadOnlyList<string> testerIds, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Takes testers out of this group and no other (invariant 11).</summary>
    public Task RemoveFromGroupAsync(KeyUse use, string groupId, IReadOnlyList<string> testerIds, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Sends one tester Apple's invitation again. Needs a testable build and a tester who has not accepted.</summary>
    public Task SendInvitationAsync(KeyUse use, string appId, string testerId, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Makes a group in the app.</summary>
    public Task<BetaGroup> CreateGroupAsync(KeyUse use, string appId, string name, bool isInternal, CancellationToken cancel) => throw new NotImplementedException();
}
