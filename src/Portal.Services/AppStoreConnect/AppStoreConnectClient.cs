using Portal.Domain;
using Portal.Domain.TestFlight;
using Portal.Services.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>
/// Apple's API in the portal's records. Reads come as <see cref="Reading{T}"/>: what could not be read to its end says so
/// (invariant 13); anything else that fails throws <see cref="AppleException"/>. Every request is a recorded key use.
/// </summary>
internal sealed partial class AppStoreConnectClient(AppleTransport transport, ApplePages pages, AppleReads reads, InvitationOffer invitations)
{
    private const int PageSize = 200;
    private const int LongestFilter = 4_000;
    private readonly FilterValues _ids = new(50, LongestFilter);
    private readonly FilterValues _addresses = new(100, LongestFilter);
    private const string GroupCounts = "include=app,betaTesters&limit[betaTesters]=1";
    private const string BuildParts = "include=app,preReleaseVersion,buildBetaDetail,betaGroups,betaAppReviewSubmission,individualTesters&limit[betaGroups]=50&limit[individualTesters]=1";
    private const string TesterFields = "fields[betaTesters]=email,firstName,lastName,inviteType,state";

    /// <summary>Two harmless reads that show what a key may (invariant 26).</summary>
    public async Task<KeyProbe> ProbeAsync(KeyUse use, CancellationToken cancel)
    {
        var apps = await transport.SendAsync(use, new AppleRequest(HttpMethod.Get, pages.At("v1/apps?limit=1")), null, cancel);
        var count = apps.Document?.Total();
        try
        {
            await transport.SendAsync(use, new AppleRequest(HttpMethod.Get, pages.At("v1/users?limit=1")), null, cancel);
            return new KeyProbe(true, count);
        }
        catch (AppleException refused) when (refused.Status == 403)
        {
            return new KeyProbe(false, count);
        }
        catch (AppleException failed) when (failed.Reach is not FailureReach.Credential)
        {
            return new KeyProbe(null, count);
        }
    }

    /// <summary>Every app the key sees.</summary>
    public Task<Reading<AppleApp>> ListAppsAsync(KeyUse use, CancellationToken cancel) =>
        pages.ReadAsync(use, $"v1/apps?fields[apps]=name,bundleId&sort=name&limit={PageSize}", (app, _) => AppleResources.App(app), cancel);

    /// <summary>The app's groups with their tester counts.</summary>
    public Task<Reading<BetaGroup>> ListGroupsAsync(KeyUse use, string appId, CancellationToken cancel) =>
        pages.ReadAsync(use with { AppId = appId }, $"v1/betaGroups?filter[app]={Escape(appId)}&{GroupCounts}&limit={PageSize}", (group, _) => AppleResources.Group(group, appId), cancel);

    /// <summary>The groups of every app the key sees, with their tester counts: one list instead of one per app.</summary>
    public Task<Reading<BetaGroup>> ListAllGroupsAsync(KeyUse use, CancellationToken cancel) =>
        pages.ReadAsync(use, $"v1/betaGroups?{GroupCounts}&limit={PageSize}", (group, _) => AppleResources.Group(group, null), cancel);

    /// <summary>The builds of every app the key sees that have not expired, newest first.</summary>
    public Task<Reading<Build>> ListLiveBuildsAsync(KeyUse use, CancellationToken cancel) =>
        pages.ReadAsync(use, $"v1/builds?filter[expired]=false&include=app,preReleaseVersion,buildBetaDetail&sort=-uploadedDate&limit={PageSize}",
            (build, page) => AppleResources.Build(build, page, null), cancel);

    /// <summary>One group, or null when Apple knows no such group.</summary>
    public async Task<BetaGroup?> GetGroupAsync(KeyUse use, string groupId, CancellationToken cancel)
    {
        try
        {
            var (group, _) = await pages.ReadOneAsync(use with { GroupId = groupId }, $"v1/betaGroups/{Escape(groupId)}?{GroupCounts}", cancel);
            return AppleResources.Group(group, null);
        }
        catch (AppleException gone) when (gone.Problem == AppleProblems.NotFound)
        {
            return null;
        }
    }

