using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>A community that refuses the API key: once is a hiccup, several times in a row is not (invariant 23, F26).</summary>
public sealed class SourceRefusalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Invariant", "23")]
    [Trait("Failure", "F26")]
    public async Task CheckAsync_KeyRefused_BlocksOnlyWhenItStaysAndGoesOnByItself()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.Switches = stage.World.Switches with { CentercodeKeyDisabled = true };

        var once = await CheckLaterAsync(stage);
        await CheckLaterAsync(stage);
        var thrice = await CheckLaterAsync(stage);
        await CheckLaterAsync(stage);
        var alerts = await CountAsync(stage, AuditCodes.LinkBlocked);
        stage.World.Switches = stage.World.Switches with { CentercodeKeyDisabled = false };
        var mended = await CheckLaterAsync(stage);

        Assert.Equal((LinkState.Active, SourceProblems.KeyRefused.Code), (once.State, once.Problem?.Code));
        Assert.Equal((LinkState.Blocked, CredentialProblems.ApiKeyRefused.Code), (thrice.State, thrice.Problem?.Code));
        Assert.Equal((1, LinkState.Active), (alerts, mended.State));
        Assert.Null((await CheckLaterAsync(stage)).Problem);
    }

    [Fact]
    [Trait("Invariant", "23")]
    public async Task CheckAsync_ManyRefusedInOneMoment_CountsAsOne()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.Switches = stage.World.Switches with { CentercodeKeyDisabled = true };

        for (var i = 0; i < 5; i++) await stage.RunAsync(SyncMode.Preview);

        Assert.Equal(CredentialStatus.Active, await stage.DataAsync(db => db.Credentials.Where(c => c.Id == stage.ConnectionId).Select(c => c.Status).SingleAsync(Cancel)));
    }

    private static async Task<Portal.Services.Sync.LinkView> CheckLaterAsync(SyncStage stage)
    {
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        return await stage.CheckAsync();
    }

    private static Task<int> CountAsync(SyncStage stage, AuditCode code) => stage.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == code.Name, Cancel));
}
