using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Services.Data;
using Portal.Services.Sync;
using Portal.Tests;
using LedgerEntry = Portal.Simulator.LedgerEntry;

namespace Portal.Services.Tests.Sync;

/// <summary>Many testers in one call, what is refused of them, and what nobody knows the fate of.</summary>
public sealed class BatchedWriteTests
{
    private const string Linkages = "/relationships/betaTesters";

    [Fact]
    public async Task RequestAsync_AppleTakesEverything_CallsDouble()
    {
        await using var stage = await KnownAsync(70, first: 10);

        await stage.RunAsync();

        Assert.Equal([10, 20, 40], Batches(stage).Select(b => b.Items));
        Assert.Equal(70, stage.InGroup().Count);
    }

    [Fact]
    public async Task RequestAsync_AppleTakesFewAtATime_SettlesAtWhatItTakes()
    {
        await using var stage = await KnownAsync(60, first: 20);
        stage.World.Switches = stage.World.Switches with { MaxLinkages = 10 };

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 60), (run.State, stage.InGroup().Count));
        // 20 refused, then 10 at a time and never more again.
        Assert.Equal([false, .. Enumerable.Repeat(true, 6)], Batches(stage).Select(b => b.Status == 204));
    }

    [Fact]
    [Trait("Invariant", "19")]
    public async Task RequestAsync_OneBadIdAmong64_IsCorneredInLogarithmicCalls()
    {
        await using var stage = await KnownAsync(64, first: 64);
        var bad = stage.InTeam()[37];
        stage.World.SetTesterState(bad, stage.AppId, "REVOKED");

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Partial, 1, 63), (run.State, run.Refused, run.Confirmed));
        Assert.Equal(bad, Assert.Single(await stage.ItemsAsync(run.Id), i => i.Outcome is ItemOutcome.Refused).Email, ignoreCase: true);
        // The whole, then two for each halving: 1 + 2·log2 64.
        Assert.Equal(13, Batches(stage).Count);
    }

    [Fact]
    [Trait("Invariant", "18")]
    [Trait("Failure", "F13")]
    public async Task RequestAsync_MostAreInAlreadyAndAppleRefusesThat_IsSeenByOneLookNotOneByOne()
    {
        await using var stage = await KnownAsync(64, first: 64);
        stage.World.Switches = stage.World.Switches with { ExistingMemberConflicts = true };
        var people = stage.InTeam();
        stage.World.AddFault("hold", "POST", Linkages);
        var running = stage.RunAsync();
        await stage.World.Faults.WaitUntilHeldAsync(TestContext.Current.CancellationToken);
        foreach (var email in people.Take(60)) stage.World.AddTesterByHand(stage.GroupId, email);
        stage.World.Faults.Release();

        var run = await running;

        Assert.Equal((RunState.Succeeded, 64), (run.State, run.Confirmed));
        Assert.InRange(Batches(stage).Count, 1, 2 * BatchSize.RefusalsOfOne(64));
    }

    [Theory]
    [InlineData("500-after-commit")]
    [InlineData("reset-after-commit")]
    [Trait("Invariant", "37")]
    public async Task RequestAsync_BatchCommittedButUnanswered_IsLookedAtAndNotSentAgain(string fault)
    {
        await using var stage = await KnownAsync(30, first: 30);
        stage.World.AddFault(fault, "POST", Linkages);

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 30), (run.State, run.Confirmed));
        Assert.Single(Batches(stage));
        Assert.DoesNotContain(Writes(stage), w => w.Path == "/v1/betaTesters");
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task RequestAsync_BatchFailedBeforeItWasDone_IsLookedAtThenSentAgainInHalves()
    {
        await using var stage = await KnownAsync(30, first: 30);
        stage.World.AddFault("500", "POST", Linkages);

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 30), (run.State, run.Confirmed));
        Assert.Equal(3, Batches(stage).Count);
        var calls = stage.World.Ledger.Entries.ToList();
        var second = calls.FindIndex(c => c.N == Batches(stage)[1].N);
        Assert.Equal("GET", calls[second - 1].Method);
    }

    [Theory]
    [InlineData("500-after-commit", 1)]
    [InlineData("reset-after-commit", 1)]
    [InlineData("500", 2)]
    [Trait("Invariant", "37")]
    public async Task RequestAsync_NewTesterUnanswered_IsSentAgainOnlyWhenSeenNotToBeThere(string fault, int posts)
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 4);
        stage.World.AddFault(fault, "POST", "/v1/betaTesters");

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, stage.InTeam().Count), (run.State, run.Confirmed));
        Assert.Equal(stage.InTeam(), stage.InGroup());
        Assert.Equal(stage.InTeam().Count - 1 + posts, Writes(stage).Count(w => w.Path == "/v1/betaTesters"));
        Assert.All(stage.World.Outbox.Where(m => m.GroupId == stage.GroupId).GroupBy(m => m.To.ToLowerInvariant()), person => Assert.Single(person));
    }

    [Fact]
    [Trait("Invariant", "37")]
    public async Task RequestAsync_NewTesterUnansweredUnderReadLag_IsNotSentAgainBeforeTheLagIsOver()
    {
        await using var stage = await SyncStage.StartAsync(settings: new Dictionary<string, string?> { ["Sync:ReadLagSeconds"] = "60" });
        stage.World.ShrinkTeam(SyncStage.Team, 4);
        stage.World.Switches = stage.World.Switches with { ReadLagSeconds = 50 };
        stage.World.AddFault("500-after-commit", "POST", "/v1/betaTesters");

        var running = stage.RunAsync();
        while (!running.IsCompleted)
        {
            stage.Portal.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(running, Task.Delay(5, TestContext.Current.CancellationToken));
        }
        var run = await running;

        Assert.Null(run.Problem);
        Assert.Equal(stage.InTeam().Count, Writes(stage).Count(w => w.Path == "/v1/betaTesters"));
        Assert.All(stage.World.Outbox.Where(m => m.GroupId == stage.GroupId).GroupBy(m => m.To.ToLowerInvariant()), person => Assert.Single(person));
    }

    [Fact]
    public async Task RequestAsync_IdOfTheMirrorGoneAtApple_IsLookedUpAndMadeAnew()
    {
        await using var stage = await KnownAsync(3, first: 100);
        await stage.RunAsync(SyncMode.Preview);
        await stage.DataAsync(async db =>
        {
            foreach (var (email, n) in stage.InTeam().Select((email, n) => (email, n)))
            {
                await db.MirrorTesters.Where(t => t.EmailKey == email).ExecuteDeleteAsync(TestContext.Current.CancellationToken);
                db.MirrorTesters.Add(new MirrorTesterRow { IssuerId = stage.World.IssuerId, AppId = stage.AppId, TesterId = $"gone-{n}", EmailKey = email, Email = email });
            }
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, 3, 0), (run.State, run.Confirmed, run.Refused));
    }

    /// <summary>A team whose members are all testers of the app, in another group, and an empty group for them.</summary>
    private static async Task<SyncStage> KnownAsync(int people, int first)
    {
        var stage = await SyncStage.StartAsync(settings: new Dictionary<string, string?> { ["Sync:BatchSize"] = $"{first}" });
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, people);
        foreach (var email in stage.InTeam()) stage.World.AddTesterByHand(stage.World.GroupId(SyncStage.App, "Aurora friends"), email);
        return stage;
    }

    private static List<LedgerEntry> Batches(SyncStage stage) => [.. Writes(stage).Where(e => e.Path.EndsWith(Linkages, StringComparison.Ordinal))];

    private static List<LedgerEntry> Writes(SyncStage stage) => [.. stage.World.Ledger.Entries.Where(e => e.Method != "GET")];
}
