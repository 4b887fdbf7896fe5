using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.Centercode;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>What a link's own services refuse, whatever the page forgot.</summary>
public sealed class LinkChangeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChangePolicyAsync_ViewerWithAnImpossiblePolicy_LearnsOnlyThatTheyMayNot()
    {
        await using var stage = await SyncStage.StartAsync();

        var refused = await Assert.ThrowsAsync<ProblemException>(() => stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalShare = 7 }, Actors.Viewer, cancel: Cancel));

        Assert.Equal("access-refused", refused.Problem.Code);
    }

    [Fact]
    public async Task UploadCsvAsync_ActiveLink_IsSyncedByTheNextSweepAndOnce()
    {
        await using var stage = await SyncStage.StartAsync();
        var group = stage.World.GroupId(SyncStage.App, "Aurora friends");
        var others = stage.World.GroupMembers(group).Select(m => m.Email).ToList();
        var wanted = stage.Wanted() with { ReleaseTypeKey = "by-file", GroupId = group, SourceKind = SourceKind.Csv, ConnectionId = null, SourceUrl = "", Csv = Team("one@example.org") };
        var link = await stage.Sync.CreateLinkAsync(wanted, Actors.ProgramManager, Cancel);
        var first = await stage.Sync.RequestAsync(link.Id, SyncMode.Real, Actors.ProgramManager, cancel: Cancel);
        await stage.Portal.Get<SyncRunner>().RunAsync(first.RunId, Cancel);
        Assert.DoesNotContain(await DueAsync(stage), key => key == link.Id);

        await stage.Sync.UploadCsvAsync(link.Id, Team("one@example.org", "two@example.org"), Actors.ProgramManager, Cancel);
        Assert.Contains(await DueAsync(stage), key => key == link.Id);
        await stage.Portal.Get<SyncRunner>().CheckAsync(link.Id, Cancel);

        Assert.Equal(["one@example.org", "two@example.org"], stage.World.GroupMembers(group).Select(m => m.Email).Except(others).Order());
        Assert.DoesNotContain(await DueAsync(stage), key => key == link.Id);
    }

    [Fact]
    public async Task UploadCsvAsync_LargerThanAnyTeam_IsRefusedHereToo()
    {
        await using var stage = await SyncStage.StartAsync();
        var wanted = stage.Wanted() with { ReleaseTypeKey = "by-file", GroupId = stage.World.GroupId(SyncStage.App, "Aurora friends"), SourceKind = SourceKind.Csv, ConnectionId = null, SourceUrl = "" };
        var tooLarge = new CsvFile("team.csv", new byte[stage.Portal.Get<TeamSourceService>().LargestFile + 1]);

        var notMade = await Assert.ThrowsAsync<ProblemException>(() => stage.Sync.CreateLinkAsync(wanted with { Csv = tooLarge }, Actors.ProgramManager, Cancel));
        var link = await stage.Sync.CreateLinkAsync(wanted with { Csv = new CsvFile("team.csv", "User ID,Apple Account Email\n"u8.ToArray()) }, Actors.ProgramManager, Cancel);
        var notTaken = await Assert.ThrowsAsync<ProblemException>(() => stage.Sync.UploadCsvAsync(link.Id, tooLarge, Actors.ProgramManager, Cancel));

        Assert.Equal(("source-too-large", "source-too-large"), (notMade.Problem.Code, notTaken.Problem.Code));
    }

    private static CsvFile Team(params string[] addresses) => new("team.csv", Encoding.UTF8.GetBytes($"User ID,Apple Account Email,Email,First Name,Last Name\n{string.Concat(addresses.Select(address => $"{address[..3]},{address},,,\n"))}"));

    private static async Task<IEnumerable<Guid>> DueAsync(SyncStage stage) =>
        (await ActivatorUtilities.CreateInstance<SyncWorker>(stage.Portal.Get<IServiceProvider>()).SweepAsync(Cancel)).Select(due => due.Key);
}
