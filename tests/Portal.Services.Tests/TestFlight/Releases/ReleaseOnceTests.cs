using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.TestFlight;
using Portal.Services.TestFlight.Releases;
using Portal.Tests;

namespace Portal.Services.Tests.TestFlight.Releases;

/// <summary>Centercode offers create only: whatever becomes of the answer, no release is made twice but by a person's word.</summary>
[Trait("Invariant", "37")]
public sealed class ReleaseOnceTests
{
    private const string Releases = "/releaseTypes/";

    private static CancellationToken Cancel => ReleaseStage.Cancel;

    [Theory]
    [InlineData("500-after-commit", 1)]
    [InlineData("504-after-commit", 1)]
    [InlineData("reset-after-commit", 1)]
    [InlineData("500", 0)]
    [InlineData("503-html", 0)]
    [InlineData("reset", 0)]
    public async Task Answer_Lost_AsksAPersonAndIsNeverSentAgainByItself(string fault, int made)
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        var build = await stage.ComesAsync();
        stage.World.AddFault(fault, "POST", Releases);

        await stage.CycleAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromHours(7));
        await stage.CycleAsync();

        var release = await stage.ReleaseAsync(build);
        Assert.Equal((ReleaseState.Unconfirmed, "release-unconfirmed", Turn.ProgramManager, 1), (release.State, release.Problem!.Code, release.Problem.Turn, release.Attempts));
        Assert.Equal(made, stage.World.Releases.Count);
        Assert.Equal(1, await AskedAsync(stage));
    }

    [Fact]
    public async Task Settle_ThereOrAgain_IsAPersonsWordAndOnRecord()
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        stage.World.AddFault("500-after-commit", "POST", Releases);
        var there = await stage.ComesAsync("300");
        await stage.CycleAsync();
        stage.World.AddFault("500", "POST", Releases);
        var lost = await stage.ComesAsync("301");
        await stage.CycleAsync();
        var (first, second) = (await stage.ReleaseAsync(there), await stage.ReleaseAsync(lost));

        await stage.Service.SettleAsync(first.Id, isThere: true, Actors.ProgramManager, Cancel);
        await stage.Service.SettleAsync(second.Id, isThere: false, Actors.SecondProgramManager, Cancel);
        await stage.SweepAsync();

        Assert.Equal((ReleaseState.Created, "program-manager"), ((await stage.ReleaseAsync(there)).State, (await stage.ReleaseAsync(there)).SettledByName));
        Assert.Equal((ReleaseState.Created, 2), ((await stage.ReleaseAsync(lost)).State, (await stage.ReleaseAsync(lost)).Attempts));
        Assert.Equal(["Aurora Notes 3.0 (300)", "Aurora Notes 3.0 (301)"], stage.World.Releases.Select(release => release.Title).Order());
        Assert.Equal(2, (await stage.CodesAsync()).Count(code => code == AuditCodes.ReleaseSettled.Name));
        Assert.Equal("release-settled", (await Assert.ThrowsAsync<ProblemException>(() => stage.Service.SettleAsync(first.Id, isThere: false, Actors.ProgramManager, Cancel))).Problem.Code);
        Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => stage.Service.SettleAsync(first.Id, isThere: false, Actors.Support, Cancel))).Problem.Code);
    }

    [Fact]
    public async Task Portal_KilledBetweenAttemptAndAnswer_EndsUnconfirmedAndSendsNothing()
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        var build = await stage.ComesAsync();
        stage.World.AddFault("hold-after-commit", "POST", Releases);
        await stage.Sync.CheckAsync();
        var sweep = stage.SweepAsync();
        while (stage.World.Releases.Count == 0) await Task.Delay(20, Cancel);
        await stage.Portal.RestartAsync();

        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(4));
        await stage.SweepAsync();

        var release = await stage.ReleaseAsync(build);
        Assert.Equal((ReleaseState.Unconfirmed, 1, 1), (release.State, release.Attempts, stage.World.Releases.Count));
        Assert.Contains("The portal stopped", release.Problem!.Sentence, StringComparison.Ordinal);
        stage.World.Faults.Release();
        await sweep.ContinueWith(_ => { }, Cancel);
    }

    [Fact]
    public async Task Machines_TwoAtOnce_SendOnce()
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        var build = await stage.ComesAsync();
        await stage.Sync.CheckAsync();
        using var other = stage.Portal.BuildAnother();

        await Task.WhenAll(stage.SweepAsync(), other.Services.GetRequiredService<BuildWorker>().SweepAsync(Cancel));
        await stage.SweepAsync();

        Assert.Single(stage.World.Releases);
        Assert.Equal((ReleaseState.Created, 1), ((await stage.ReleaseAsync(build)).State, (await stage.ReleaseAsync(build)).Attempts));
    }

    [Theory]
    [InlineData("429")]
    [InlineData("401")]
    public async Task Answer_SomethingPassing_IsTriedAgainByItself(string fault)
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        var build = await stage.ComesAsync();
        stage.World.AddFault(fault, "POST", Releases);

        await stage.CycleAsync();
        var delayed = await stage.ReleaseAsync(build);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(2));
        await stage.SweepAsync();

        Assert.Equal(ReleaseState.Wanted, delayed.State);
        Assert.NotNull(delayed.NextTryAt);
        Assert.Equal(ReleaseState.Created, (await stage.ReleaseAsync(build)).State);
        Assert.Single(stage.World.Releases);
    }

    [Fact]
    public async Task Answer_Refused_SaysWhoseTurnAndAPersonTriesAgain()
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        stage.World.Switches = stage.World.Switches with { CentercodeRefusesAddress = true };
        var build = await stage.ComesAsync();
        await stage.CycleAsync();
        var refused = await stage.ReleaseAsync(build);
        stage.World.Switches = stage.World.Switches with { CentercodeRefusesAddress = false };

        await stage.Service.CreateAsync(stage.LinkId, build, ReleaseMode.Draft, Actors.ProgramManager, Cancel);
        await stage.SweepAsync();

        Assert.Equal((ReleaseState.Refused, Turn.CommunityManager), (refused.State, refused.Problem!.Turn));
        Assert.Equal(ReleaseState.Created, (await stage.ReleaseAsync(build)).State);
        Assert.Single(stage.World.Releases);
    }

    [Fact]
    [Trait("Invariant", "27")]
    public async Task Send_AnyRelease_IsARecordedKeyUseWithItsIntentFirst()
    {
        await using var stage = await ReleaseStage.StartAsync();
        await stage.CycleAsync();
        await stage.ComesAsync();
        await stage.CycleAsync();

        var use = await stage.Sync.DataAsync(db => db.KeyUses.AsNoTracking().SingleAsync(u => u.CredentialId == stage.Sync.ConnectionId && u.Method == "POST", Cancel));

        Assert.Equal(("release: create", 200), (use.Purpose, use.Status));
        Assert.True(use.IntentAt <= use.OutcomeAt);
        Assert.DoesNotContain(stage.World.CentercodeApiKey, use.PathTemplate, StringComparison.Ordinal);
    }

    private static Task<int> AskedAsync(ReleaseStage stage) => stage.Sync.DataAsync(db => db.KeyUses.CountAsync(u => u.CredentialId == stage.Sync.ConnectionId && u.Method == "POST", Cancel));
}
