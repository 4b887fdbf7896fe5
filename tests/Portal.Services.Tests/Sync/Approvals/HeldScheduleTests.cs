using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Approvals;

/// <summary>Held plans of the schedule: who asked for them, what takes their place, and how they run out.</summary>
public sealed class HeldScheduleTests
{
    private static readonly ApprovalAnswer Because = new("Checked with the community.");
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Invariant", "17")]
    public async Task CheckAsync_PlanHeld_GoesOnPlanningAndHoldsTheSamePlanOnce()
    {
        await using var stage = await HeldStage.FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);

        await stage.CheckAsync();
        var held = await stage.NewestAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        var link = await stage.CheckAsync();

        Assert.Equal((RunState.AwaitingApproval, RunTrigger.Schedule), (held.State, held.Trigger));
        Assert.Equal(held.Id, (await stage.NewestAsync()).Id);
        Assert.Equal((LinkState.Active, held.Id, "too-many-removals"), (link.State, link.HeldRunId!.Value, link.Problem!.Code));
        Assert.Equal(1, (await stage.Approvals().ListAsync(new ApprovalQuery(), Actors.Viewer, Cancel)).Total);
    }

    [Fact]
    [Trait("Invariant", "17")]
    [Trait("Invariant", "16")]
    public async Task CheckAsync_AnotherPlan_TakesThePlaceOfTheHeldOneAndNamesWhoLeftIt()
    {
        await using var stage = await HeldStage.FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        await stage.CheckAsync();
        var first = await stage.NewestAsync();
        var back = (await stage.ItemsAsync(first.Id)).First(i => i.Action is PlanAction.Remove).Email!;
        stage.World.AddTeamMember(SyncStage.Team, "Back", "Again", back, back);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));

        await stage.CheckAsync();
        var second = await stage.NewestAsync();
        var changes = await stage.Sync.ChangesAsync(second.Id, Actors.ProgramManager, Cancel);
        var stale = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(first.ApprovalId!.Value, Because, Actors.SecondProgramManager, cancel: Cancel));

        Assert.Equal((RunState.Cancelled, "hold-superseded"), ((await stage.Sync.RunAsync(first.Id, Actors.Viewer, Cancel)).State, (await stage.Sync.RunAsync(first.Id, Actors.Viewer, Cancel)).Problem!.Code));
        Assert.Equal((RunState.AwaitingApproval, first.ToRemove - 1), (second.State, second.ToRemove));
        Assert.Equal((back, PlanAction.Remove, null), Assert.Single(changes!.People.Select(c => (c.Email, c.Before!.Value, c.Now))));
        Assert.Equal("approval-is-over", stale.Problem.Code);
    }

    [Fact]
    [Trait("Invariant", "17")]
    public async Task CheckAsync_EverybodyBack_EndsTheHeldRun()
    {
        await using var stage = await HeldStage.FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        await stage.CheckAsync();
        var held = await stage.NewestAsync();
        foreach (var person in (await stage.ItemsAsync(held.Id)).Where(i => i.Action is PlanAction.Remove)) stage.World.AddTeamMember(SyncStage.Team, "Back", "Again", person.Email!, person.Email);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));

        var link = await stage.CheckAsync();

        Assert.Equal(RunState.Cancelled, (await stage.Sync.RunAsync(held.Id, Actors.Viewer, Cancel)).State);
        Assert.Null(link.HeldRunId);
        Assert.Null(link.Problem);
        Assert.Equal(0, await stage.Approvals().WaitingAsync(Actors.ProgramManager, Cancel));
    }

    [Fact]
    [Trait("Invariant", "31")]
    public async Task CheckAsync_PolicyEditedSinceTheLastGoodRun_TheEditorIsTheRequester()
    {
        await using var stage = await HeldStage.FilledAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { RemovalLimit = 5 }, Actors.SecondProgramManager, cancel: Cancel);
        // Somebody who only pauses and resumes has edited nothing.
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        await stage.Sync.ResumeAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        stage.World.ShrinkTeam(SyncStage.Team, 200);

        await stage.CheckAsync();
        var held = await stage.Approvals().GetAsync((await stage.NewestAsync()).ApprovalId!.Value, Actors.SecondProgramManager, Cancel);
        var own = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(held.Id, Because, Actors.SecondProgramManager, cancel: Cancel));

        Assert.Equal(("program-manager-2", "program-manager-2, through the schedule", false, "own-request"), (held.RequestedById, held.RequestedByName, held.MayAllow, own.Problem.Code));
        Assert.Equal(ApprovalState.Allowed, (await stage.Approvals().AllowAsync(held.Id, Because, Actors.ProgramManager, cancel: Cancel)).State);
    }

    [Fact]
    [Trait("Invariant", "31")]
    public async Task CheckAsync_NobodyEditedSinceTheLastGoodRun_AnybodyWhoMayDecides()
    {
        await using var stage = await HeldStage.FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);

        await stage.CheckAsync();
        var held = await stage.Approvals().GetAsync((await stage.NewestAsync()).ApprovalId!.Value, Actors.ProgramManager, Cancel);

        Assert.Equal((null, "Schedule", true), (held.RequestedById, held.RequestedByName, held.MayAllow));
    }

    [Fact]
    [Trait("Invariant", "14")]
    public async Task RunAsync_NobodyDecidesInThreeDays_RunsOutAndTheNextCheckHoldsAnew()
    {
        await using var stage = await HeldStage.FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        await stage.CheckAsync();
        var held = await stage.NewestAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromHours(72));

        var late = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.SecondProgramManager, cancel: Cancel));
        await stage.Portal.Get<ApprovalSweep>().RunAsync(Cancel);
        var over = await stage.Sync.RunAsync(held.Id, Actors.Viewer, Cancel);
        await stage.CheckAsync();

        Assert.Equal("approval-expired", late.Problem.Code);
        Assert.Equal((RunState.Cancelled, "approval-expired"), (over.State, over.Problem?.Code));
        Assert.Equal((RunState.AwaitingApproval, held.PlanHash), ((await stage.NewestAsync()).State, (await stage.NewestAsync()).PlanHash));
    }

    [Fact]
    [Trait("Invariant", "34")]
    public async Task AllowAsync_PausedOrRetiredMeanwhile_IsRefused()
    {
        await using var stage = await HeldStage.FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var paused = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.SecondProgramManager, cancel: Cancel));
        await stage.Sync.RetireAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var retired = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.SecondProgramManager, cancel: Cancel));
        await stage.Portal.Get<ApprovalSweep>().RunAsync(Cancel);

        Assert.Equal(("link-paused", "link-retired"), (paused.Problem.Code, retired.Problem.Code));
        Assert.Equal(0, await stage.Approvals().WaitingAsync(Actors.ProgramManager, Cancel));
    }
}
