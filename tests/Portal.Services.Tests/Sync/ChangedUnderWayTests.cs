using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>What a person changes while a run that a person started is under way.</summary>
public sealed class ChangedUnderWayTests
{
    private const string NewComer = "new@example.com";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("add-only")]
    [InlineData("paused")]
    [InlineData("suppressed")]
    [Trait("Invariant", "16")]
    [Trait("Invariant", "34")]
    public async Task RunAsync_LinkChangedWhileItReads_WritesNothingAndAsksForAnotherLook(string change)
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        // Somebody without an invitation: the group's builds are the last thing read before the plan, and read anew after a while.
        stage.World.SetTesterState(stage.InGroup()[0], stage.AppId, "NOT_INVITED");
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(20));
        stage.World.RemoveTeamMember(SyncStage.Team, stage.World.TeamMembers(SyncStage.Team).Where(m => m.AppleEmail?.Contains('@') == true).ElementAt(120).UserId.ToString());
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", NewComer, NewComer);
        stage.World.Ledger.Clear();

        var run = await WhileItReadsAsync(stage, SyncMode.Real, "/builds", _ => ChangeAsync(stage, change));

        Assert.Equal((RunState.Blocked, "link-changed"), (run.State, run.Problem?.Code));
        Assert.Equal((1, 1), (run.ToAdd, run.ToRemove));
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET");
        // It is the run that is to be looked at again: nothing is wrong with the link.
        Assert.Null((await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Problem);
    }

    [Fact]
    public async Task CancelAsync_PreviewThatReads_EndsCancelledNotPlanned()
    {
        await using var stage = await SyncStage.StartAsync();

        var run = await WhileItReadsAsync(stage, SyncMode.Preview, "/v1/", id => stage.Sync.CancelAsync(id, Actors.ProgramManager, Cancel));

        Assert.Equal((RunState.Cancelled, SyncProblems.Stopped.Code), (run.State, run.Problem?.Code));
    }

    [Theory, EachDatabase]
    public async Task ReadingAsync_RunCancelledSinceItWasTaken_StaysCancelled(DatabaseKind kind)
    {
        await using var stage = await SyncStage.StartAsync(kind: kind);
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Preview, Actors.ProgramManager, cancel: Cancel);
        var run = await stage.DataAsync(db => db.Runs.AsNoTracking().SingleAsync(r => r.Id == asked.RunId, Cancel));
        await using var lease = await stage.Portal.Get<LinkLeases>().TryTakeAsync(stage.Link.Id, Cancel);
        await stage.Sync.CancelAsync(asked.RunId, Actors.ProgramManager, Cancel);

        await Assert.ThrowsAsync<RunOverException>(() => stage.Portal.Get<RunBook>().ReadingAsync(run, Actors.ProgramManager, lease!, Cancel));

        Assert.Equal(RunState.Cancelled, (await stage.Sync.RunAsync(asked.RunId, Actors.Viewer, Cancel)).State);
    }

    private static async Task<RunView> WhileItReadsAsync(SyncStage stage, SyncMode mode, string path, Func<Guid, Task> act)
    {
        stage.World.AddFault("hold", "GET", path, times: 1);
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, mode, Actors.ProgramManager, cancel: Cancel);
        var running = stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);
        await stage.World.Faults.WaitUntilHeldAsync(Cancel);
        await act(asked.RunId);
        stage.World.Faults.Clear();
        await running;
        return await stage.Sync.RunAsync(asked.RunId, Actors.ProgramManager, Cancel);
    }

    private static Task ChangeAsync(SyncStage stage, string change) => change switch
    {
        "add-only" => stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { Mirror = false }, Actors.SecondProgramManager, cancel: Cancel),
        "paused" => stage.Sync.PauseAsync(stage.Link.Id, Actors.SecondProgramManager, Cancel),
        _ => stage.DataAsync(db =>
        {
            db.Suppressions.Add(new SuppressionRow { Id = Guid.CreateVersion7(), LinkId = stage.Link.Id, PersonKey = NewComer, Reason = "Asked not to be.", CreatedByName = "support", CreatedAt = stage.Portal.Clock.GetUtcNow() });
            return db.SaveChangesAsync(Cancel);
        }),
    };
}