    /// <summary>The app's builds with states, groups and individual testers, newest first.</summary>
    public Task<Reading<Build>> ListBuildsAsync(KeyUse use, string appId, CancellationToken cancel) =>
        pages.ReadAsync(use with { AppId = appId }, $"v1/builds?filter[app]={Escape(appId)}&{BuildParts}&sort=-uploadedDate&limit={PageSize}",
            (build, page) => AppleResources.Build(build, page, appId), cancel);

    /// <summary>The builds assigned to a group, newest first.</summary>
    public async Task<Reading<Build>> ListGroupBuildsAsync(KeyUse use, string groupId, CancellationToken cancel)
    {
        // The related list knows no include, and a filter by group leaves out what groups with access to all builds receive.
        var own = use with { GroupId = groupId };
        var ids = await pages.ReadAsync(own, $"v1/betaGroups/{Escape(groupId)}/relationships/builds?limit={PageSize}", (build, _) => build.Text("id")!, cancel);
        var read = await _ids.ReadAsync(ids.Items.Select(Escape), filter => pages.ReadAsync(own, $"v1/builds?filter[id]={filter}&{BuildParts}&limit={PageSize}",
            (build, page) => AppleResources.Build(build, page, null), cancel));
        if (!read.Complete) return read;
        return new([.. read.Items.OrderByDescending(build => build.UploadedDate)], ids.Complete, ids.Because);
    }

    /// <summary>One build, or null when Apple knows no such build.</summary>
    public async Task<Build?> GetBuildAsync(KeyUse use, string buildId, CancellationToken cancel)
    {
        try
        {
            var (build, page) = await pages.ReadOneAsync(use, $"v1/builds/{Escape(buildId)}?{BuildParts}", cancel);
            return AppleResources.Build(build, page, null);
        }
        catch (AppleException gone) when (gone.Problem == AppleProblems.NotFound)
        {
            return null;
        }
    }

    /// <summary>Everyone in a group.</summary>
    public Task<Reading<BetaTester>> ListGroupTestersAsync(KeyUse use, string groupId, CancellationToken cancel) =>
        pages.ReadAsync(use with { GroupId = groupId }, $"v1/betaGroups/{Escape(groupId)}/betaTesters?{TesterFields}&limit={PageSize}", (tester, _) => AppleResources.Tester(tester), cancel);

    /// <summary>How many requests a look-up of these addresses takes.</summary>
    public int LookUps(IEnumerable<EmailAddress> addresses) => _addresses.Count(Spellings(addresses));

    /// <summary>How many testers the app has over all its groups, or null where Apple leaves the total out.</summary>
    public async Task<int?> CountTestersAsync(KeyUse use, string appId, CancellationToken cancel) =>
        await pages.CountAsync(use with { AppId = appId }, $"v1/betaTesters?filter[apps]={Escape(appId)}&fields[betaTesters]=state&limit=1", cancel);

    /// <summary>The app's testers with exactly these addresses (case aside), with the groups they are in. Unknown addresses are simply not among them.</summary>
    public async Task<Reading<BetaTester>> FindTestersAsync(KeyUse use, string appId, IReadOnlyList<EmailAddress> addresses, CancellationToken cancel)
    {
        var wanted = addresses.Select(address => address.Key).ToHashSet(StringComparer.Ordinal);
        var read = await _addresses.ReadAsync(Spellings(addresses), filter => ReadTestersAsync(use with { AppId = appId }, $"filter[apps]={Escape(appId)}&filter[email]={filter}", cancel));
        // Apple's filter may match loosely: only the exact address counts.
        return read with { Items = [.. read.Items.Where(tester => EmailAddress.TryParse(tester.Email) is { } address && wanted.Contains(address.Key)).DistinctBy(tester => tester.Id)] };
    }

    // Both spellings are asked for, in case Apple compares exactly what it stored.
    private static IEnumerable<string> Spellings(IEnumerable<EmailAddress> addresses) =>
        addresses.SelectMany(address => new[] { address.Text, address.Key }).Distinct(StringComparer.Ordinal).Select(Escape);

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
