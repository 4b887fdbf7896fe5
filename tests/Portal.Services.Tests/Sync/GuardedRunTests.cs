using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>What stops a run before its first write.</summary>
public sealed class GuardedRunTests
{
    [Fact]
    [Trait("Invariant", "14")]
    public async Task RequestAsync_MoreRemovalsThanADayAllows_IsHeldUntilTheDayIsOver()
    {
        await using var stage = await SyncStage.StartAsync(policy: new SyncPolicy { RemovalsPerDay = 4 });
        await stage.RunAsync();
        var leavers = stage.InGroup().Where(email => stage.World.TeamMembers(SyncStage.Team).Count(m => string.Equals(m.AppleEmail?.Trim(), email, StringComparison.OrdinalIgnoreCase)) == 1).Take(5).ToList();
        stage.World.RemoveTeamMember(SyncStage.Team, leavers[0]);
        // Support's single removal counts too.
        var single = await stage.RunAsync(actor: Actors.Support, onlyPerson: leavers[0]);
        foreach (var leaver in leavers.Skip(1).Take(2)) stage.World.RemoveTeamMember(SyncStage.Team, leaver);
        var second = await stage.RunAsync();
        foreach (var leaver in leavers.Skip(3)) stage.World.RemoveTeamMember(SyncStage.Team, leaver);

        var held = await stage.RunAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromHours(25));
        var nextDay = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 1, RunState.Succeeded, 2), (single.State, single.ToRemove, second.State, second.ToRemove));
        Assert.Equal((RunState.AwaitingApproval, "too-many-removals-today"), (held.State, held.Problem?.Code));
        Assert.Equal((RunState.Succeeded, 2), (nextDay.State, nextDay.ToRemove));
    }

    [Fact]
    [Trait("Invariant", "14")]
    [Trait("Failure", "F32")]
    public async Task RequestAsync_RemovalsWhoseAnswerNobodyHeard_CountForTheDayToo()
    {
        await using var stage = await SyncStage.StartAsync(policy: new SyncPolicy { RemovalsPerDay = 4 });
        await stage.RunAsync();
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager);
        await stage.DataAsync(async db =>
        {
            (await db.Runs.SingleAsync(r => r.Id == asked.RunId)).State = RunState.Applying;
            foreach (var number in Enumerable.Range(1, 4))
            {
                db.RunItems.Add(new RunItemRow
                {
                    Id = Guid.CreateVersion7(), RunId = asked.RunId, Ordinal = number, PersonKey = $"gone{number}@example.com", TesterId = $"t{number}", Action = PlanAction.Remove,
                    ReasonCode = PlanReasons.LeftTeam.Code, Reason = PlanReasons.LeftTeam.Sentence, Outcome = ItemOutcome.Sent,
                });
            }
            return await db.SaveChangesAsync();
        });
        stage.World.AddFault("short-page", "GET", "betaTesters", times: 20);
        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, TestContext.Current.CancellationToken);
        stage.World.Faults.Clear();
        stage.World.RemoveTeamMember(SyncStage.Team, stage.World.TeamMembers(SyncStage.Team)[30].UserId.ToString());

        var held = await stage.RunAsync();

        Assert.Equal((RunState.AwaitingApproval, "too-many-removals-today"), (held.State, held.Problem?.Code));
    }

    [Theory]
    [InlineData(0, "team-empty")]
    [InlineData(100, "team-shrunk")]
    [Trait("Invariant", "13")]
    [Trait("Failure", "F25")]
    public async Task CheckAsync_TeamEmptyOrShrunk_BlocksTheLinkAndRemovesNobody(int left, string code)
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var before = stage.InGroup();
        stage.World.ShrinkTeam(SyncStage.Team, left);

        var link = await stage.CheckAsync();

        Assert.Equal((LinkState.Blocked, code), (link.State, link.Problem?.Code));
        Assert.Equal(before, stage.InGroup());
    }

    [Theory]
    [InlineData("short-page")]
    [InlineData("repeated-row")]
    [InlineData("next-foreign")]
    [InlineData("truncated")]
    [Trait("Invariant", "13")]
    [Trait("Failure", "F24")]
    public async Task RequestAsync_GroupReadShort_FailsBeforeAnythingIsWritten(string fault)
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.RemoveTeamMember(SyncStage.Team, stage.World.TeamMembers(SyncStage.Team)[30].UserId.ToString());
        stage.World.Ledger.Clear();
        stage.World.AddFault(fault, "GET", $"/betaGroups/{stage.GroupId}/betaTesters", times: 20);

        var run = await stage.RunAsync();

        Assert.Equal(RunState.Failed, run.State);
        Assert.NotNull(run.Problem);
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET");
    }

    [Fact]
    [Trait("Invariant", "13")]
    [Trait("Invariant", "20")]
    public async Task RequestAsync_BuildsReadShort_FailsInsteadOfTakingTheGroupForOneWithoutABuild()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.SetTesterState(stage.InGroup()[17], stage.AppId, "NOT_INVITED");
        stage.World.AddFault("short-page", "GET", $"/betaGroups/{stage.GroupId}/relationships/builds", times: 20);

        var run = await stage.RunAsync();

        Assert.Equal(RunState.Failed, run.State);
        Assert.NotNull(run.Problem);
    }

    [Fact]
    [Trait("Invariant", "34")]
    public async Task RequestAsync_PausedLink_ReadsAndShowsDriftAndRefusesToWrite()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager);
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");

        var refused = await Assert.ThrowsAsync<ProblemException>(() => stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager));
        var link = await stage.CheckAsync();

        Assert.Equal("link-paused", refused.Problem.Code);
        Assert.Equal(1, link.DriftToAdd);
        Assert.DoesNotContain("new@example.com", stage.InGroup());
    }

    [Fact]
    [Trait("Invariant", "16")]
    public async Task RequestAsync_TeamChangedSincePreview_WritesNothingAndShowsTheNewPlan()
    {
        await using var stage = await SyncStage.StartAsync();
        var preview = await stage.RunAsync(SyncMode.Preview);
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");

        var stale = await stage.RunAsync(planHash: preview.PlanHash);
        Assert.Empty(stage.InGroup());
        var again = await stage.RunAsync(planHash: stale.PlanHash);

        Assert.Equal((RunState.Blocked, "plan-changed", preview.ToAdd + 1), (stale.State, stale.Problem?.Code, stale.ToAdd));
        Assert.Null((await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer)).Problem);
        Assert.Equal(RunState.Succeeded, again.State);
    }

    [Fact]
    [Trait("Invariant", "17")]
    public async Task RequestAsync_SecondRealRun_JoinsTheFirstAndSaysWhoAndWhen()
    {
        await using var stage = await SyncStage.StartAsync();

        var first = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager);
        var second = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.SecondProgramManager);

        Assert.False(first.Joined);
        Assert.True(second.Joined);
        Assert.Equal((first.RunId, "program-manager"), (second.RunId, second.StartedByName));
    }

    [Fact]
    [Trait("Invariant", "17")]
    public async Task RequestAsync_WholeTeamWhileOnePersonIsSynced_IsRefusedInsteadOfJoined()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.Support, "ana.horvat@example.net");

        var refused = await Assert.ThrowsAsync<ProblemException>(() => stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager));

        Assert.Equal("one-person-under-way", refused.Problem.Code);
    }

    [Fact]
    public async Task CheckAsync_NothingToDo_IsFoldedIntoOneLineAndMakesNoRun()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();

        await stage.CheckAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        var link = await stage.CheckAsync();

        Assert.Equal(2, link.ChecksSinceChange);
        Assert.InRange((link.LastCheckAt - link.UnchangedSince)!.Value, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        Assert.Equal(1, (await stage.Sync.RunsAsync(new RunQuery(), Actors.Viewer)).Total);
    }

    [Fact]
    public async Task CheckAsync_OneMoreMember_BecomesARunOfTheSchedule()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");

        await stage.CheckAsync();

        var run = (await stage.Sync.RunsAsync(new RunQuery { Take = 1 }, Actors.Viewer)).Items[0];
        Assert.Equal((RunTrigger.Schedule, RunState.Succeeded, 1), (run.Trigger, run.State, run.Confirmed));
        Assert.Contains("new@example.com", stage.InGroup());
        Assert.Single(await stage.ItemsAsync(run.Id), i => i.Action is PlanAction.Add);
        Assert.DoesNotContain(await stage.ItemsAsync(run.Id), i => i.Action is PlanAction.Keep);
    }
}
