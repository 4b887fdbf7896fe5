using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.Sync;

/// <summary>When the schedule writes, when it only looks, and how long it rests after failures.</summary>
public sealed class ScheduleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<SyncStage> FilledAsync(SyncPolicy policy)
    {
        var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, policy, Actors.ProgramManager, cancel: Cancel);
        return stage;
    }

    private static bool IsIn(SyncStage stage) => stage.InGroup().Contains("new@example.com");

    [Fact]
    public async Task CheckAsync_InAFreeze_ShowsTheDriftAndWritesOnlyAfterItsEnd()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var begins = stage.Portal.Clock.GetUtcNow();
        var ends = begins.UtcDateTime.AddHours(2);
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { Freezes = $"2026-01-01 - {ends:yyyy-MM-dd HH:mm}" }, Actors.ProgramManager, cancel: Cancel);

        var frozen = await stage.CheckAsync();
        Assert.Equal((LinkState.Active, 1, false), (frozen.State, frozen.DriftToAdd, IsIn(stage)));
        Assert.InRange(frozen.FrozenUntil!.Value, begins.AddMinutes(118), begins.AddMinutes(121));
        Assert.Equal("link-frozen", (await Assert.ThrowsAsync<ProblemException>(() => stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager, cancel: Cancel))).Problem.Code);
        Assert.Equal(RunState.Planned, (await stage.RunAsync(SyncMode.Preview)).State);

        stage.Portal.Clock.Advance(TimeSpan.FromHours(2));
        var after = await stage.CheckAsync();
        Assert.Equal((null, true), (after.FrozenUntil, IsIn(stage)));
    }

    [Fact]
    public async Task RequestAsync_InAFreezeWithAReason_SyncsAndKeepsTheReason()
    {
        await using var stage = await FilledAsync(new SyncPolicy { Freezes = "Daily" });

        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager, freezeOverride: " The launch is tonight ", cancel: Cancel);
        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);

        Assert.True(IsIn(stage));
        var told = await stage.DataAsync(db => db.AuditTexts.Where(t => db.AuditEvents.Any(e => e.Id == t.EventId && e.Code == "run.requested" && e.RunId == asked.RunId)).SingleAsync(Cancel));
        Assert.Contains("The launch is tonight", told.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_FreezeBeginsBeforeItsTurn_WritesNothingAndBlocksNoLink()
    {
        await using var stage = await FilledAsync(new SyncPolicy());
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager, cancel: Cancel);
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { Freezes = "Daily" }, Actors.ProgramManager, cancel: Cancel);

        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);

        var run = await stage.Sync.RunAsync(asked.RunId, Actors.Viewer, Cancel);
        Assert.Equal((RunState.Blocked, "link-frozen", false), (run.State, run.Problem?.Code, IsIn(stage)));
        Assert.Equal((LinkState.Active, null), await LinkAsync(stage));
    }

    [Fact]
    public async Task CheckAsync_DriftOnly_ShowsTheDriftAndLeavesTheWritingToPeople()
    {
        await using var stage = await FilledAsync(new SyncPolicy { DriftOnly = true });

        var link = await stage.CheckAsync();
        Assert.Equal((LinkState.Active, 1, false), (link.State, link.DriftToAdd, IsIn(stage)));

        Assert.Equal(RunState.Succeeded, (await stage.RunAsync()).State);
        Assert.True(IsIn(stage));
    }

    [Fact, Trait("Failure", "F23")]
    public async Task CheckAsync_FailsAgainAndAgain_RestsLongerEachTimeUntilItWorksOrSomebodyTriesNow()
    {
        await using var stage = await FilledAsync(new SyncPolicy());
        stage.World.AddFault("503", pathContains: "/v1/", times: 1_000);
        var rests = new List<double>();
        LinkView link = null!;
        for (var failures = 1; failures <= 5; failures++)
        {
            var now = stage.Portal.Clock.GetUtcNow();
            link = await stage.CheckAsync();
            rests.Add((link.NextDueAt!.Value - now).TotalMinutes);
            stage.Portal.Clock.Advance(link.NextDueAt.Value - stage.Portal.Clock.GetUtcNow());
            Assert.Equal((failures, failures >= 3), (link.FailuresInARow, link.IsQuarantined));
        }
        Assert.InRange(rests[0], 0, 5.1);
        Assert.All(rests.Skip(1).Zip([10.0, 20, 40, 80]), pair => Assert.InRange(pair.First, pair.Second, pair.Second + 1));
        Assert.Equal((LinkState.Active, true), (link.State, link.Problem is not null));

        await stage.Sync.ResumeAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        var tried = await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel);
        Assert.Equal((0, true), (tried.FailuresInARow, tried.NextDueAt <= stage.Portal.Clock.GetUtcNow()));

        await stage.CheckAsync();
        stage.World.Faults.Clear();
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(6));
        var well = await stage.CheckAsync();
        Assert.Equal((0, true), (well.FailuresInARow, IsIn(stage)));
    }

    private static async Task<(LinkState, string?)> LinkAsync(SyncStage stage)
    {
        var link = await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel);
        return (link.State, link.Problem?.Code);
    }
}
