using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.Data;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect.Budget;

/// <summary>The pace of a key against an Apple that counts.</summary>
public sealed class KeyBudgetTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private void Limit(int hour, int minute = 0) => _key.World.Switches = _key.World.Switches with { HourLimit = hour, MinuteLimit = minute };

    private async Task ReadAsync(KeyUse use, int times = 1)
    {
        for (var i = 0; i < times; i++) await _key.Client.ListAppsAsync(use, Cancel);
    }

    [Fact, Trait("Failure", "F22")]
    public async Task Job_BeyondTheHour_WaitsForItAndIsNeverRefused()
    {
        Limit(hour: 20);
        var begun = _portal.Clock.GetUtcNow();
        await _portal.TurnAsync(ReadAsync(_key.JobUse, 40));
        Assert.All(_key.Calls(), call => Assert.Equal(200, call.Status));
        // 40 calls of 20 an hour, less the reserve: the third hour has begun.
        Assert.InRange(_portal.Clock.GetUtcNow() - begun, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(180));
    }

    [Fact, Trait("Failure", "F22")]
    public async Task Jobs_SeveralAtOnceBeyondTheMinute_ArePacedToIt()
    {
        Limit(hour: 3_600, minute: 30);
        await ReadAsync(_key.JobUse);
        await _portal.TurnAsync(Task.WhenAll(Enumerable.Range(0, 8).Select(link => ReadAsync(_key.JobUse with { GroupId = $"{link}" }, 10))));
        Assert.Equal(81, _key.Calls().Count);
        Assert.All(_key.Calls(), call => Assert.Equal(200, call.Status));
    }

    [Fact, Trait("Failure", "F22")]
    public async Task Person_WhenTheHourIsUsedUp_IsToldUntilWhenAtOnce()
    {
        Limit(hour: 5);
        await ReadAsync(_key.Use, 5);
        var told = await Assert.ThrowsAsync<AppleException>(() => ReadAsync(_key.Use));
        Assert.Equal(("apple-rate-limit", FailureReach.Passing, Turn.Nobody), (told.Problem.Code, told.Reach, told.Problem.Turn));
        var first = (await _key.UsesAsync())[0];
        Assert.InRange(told.Until!.Value, first.IntentAt.AddHours(1), _portal.Clock.GetUtcNow().AddHours(1));
        Assert.Contains($"at {told.Until:HH:mm} UTC", told.Problem.Sentence, StringComparison.Ordinal);
        Assert.Equal(5, _key.Calls().Count);
        _portal.Clock.Advance(TimeSpan.FromHours(1));
        await ReadAsync(_key.Use);
    }

    [Fact]
    public async Task Job_WhereOnlyTheReserveIsLeft_WaitsWhileAPersonGoes()
    {
        Limit(hour: 20);
        await ReadAsync(_key.JobUse, 16);
        var waiting = ReadAsync(_key.JobUse);
        await ReadAsync(_key.Use, 3);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(19, _key.Calls().Count);
        await _portal.TurnAsync(waiting);
        Assert.All(_key.Calls(), call => Assert.Equal(200, call.Status));
    }

    [Fact, Trait("Failure", "F22")]
    public async Task Job_RefusedWithoutATime_KeepsBackLongerEachTime()
    {
        await ReadAsync(_key.JobUse);
        _key.World.AddFault("429", times: 3);
        var begun = _portal.Clock.GetUtcNow();
        await _portal.TurnAsync(ReadAsync(_key.JobUse));
        Assert.Equal([200, 429, 429, 429, 200], (await _key.UsesAsync()).Select(use => use.Status));
        Assert.True(_portal.Clock.GetUtcNow() - begun >= TimeSpan.FromSeconds(5 + 10 + 20));
    }

    [Fact, Trait("Failure", "F22")]
    public async Task Write_RefusedForTheLimit_IsSentAgainForItWasNotDone()
    {
        var group = _key.World.GroupId("Aurora Notes", "Aurora beta testers");
        _key.World.AddFault("429", "POST");
        await _portal.TurnAsync(_key.Client.CreateTesterAsync(_key.JobUse, group, EmailAddress.TryParse("ana@example.org")!, null, null, Cancel));
        Assert.Single(_key.World.GroupMembers(group));
        Assert.Equal([429, 201], (await _key.UsesAsync()).Select(use => use.Status));
    }

    [Fact]
    public async Task Flight_After5xxAnd429_IsNarrowerAndWidensAgain()
    {
        var budget = await _portal.Get<KeyBudgets>().ForAsync(_key.Row, 1);
        Assert.Equal(4, budget.State().Situation.Width);
        _key.World.AddFault("500");
        await ReadAsync(_key.JobUse);
        Assert.Equal(2, budget.State().Situation.Width);
        await ReadAsync(_key.JobUse, 12);
        Assert.Equal(4, budget.State().Situation.Width);
    }

    [Fact]
    public async Task Flight_EightByChoice_SendsEightAtATime()
    {
        await using (var db = _portal.Get<Database>().Open())
        {
            await db.Credentials.Where(row => row.Id == _key.Row.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.ParallelRequests, 8), Cancel);
        }
        _key.World.AddFault("hold", times: 20);
        var reads = Enumerable.Range(0, 12).Select(_ => ReadAsync(_key.JobUse)).ToList();
        while (_key.World.Faults.Held.Count < 8) await Task.Delay(5, Cancel);
        Assert.Equal(8, _key.Calls().Count);
        // Two more are ready to go: their intents are on record.
        while ((await _key.UsesAsync()).Count < 10) await Task.Delay(5, Cancel);
        _key.World.Faults.Clear();
        await Task.WhenAll(reads);
    }

    [Fact, Trait("Failure", "F32")]
    public async Task Budget_AfterARestart_KnowsTheLimitAndTheCallsOfTheHour()
    {
        Limit(hour: 20);
        await ReadAsync(_key.JobUse, 16);
        await _portal.RestartAsync();
        var waiting = ReadAsync(_key.JobUse);
        var budget = await _portal.Get<KeyBudgets>().ForAsync(_key.Row, 1);
        while (budget.State().Waiting == 0 && !waiting.IsCompleted) await Task.Delay(5, Cancel);
        Assert.Equal((20, 16, false), (budget.State().Situation.Limits.Hour, budget.State().Situation.Done.Count, waiting.IsCompleted));
        Assert.Equal(16, _key.Calls().Count);
        await _portal.TurnAsync(waiting);
    }

    [Fact]
    public async Task Gauge_CallThatMayGoButIsNotRecordedYet_CountsItOnce()
    {
        Limit(hour: 20);
        await ReadAsync(_key.JobUse, 15);
        var budgets = _portal.Get<KeyBudgets>();
        var budget = await budgets.ForAsync(_key.Row, 1);
        async Task<CallGauge> GaugeAsync() => (await _portal.Get<CallForecasts>().OfCredentialAsync(_key.Row.Id, Actors.Administrator, Cancel))!;
        Assert.Equal((15, null), ((await GaugeAsync()).Used, (await GaugeAsync()).RunsWaitUntil));

        var ticket = await budgets.EnterAsync(budget, _key.JobUse, 4, CallPatience.Of(_key.JobUse), Cancel);
        var gauge = await GaugeAsync();
        budget.GiveUp(ticket);

        // 16 of 20 are a run's own.
        Assert.Equal((16, true), (gauge.Used, gauge.RunsWaitUntil is not null));
    }

    [Fact, Trait("Invariant", "39")]
    public async Task Job_ThatWaits_KeepsItsLeaseAndHearsWhenItIsLost()
    {
        Limit(hour: 20);
        await ReadAsync(_key.JobUse, 16);
        var beats = 0;
        var use = _key.JobUse with { Fence = (_, _) => ++beats == 3 ? throw new InvalidOperationException("The lease is gone.") : Task.CompletedTask };
        var waiting = ReadAsync(use);
        while (!waiting.IsCompleted)
        {
            _portal.Clock.Advance(TimeSpan.FromSeconds(6));
            await Task.WhenAny(waiting, Task.Delay(20, Cancel));
        }
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
        Assert.Equal((3, 16), (beats, _key.Calls().Count));
        var budget = await _portal.Get<KeyBudgets>().ForAsync(_key.Row, 1);
        Assert.Equal((0, 0), (budget.State().Waiting, budget.State().Situation.InFlight));
    }

    [Fact, Trait("Failure", "F22")]
    public async Task Run_WhoseWaitingCannotBeTakenBack_LeavesNoCallOnItsWay()
    {
        Limit(hour: 20);
        await ReadAsync(_key.JobUse, 16);
        var use = _key.JobUse with { RunId = Guid.CreateVersion7() };
        var waiting = ReadAsync(use);
        var budget = await _portal.Get<KeyBudgets>().ForAsync(_key.Row, 1);
        while (budget.Wake is null) await Task.Delay(5, Cancel);
        await _portal.Get<RunWaits>().MarkAsync(use, budget.Wake.Value, Cancel);
        await using var db = _portal.Get<Database>().Open();
        await db.Database.ExecuteSqlRawAsync("ALTER TABLE runs RENAME TO elsewhere", Cancel);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => _portal.TurnAsync(waiting));
        Assert.Equal((0, 0), (budget.State().Waiting, budget.State().Situation.InFlight));
        Assert.Equal(16, _key.Calls().Count);
    }

    [Fact, Trait("Failure", "F22")]
    public async Task Job_ReadyToGoWhenAppleAsksToWait_WaitsWithItsIntentOnRecord()
    {
        await ReadAsync(_key.JobUse);
        _key.World.AddFault("hold", times: 4);
        var reads = Enumerable.Range(0, 5).Select(_ => ReadAsync(_key.JobUse)).ToList();
        while (_key.World.Faults.Held.Count < 4 || (await _key.UsesAsync()).Count < 6) await Task.Delay(5, Cancel);
        _key.World.Switches = _key.World.Switches with { HourLimit = 1, RetryAfterSeconds = 600 };
        var refusedAt = _portal.Clock.GetUtcNow();
        _key.World.Faults.Release();
        while ((await _key.UsesAsync()).Count(use => use.Status == 429) < 4) await Task.Delay(5, Cancel);
        _key.World.Switches = _key.World.Switches with { HourLimit = 3_600 };
        Assert.Equal(5, _key.Calls().Count);
        await _portal.TurnAsync(Task.WhenAll(reads));
        Assert.All(_key.Calls().Skip(5), call => Assert.True(call.At >= refusedAt.AddSeconds(600) && call.Status == 200));
    }

    [Fact, Trait("Invariant", "39")]
    public async Task Job_WhoseLeaseIsLostWhileItIsReadyToGo_IsNotSent()
    {
        _key.World.AddFault("hold", times: 4);
        var reads = Enumerable.Range(0, 4).Select(_ => ReadAsync(_key.JobUse)).ToList();
        while (_key.World.Faults.Held.Count < 4) await Task.Delay(5, Cancel);
        var (isLost, withdrawn) = (false, 0);
        var late = ReadAsync(_key.JobUse with
        {
            Fence = (_, _) => Volatile.Read(ref isLost) ? throw new InvalidOperationException("The lease is gone.") : Task.CompletedTask,
            Withdrawn = _ => Task.FromResult(++withdrawn),
        });
        while ((await _key.UsesAsync()).Count < 5) await Task.Delay(5, Cancel);
        Volatile.Write(ref isLost, true);
        _portal.Clock.Advance(TimeSpan.FromSeconds(20));
        _key.World.Faults.Release();
        await Task.WhenAll(reads);
        await Assert.ThrowsAsync<InvalidOperationException>(() => late);
        Assert.Equal((4, 1), (_key.Calls().Count, withdrawn));
        Assert.Equal((0, "not-sent"), (await _key.UsesAsync()).Where(use => use.Status != 200).Select(use => (use.Status!.Value, use.AppleCode)).Single());
        var budget = await _portal.Get<KeyBudgets>().ForAsync(_key.Row, 1);
        Assert.Equal((0, 0), (budget.State().Waiting, budget.State().Situation.InFlight));
    }

    [Fact]
    public async Task Links_ThatWaitWithOneKey_TakeTurns()
    {
        Limit(hour: 20);
        await ReadAsync(_key.JobUse, 16);
        // One link asks for many before the other asks for one.
        var budget = await _portal.Get<KeyBudgets>().ForAsync(_key.Row, 1);
        var many = Enumerable.Range(0, 10).Select(_ => budget.Ask((_key.JobUse with { LinkId = Guid.AllBitsSet }).Queue, atScreen: false, 4)).ToList();
        var one = budget.Ask((_key.JobUse with { LinkId = Guid.Empty }).Queue, atScreen: false, 4);
        Assert.Equal(11, budget.State().Waiting);
        _portal.Clock.Advance(TimeSpan.FromMinutes(61));
        await many[4].Granted.WaitAsync(Cancel);
        // Four go together and two are made ready: its turn came second.
        Assert.Equal((true, 5), (one.Granted.IsCompleted, many.Count(ticket => ticket.Granted.IsCompleted)));
    }
}
