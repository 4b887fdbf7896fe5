using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.Sync;
using Portal.Services.Tests.AppStoreConnect.Budget;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.Sync;

/// <summary>A run that needs more calls than the hour has.</summary>
public sealed class RunWaitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Failure", "F22"), Trait("Invariant", "19")]
    public async Task Run_BeyondTheHour_SaysUntilWhenItWaitsAndGoesOnToTheEnd()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.Switches = stage.World.Switches with { HourLimit = 120 };
        var begun = stage.Portal.Clock.GetUtcNow();
        var running = stage.RunAsync();
        RunView? waiting = null;
        while (waiting?.WaitingUntil is null && !running.IsCompleted)
        {
            // As a page would look, not as fast as the database can answer.
            await Task.WhenAny(running, Task.Delay(100, Cancel));
            waiting = (await stage.Sync.RunsAsync(new RunQuery { LinkId = stage.Link.Id }, Actors.Viewer, Cancel)).Items.FirstOrDefault();
        }
        if (running.IsCompleted) Assert.Fail($"The run did not wait: {await running}");
        Assert.Equal(RunState.Applying, waiting!.State);
        Assert.InRange(waiting.WaitingUntil!.Value, begun.AddMinutes(50), begun.AddMinutes(70));
        var told = await stage.Portal.Get<CallForecasts>().OfRunAsync(waiting.Id, Actors.Viewer, Cancel);
        Assert.Equal((120, true), (told!.Gauge.Limit, told.Forecast.Waits));
        Assert.Equal(waiting.WaitingUntil.Value, told.Gauge.RunsWaitUntil!.Value, (one, other) => (one - other).Duration() < TimeSpan.FromMinutes(2));

        var run = await stage.Portal.TurnAsync(running);

        Assert.Equal((RunState.Succeeded, null), (run.State, run.WaitingUntil));
        Assert.Equal(stage.InTeam(), stage.InGroup());
        Assert.DoesNotContain(stage.World.Ledger.Entries, call => call.Status == 429);
        // Some 220 calls at 120 an hour.
        Assert.True(stage.Portal.Clock.GetUtcNow() - begun >= TimeSpan.FromHours(1));
        Assert.Null(await stage.Portal.Get<CallForecasts>().OfRunAsync(run.Id, Actors.Viewer, Cancel));
    }

    [Fact]
    public async Task CancelAsync_WhileTheRunWaitsForTheHour_AddsNobodyWhenItGoesOn()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.Switches = stage.World.Switches with { HourLimit = 120 };
        var running = stage.RunAsync();
        RunView? waiting = null;
        while (waiting?.WaitingUntil is null && !running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(100, Cancel));
            waiting = (await stage.Sync.RunsAsync(new RunQuery { LinkId = stage.Link.Id }, Actors.Viewer, Cancel)).Items.FirstOrDefault();
        }

        await stage.Sync.CancelAsync(waiting!.Id, Actors.ProgramManager, Cancel);
        // Those that were on their way come to their end.
        while (await stage.DataAsync(db => db.KeyUses.AnyAsync(use => use.OutcomeAt == null, Cancel))) await Task.Delay(50, Cancel);
        var before = stage.InGroup();
        var run = await stage.Portal.TurnAsync(running);

        Assert.Equal(RunState.Cancelled, run.State);
        Assert.Equal(before, stage.InGroup());
    }

    [Fact]
    public async Task Preview_OfAFirstFill_ForecastsWhatTheRunThenStaysWithin()
    {
        await using var stage = await SyncStage.StartAsync();
        var preview = await stage.RunAsync(SyncMode.Preview);
        var told = await stage.Portal.Get<CallForecasts>().OfRunAsync(preview.Id, Actors.Viewer, Cancel);
        Assert.False(told!.Forecast.Waits);
        Assert.Equal(3_600, told.Gauge.Limit);
        Assert.Equal(3_600 - preview.Calls, told.Forecast.LeftThisHour!.Value, 3.0);
        var run = await stage.RunAsync();
        Assert.InRange(run.Calls, 2, told.Forecast.Calls);
    }
}
