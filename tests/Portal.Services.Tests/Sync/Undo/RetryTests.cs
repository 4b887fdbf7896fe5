using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Services.Tests.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Undo;

/// <summary>Whom Apple refused: left in peace for a while, tried again when a person says so.</summary>
public sealed class RetryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Invariant", "19")]
    public async Task CheckAsync_RefusedPerson_IsTriedAgainAfterAGrowingRestAndNotEachCycle()
    {
        var (stage, bad, run) = await RefusedAsync();
        await using var _ = stage;
        Assert.Equal((RunState.Partial, 1, 1), (run.State, run.Refused, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Resting));

        var tried = new List<int>();
        for (var minute = 5; minute <= 50; minute += 5)
        {
            stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
            await stage.CheckAsync();
            if ((await stage.NewestAsync()).Id != run.Id) tried.Add(minute);
            run = await stage.NewestAsync();
        }

        // A quarter of an hour, then half an hour.
        Assert.Equal([15, 45], tried);
        Assert.DoesNotContain(bad, stage.InGroup());
        var preview = await stage.RunAsync(SyncMode.Preview);
        var waits = Assert.Single(await stage.ItemsAsync(preview.Id), i => i.Email == bad);
        Assert.Equal((PlanAction.Wait, "resting-after-refusal"), (waits.Action, waits.ReasonCode));
        Assert.Contains("next try", waits.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAsync_WhatFailed_TriesThoseAloneAtOnceAndPlansAnew()
    {
        var (stage, bad, run) = await RefusedAsync();
        await using var _ = stage;
        // Meanwhile somebody else joined: not this run's matter.
        stage.World.AddTeamMember(SyncStage.Team, "Nina", "Novak", "nina@example.net", "nina@example.net");
        stage.World.SetTesterState(bad, stage.AppId, "ACCEPTED");

        var retry = await stage.GoOnAsync((await stage.Sync.RetryAsync(run.Id, Actors.ProgramManager, cancel: Cancel)).RunId);

        Assert.Equal((RunState.Succeeded, RunTrigger.Retry, 1, run.Id), (retry.State, retry.Trigger, retry.Confirmed, retry.OfRunId));
        Assert.Equal($"Add {bad} joined-team", Assert.Single(await stage.ToldAsync(retry.Id)));
        Assert.Contains(bad, stage.InGroup());
        Assert.DoesNotContain("nina@example.net", stage.InGroup());
        Assert.Equal(0, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Resting);
        Assert.True(await stage.DataAsync(db => db.AuditEvents.AnyAsync(e => e.RunId == retry.Id && e.Code == AuditCodes.RunRetryAsked.Name, Cancel)));
    }

    [Fact]
    public async Task RetryAsync_ChangedAddressSince_TriesTheNewOne()
    {
        var (stage, bad, run) = await RefusedAsync();
        await using var _ = stage;
        stage.World.ChangeAppleEmail(SyncStage.Team, bad, "fresh@example.net");

        var retry = await stage.GoOnAsync((await stage.Sync.RetryAsync(run.Id, Actors.ProgramManager, cancel: Cancel)).RunId);

        Assert.Equal(RunState.Succeeded, retry.State);
        Assert.Contains("fresh@example.net", stage.InGroup());
    }

    [Fact, Trait("Invariant", "34")]
    public async Task RetryAsync_NothingFailedPausedOrNotAllowed_IsRefused()
    {
        var (stage, _, run) = await RefusedAsync();
        await using var __ = stage;
        var good = await stage.RunAsync(SyncMode.Preview);

        Assert.Equal("nothing-to-retry", await UndoStage.RefusedAsync(() => stage.Sync.RetryAsync(good.Id, Actors.ProgramManager, cancel: Cancel)));
        Assert.Equal("access-refused", await UndoStage.RefusedAsync(() => stage.Sync.RetryAsync(run.Id, Actors.Support, cancel: Cancel)));
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        Assert.Equal("link-paused", await UndoStage.RefusedAsync(() => stage.Sync.RetryAsync(run.Id, Actors.ProgramManager, cancel: Cancel)));
        Assert.Equal(1, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).Resting);
    }

    [Fact]
    public async Task SyncOneAsync_RestingPerson_IsTriedAtOnceAndTheirPageSaysWhenElse()
    {
        var (stage, bad, run) = await RefusedAsync();
        await using var _ = stage;
        var people = stage.Portal.Get<PersonService>();
        var person = (await stage.ItemsAsync(run.Id)).Single(i => i.Email == bad).Id.ToString();
        var seen = await people.GetAsync(stage.Link.Id, person, Actors.Support, Cancel);
        Assert.Equal("person-rests", seen.Diagnosis.Next.Code);
        Assert.Contains("next try", seen.Diagnosis.Next.Words, StringComparison.Ordinal);

        stage.World.SetTesterState(bad, stage.AppId, "ACCEPTED");
        // What a preview shows of them is what is done.
        var preview = await stage.GoOnAsync((await people.PreviewOneAsync(stage.Link.Id, person, Actors.Support, Cancel)).RunId);
        Assert.Equal(1, preview.ToAdd);
        var one = await stage.GoOnAsync((await people.SyncOneAsync(stage.Link.Id, person, Actors.Support, preview.PlanHash, Cancel)).RunId);

        Assert.Equal((RunState.Succeeded, 1), (one.State, one.Confirmed));
        Assert.Contains(bad, stage.InGroup());
    }

    private static async Task<(SyncStage Stage, string Bad, RunView Run)> RefusedAsync()
    {
        var stage = await HeldStage.FilledAsync(people: 12);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        const string bad = "bea.bad@example.net";
        stage.World.AddTeamMember(SyncStage.Team, "Bea", "Bad", bad, bad);
        stage.Refuse(bad);
        var run = await stage.RunAsync();
        return (stage, bad, run);
    }
}
