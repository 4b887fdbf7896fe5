using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>An invitation sent again of which Apple shows nothing yet when the run ends.</summary>
public sealed class PendingInvitationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Invariant", "18")]
    [Trait("Invariant", "20")]
    public async Task CheckAsync_InvitationSentAgainIsSeenLater_SettlesIt()
    {
        await using var stage = await PendingAsync();
        stage.World.SetTesterState(stage.InTeam()[0], stage.AppId, "INVITED");

        var run = await SettledAsync(stage);

        Assert.Equal((0, 1), (run.Pending, run.Confirmed));
        Assert.Equal("INVITED", Assert.Single(await stage.ItemsAsync(run.Id), i => i.Outcome is ItemOutcome.Confirmed).InviteState);
    }

    [Fact]
    [Trait("Invariant", "18")]
    public async Task CheckAsync_InvitedAgainButGoneFromTheGroup_IsNotWaitedForAnyMore()
    {
        await using var stage = await PendingAsync();
        stage.World.RemoveTesterByHand(stage.GroupId, stage.InTeam()[0]);

        Assert.Equal(0, (await SettledAsync(stage)).Pending);
    }

    private static async Task<RunView> SettledAsync(SyncStage stage)
    {
        stage.World.Ledger.Clear();
        await stage.CheckAsync();
        var run = (await stage.Sync.RunsAsync(new RunQuery { LinkId = stage.Link.Id }, Actors.Viewer, Cancel)).Items.First(r => r.ToAdd == 0);
        // From now on nobody is looked up for it.
        stage.World.Ledger.Clear();
        await stage.CheckAsync();
        Assert.Single(stage.World.Ledger.Entries, e => e.Path.StartsWith("/v1/", StringComparison.Ordinal));
        return run;
    }

    /// <summary>A run that sent one invitation again and saw nothing of it.</summary>
    private static async Task<SyncStage> PendingAsync()
    {
        var stage = await SyncStage.StartAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, 3);
        await stage.RunAsync();
        stage.World.SetTesterState(stage.InTeam()[0], stage.AppId, "NOT_INVITED");
        stage.World.AddFault("hold-after-commit", "POST", "/v1/betaTesterInvitations");
        var running = stage.RunAsync();
        await stage.World.Faults.WaitUntilHeldAsync(Cancel);
        stage.World.SetTesterState(stage.InTeam()[0], stage.AppId, "NOT_INVITED");
        stage.World.Faults.Release();
        Assert.Equal((RunState.Partial, 1), ((await running).State, (await running).Pending));
        return stage;
    }
}
