using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>What happens to links and runs when a node dies, faults, or a person steps in while a request is on its way.</summary>
public sealed class InterruptedRunTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Failure", "F32")]
    public async Task Sweep_NodeDiedDuringACheck_FindsTheLinkAgain()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        await LinkAsync(stage, set => set.SetProperty(l => l.LeaseHolder, "dead").SetProperty(l => l.LeaseUntil, stage.Portal.Clock.GetUtcNow()));
        stage.Portal.Clock.Advance(TimeSpan.FromDays(1));

        var due = await ActivatorUtilities.CreateInstance<SyncWorker>(stage.Portal.Get<IServiceProvider>()).SweepAsync(Cancel);

        Assert.Equal([stage.Link.Id], due.Select(d => d.Key));
    }

    [Fact]
    public async Task CheckAsync_FaultOfOurs_IsSaidAndTriedAgainAtTheNextIntervalNotEverySecond()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        await stage.DataAsync(db => db.Credentials.Where(c => c.Id == stage.CredentialId).ExecuteUpdateAsync(set => set.SetProperty(c => c.ActiveVersion, 99), Cancel));
        stage.Portal.Clock.Advance(TimeSpan.FromDays(1));

        var link = await stage.CheckAsync();

        Assert.True(link.NextDueAt > stage.Portal.Clock.GetUtcNow());
        Assert.Equal("run-failed", link.Problem?.Code);
    }

    [Fact]
    [Trait("Invariant", "34")]
    public async Task CheckAsync_PausedWhileItReads_StartsNoRun()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");
        stage.World.AddFault("hold", "GET", "/betaTesters", times: 1);

        var check = stage.CheckAsync();
        await HeldAsync(stage);
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager);
        stage.World.Faults.Clear();
        await check;

        Assert.DoesNotContain("new@example.com", stage.InGroup());
        Assert.Equal(1, (await stage.Sync.RunsAsync(new RunQuery(), Actors.Viewer)).Total);
    }

    [Fact]
    [Trait("Invariant", "35")]
    public async Task RunAsync_LinkRetiredWhileItReads_RemovesNobody()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var before = stage.InGroup();
        stage.World.RemoveTeamMember(SyncStage.Team, stage.World.TeamMembers(SyncStage.Team)[30].UserId.ToString());
        stage.World.AddFault("hold", "GET", "/betaTesters", times: 1);

        var running = stage.RunAsync();
        await HeldAsync(stage);
        await stage.Sync.RetireAsync(stage.Link.Id, Actors.ProgramManager);
        stage.World.Faults.Clear();
        var run = await running;

        Assert.Equal(before, stage.InGroup());
        Assert.Equal(RunState.Cancelled, run.State);
    }

    [Fact]
    [Trait("Invariant", "35")]
    public async Task RunAsync_LinkRetiredBeforeItsTurn_DoesNotEvenAskApple()
    {
        await using var stage = await SyncStage.StartAsync();
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager);
        await stage.Sync.RetireAsync(stage.Link.Id, Actors.ProgramManager);
        stage.World.Ledger.Clear();

        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);

        Assert.Empty(stage.World.Ledger.Entries);
        Assert.Equal(RunState.Cancelled, (await stage.Sync.RunAsync(asked.RunId, Actors.Viewer)).State);
    }

    [Fact]
    [Trait("Invariant", "16")]
    public async Task RunAsync_NodeDiedReadingAndTheTeamChanged_StillAppliesOnlyThePlanThatWasSeen()
    {
        await using var stage = await SyncStage.StartAsync();
        var preview = await stage.RunAsync(SyncMode.Preview);
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager, planHash: preview.PlanHash);
        await stage.DataAsync(db => db.Runs.Where(r => r.Id == asked.RunId).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RunState.Reading), Cancel));

        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);

        Assert.Equal("plan-changed", (await stage.Sync.RunAsync(asked.RunId, Actors.Viewer)).Problem?.Code);
        Assert.Empty(stage.InGroup());
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task RunAsync_TakenOverAndUnableToRead_KeepsWhatWasSentOpenAndOnRecord()
    {
        await using var stage = await SyncStage.StartAsync();
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager);
        await stage.DataAsync(async db =>
        {
            (await db.Runs.SingleAsync(r => r.Id == asked.RunId, Cancel)).State = RunState.Applying;
            db.RunItems.Add(Item(asked.RunId, "one@example.com", PlanAction.Add, null, ItemOutcome.Sent));
            return await db.SaveChangesAsync(Cancel);
        });
        stage.World.AddFault("short-page", "GET", "/betaTesters", times: 20);

        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);

        var run = await stage.Sync.RunAsync(asked.RunId, Actors.ProgramManager);
        Assert.Equal((RunState.Partial, 1), (run.State, run.Pending));
        Assert.Equal(ItemOutcome.PendingAtApple, Assert.Single(await stage.ItemsAsync(asked.RunId)).Outcome);
        Assert.True(await stage.DataAsync(db => db.AuditEvents.AnyAsync(e => e.RunId == asked.RunId && e.Code == AuditCodes.MemberAdded.Name, Cancel)));
    }

    [Fact]
    public void Merge_OneAddressTwiceInTheGroup_KeepsBothRemovalsOnRecord()
    {
        var run = new RunRow { Id = Guid.CreateVersion7(), StartedById = "a", StartedByName = "a" };
        List<RunItemRow> earlier = [Item(run.Id, "two@example.com", PlanAction.Remove, "t1", ItemOutcome.PendingAtApple), Item(run.Id, "two@example.com", PlanAction.Remove, "t2", ItemOutcome.PendingAtApple)];
        var plan = new SyncPlan([new PlanItem("two@example.com", PlanAction.Remove, PlanReasons.LeftTeam) { TesterId = "t2" }], "");

        var rows = RunBook.Merge(run, plan, earlier, DateTimeOffset.UnixEpoch);

        Assert.Equal([("t2", ItemOutcome.None), ("t1", ItemOutcome.Confirmed)], rows.Select(r => (r.TesterId!, r.Outcome)));
    }

    [Fact]
    [Trait("Failure", "F32")]
    public async Task RunAsync_TakenOverAndOneAddedHasLeftTheTeam_RecordsThatTheyWereInvitedAndRemoved()
    {
        await using var stage = await SyncStage.StartAsync();
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager);
        stage.World.AddTesterByHand(stage.GroupId, "one@example.com");
        await stage.DataAsync(async db =>
        {
            (await db.Runs.SingleAsync(r => r.Id == asked.RunId, Cancel)).State = RunState.Applying;
            db.RunItems.Add(Item(asked.RunId, "one@example.com", PlanAction.Add, null, ItemOutcome.Sent));
            db.Memberships.Add(new MembershipRow { Id = Guid.CreateVersion7(), LinkId = stage.Link.Id, PersonKey = "one@example.com", Origin = MembershipOrigin.Sync });
            return await db.SaveChangesAsync(Cancel);
        });

        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);

        Assert.DoesNotContain("one@example.com", stage.InGroup());
        var items = (await stage.ItemsAsync(asked.RunId)).Where(i => i.Email == "one@example.com").ToList();
        Assert.Equal([(PlanAction.Add, ItemOutcome.Confirmed), (PlanAction.Remove, ItemOutcome.Confirmed)], items.Select(i => (i.Action, i.Outcome)).Order());
        var targets = items.Select(i => i.Id.ToString()).ToList();
        Assert.Equal([AuditCodes.MemberAdded.Name, AuditCodes.MemberRemoved.Name],
            await stage.DataAsync(db => db.AuditEvents.Where(e => targets.Contains(e.TargetId!)).Select(e => e.Code).Order().ToListAsync(Cancel)));
    }

    [Theory]
    [InlineData(PlanAction.Add, ItemOutcome.Sent, "", "Add Sent")]
    [InlineData(PlanAction.Add, ItemOutcome.Refused, "", "Add Refused")]
    [InlineData(PlanAction.Add, ItemOutcome.Sent, "Keep in", "Add Confirmed")]
    [InlineData(PlanAction.Add, ItemOutcome.Sent, "Add out", "Add None")]
    [InlineData(PlanAction.Add, ItemOutcome.Sent, "Remove in", "Remove None, Add Confirmed")]
    [InlineData(PlanAction.Add, ItemOutcome.Sent, "Skip in", "Skip None, Add Confirmed")]
    [InlineData(PlanAction.Add, ItemOutcome.Confirmed, "Skip out", "Skip None, Add Confirmed")]
    [InlineData(PlanAction.Remove, ItemOutcome.Sent, "", "Remove Confirmed")]
    [InlineData(PlanAction.Remove, ItemOutcome.Sent, "Add out", "Add None, Remove Confirmed")]
    [InlineData(PlanAction.Remove, ItemOutcome.Sent, "Keep in", "Keep None, Remove Sent")]
    [InlineData(PlanAction.Remove, ItemOutcome.Sent, "Remove in", "Remove None")]
    [InlineData(PlanAction.Keep, ItemOutcome.Sent, "Keep in", "Keep Sent")]
    [InlineData(PlanAction.Keep, ItemOutcome.Sent, "Remove in", "Remove None, Keep Sent")]
    [InlineData(PlanAction.Add, ItemOutcome.NotTried, "", "")]
    [Trait("Failure", "F32")]
    public void Merge_WhatWasSentBefore_StaysOnRecordBesideWhatIsWantedNow(PlanAction before, ItemOutcome outcome, string now, string record)
    {
        var run = new RunRow { Id = Guid.CreateVersion7(), StartedById = "a", StartedByName = "a", Trigger = RunTrigger.Person };
        List<PlanItem> planned = [];
        if (now.Split(' ') is [var action, var place]) planned.Add(new("one@example.com", Enum.Parse<PlanAction>(action), PlanReasons.LeftTeam) { TesterId = place == "in" ? "t1" : null });

        var rows = RunBook.Merge(run, new SyncPlan(planned, ""), [Item(run.Id, "one@example.com", before, "t1", outcome)], DateTimeOffset.UnixEpoch);

        Assert.Equal(record, string.Join(", ", rows.Select(r => $"{r.Action} {r.Outcome}")));
        Assert.Equal(Enumerable.Range(0, rows.Count), rows.Select(r => r.Ordinal));
    }

    [Fact]
    [Trait("Invariant", "39")]
    public async Task RunAsync_LostTheLinkWhileARequestWasOnItsWay_WritesNoOutcomeAnyMore()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.AddFault("hold", "POST", "/relationships/betaTesters", times: 1);
        var running = stage.RunAsync();
        await HeldAsync(stage);
        await LinkAsync(stage, set => set.SetProperty(l => l.LeaseHolder, "another").SetProperty(l => l.LeaseNumber, l => l.LeaseNumber + 1));
        stage.World.Faults.Clear();

        var run = await running;

        // The request landed; who has the link now reads that and says so.
        Assert.Equal((RunState.Applying, 0), (run.State, run.Done));
        Assert.NotEmpty(stage.InGroup());
        Assert.All(await stage.ItemsAsync(run.Id), i => Assert.True(i.Outcome is ItemOutcome.None or ItemOutcome.Sent));
    }

    [Fact]
    public async Task ItemsAsync_SourceWithAddressesAsIds_MasksTheIdForAViewer()
    {
        await using var stage = await SyncStage.StartAsync();
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager);
        await stage.DataAsync(async db =>
        {
            var item = Item(asked.RunId, "one@example.com", PlanAction.Add, null, ItemOutcome.None);
            item.MemberId = "one@example.com";
            db.RunItems.Add(item);
            return await db.SaveChangesAsync(Cancel);
        });

        Assert.DoesNotContain("one@", Assert.Single(await stage.ItemsAsync(asked.RunId, Actors.Viewer)).MemberId);
        Assert.Equal("one@example.com", Assert.Single(await stage.ItemsAsync(asked.RunId)).MemberId);
    }

    private static RunItemRow Item(Guid runId, string key, PlanAction action, string? tester, ItemOutcome outcome) => new()
    {
        Id = Guid.CreateVersion7(), RunId = runId, PersonKey = key, Email = key, Action = action, ReasonCode = PlanReasons.JoinedTeam.Code, Reason = PlanReasons.JoinedTeam.Sentence, TesterId = tester, Outcome = outcome, Attempts = 1,
    };

    private static Task<int> LinkAsync(SyncStage stage, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<SyncLinkRow>> set) =>
        stage.DataAsync(db => db.Links.Where(l => l.Id == stage.Link.Id).ExecuteUpdateAsync(set, Cancel));

    private static async Task HeldAsync(SyncStage stage)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); stage.World.Faults.Held.Count == 0; await Task.Delay(20, Cancel))
            Assert.True(DateTime.UtcNow < until, "Nothing was held in time.");
    }
}
