using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>A group as the probe of its app shows it, with its builds as far as one request tells: dates and processing, not review.</summary>
/// <param name="AllBuilds">Whether every build of it came along.</param>
internal sealed record ProbedGroup(BetaGroup Group, IReadOnlyList<Build> Builds, bool AllBuilds)
{
    /// <summary>Changes when a build comes, goes, is processed or expires.</summary>
    public string BuildsMark => string.Join(' ', Builds.Select(b => $"{b.Id}:{b.ProcessingState}:{b.Expired}").Order(StringComparer.Ordinal)) + (AllBuilds ? "" : " …");
}

internal sealed partial class AppStoreConnectClient
{
    private const int BuildsOfAGroup = 200;
    private const string BuildFields = "fields[builds]=version,uploadedDate,expirationDate,expired,processingState,buildAudienceType";

    /// <summary>Every group of an app with its attributes, its count of testers and its builds: one request for up to 200 groups.</summary>
    public Task<Reading<ProbedGroup>> ProbeGroupsAsync(KeyUse use, string appId, CancellationToken cancel) =>
        pages.ReadAsync(use with { AppId = appId },
            $"v1/betaGroups?filter[app]={Escape(appId)}&include=app,betaTesters,builds&limit[betaTesters]=1&limit[builds]={BuildsOfAGroup}&fields[betaTesters]=state&{BuildFields}&limit={PageSize}",
            (group, page) =>
            {
                var ids = group.RelatedIds("builds");
                var builds = ids.Where(id => page.Included.ContainsKey(("builds", id))).Select(id => AppleResources.Build(page.Included[("builds", id)], page, appId)).ToList();
                return new ProbedGroup(AppleResources.Group(group, appId), builds, builds.Count == (group.Relationship("builds")?.Total() ?? builds.Count));
            }, cancel);

    /// <summary>Every tester of an app with the groups each is in.</summary>
    public Task<Reading<BetaTester>> ListAppTestersAsync(KeyUse use, string appId, CancellationToken cancel) =>
        ReadTestersAsync(use with { AppId = appId }, $"filter[apps]={Escape(appId)}", cancel);

    private async Task<Reading<BetaTester>> ReadTestersAsync(KeyUse use, string filters, CancellationToken cancel)
    {
        var read = await pages.ReadAsync(use, $"v1/betaTesters?{filters}&include=betaGroups&limit[betaGroups]=50&{TesterFields},betaGroups&fields[betaGroups]=name&limit={PageSize}",
            (tester, _) => AppleResources.Tester(tester), cancel);
        if (!read.Complete || !read.Items.Any(HasMore)) return read;
        // Apple lists at most 50 groups with a tester; who is in more is asked about alone.
        var whole = new List<BetaTester>(read.Items.Count);
        foreach (var tester in read.Items)
        {
            if (!HasMore(tester))
            {
                whole.Add(tester);
                continue;
            }
            var groups = await pages.ReadAsync(use, $"v1/betaTesters/{Escape(tester.Id)}/relationships/betaGroups?limit={PageSize}", (group, _) => group.Text("id")!, cancel);
            if (!groups.Complete) return new(whole, false, groups.Because);
            whole.Add(tester with { GroupIds = groups.Items });
        }
        return new(whole, true, null);
    }

    private static bool HasMore(BetaTester tester) => tester.GroupCount > tester.GroupIds.Count;
}
