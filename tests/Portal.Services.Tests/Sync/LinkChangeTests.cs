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

        var refused = await Assert.ThrowsAsync<ProblemException>(() => stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalShare = 7 }, Actors.Viewer, Cancel));

        Assert.Equal("access-refused", refused.Problem.Code);
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
}
