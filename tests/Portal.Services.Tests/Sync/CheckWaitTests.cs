using Microsoft.EntityFrameworkCore;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.Sync;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Services.Tests.AppStoreConnect.Budget;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>Checks of the schedule that find the hour of their key used up.</summary>
public sealed class CheckWaitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Failure", "F22")]
    public async Task CheckAsync_HourUsedUp_SaysSoOnTheLinkAndGoesOn()
    {
        await using var stage = await UsedUpAsync();

        var checking = stage.CheckAsync();
        var link = await UntilAsync(stage, l => l.WaitingUntil is not null);

        Assert.InRange(link.WaitingUntil!.Value, stage.Portal.Clock.GetUtcNow(), stage.Portal.Clock.GetUtcNow().AddHours(1));
        link = await stage.Portal.TurnAsync(checking);
        Assert.Equal((null, null, 1), (link.WaitingUntil, link.Problem, link.ChecksSinceChange));
    }

    [Fact, Trait("Failure", "F22")]
    public async Task CheckAsync_StoppedWhileItWaits_DoesNotGoOnSayingSo()
    {
        await using var stage = await UsedUpAsync();
        using var stop = new CancellationTokenSource();

        var checking = stage.Portal.Get<SyncRunner>().CheckAsync(stage.Link.Id, stop.Token);
        await UntilAsync(stage, l => l.WaitingUntil is not null);
        await stop.CancelAsync();
        await checking;

        Assert.Null((await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).WaitingUntil);
    }

    [Fact, Trait("Failure", "F22")]
    public async Task Worker_CheckWaitsForItsKey_GivesItsPlaceToALinkOfAnother()
    {
        await using var stage = await UsedUpAsync(new Dictionary<string, string?> { ["Sync:RunsAtOnce"] = "1" });
        var other = await AppleKey.StoreAsync(stage.Portal);
        var second = await stage.Sync.CreateLinkAsync(stage.Wanted() with { CredentialId = other.Row.Id, GroupId = stage.World.GroupId(SyncStage.App, "Aurora friends"), ReleaseTypeKey = "friends" }, Actors.ProgramManager, Cancel);
        var asked = await stage.Sync.RequestAsync(second.Id, SyncMode.Real, Actors.ProgramManager);
        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);
        var now = stage.Portal.Clock.GetUtcNow();
        await stage.DataAsync(db => db.Links.Where(l => l.Id == stage.Link.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.NextDueAt, now), Cancel));

        await stage.Portal.StartJobsAsync();
        await UntilAsync(stage, l => l.WaitingUntil is not null);
        await stage.DataAsync(db => db.Links.Where(l => l.Id == second.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.NextDueAt, now), Cancel));

        await UntilAsync(stage, l => l.ChecksSinceChange > 0, second.Id);
        Assert.NotNull((await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).WaitingUntil);
        await stage.Portal.TurnAsync(UntilAsync(stage, l => l.ChecksSinceChange > 0));
    }

    /// <summary>A synced link whose key has nothing left for runs.</summary>
    private static async Task<SyncStage> UsedUpAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var stage = await SyncStage.StartAsync(settings: settings);
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, 2);
        stage.World.Switches = stage.World.Switches with { HourLimit = 30 };
        await stage.RunAsync();
        var row = await stage.DataAsync(db => db.Credentials.AsNoTracking().SingleAsync(c => c.Id == stage.CredentialId, Cancel));
        var budget = await stage.Portal.Get<KeyBudgets>().ForAsync(row, 1);
        var use = new KeyUse(stage.CredentialId, Actor.Schedule, "test");
        while (GaugeOf(budget, stage).RunsWaitUntil is null) await stage.Portal.Get<AppStoreConnectClient>().ListAppsAsync(use, Cancel);
        return stage;
    }

    private static CallGauge GaugeOf(KeyBudget budget, SyncStage stage) =>
        CallGauge.Of(budget.State().Situation, 4, 0, stage.Portal.Clock.GetUtcNow());

    private static async Task<LinkView> UntilAsync(SyncStage stage, Func<LinkView, bool> isSo, Guid? linkId = null)
    {
        for (var until = DateTime.UtcNow.AddMinutes(2); ;)
        {
            var link = await stage.Sync.LinkAsync(linkId ?? stage.Link.Id, Actors.Viewer, Cancel);
            if (isSo(link)) return link;
            Assert.True(DateTime.UtcNow < until, $"Not in time: {link}");
            await Task.Delay(50, Cancel);
        }
    }
}
