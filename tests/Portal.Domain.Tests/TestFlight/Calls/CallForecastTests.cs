using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Calls;

namespace Portal.Domain.Tests.TestFlight.Calls;

public class CallForecastTests
{
    private static readonly DateTimeOffset Now = CallWorld.Start;

    [Fact]
    public void Of_CallsThatFitTheHour_AreDoneAtApplesPace()
    {
        var log = new CallLog();
        for (var i = 0; i < 640; i++) log.Add(Now.AddMinutes(-30));
        var forecast = CallForecast.Of(214, new CallSituation(log, 0, 4, new CallLimits(3_600, 0)), TimeSpan.FromSeconds(2), Now);
        Assert.Equal((214, 2_960, false), (forecast.Calls, forecast.LeftThisHour, forecast.Waits));
        Assert.Equal(Now.AddSeconds(107), forecast.DoneAt);
        Assert.Equal(640, log.Count);
    }

    [Fact]
    public void Of_FirstFillOfTenThousand_EndsWhenTheHoursLessTheReserveAllowIt()
    {
        var forecast = CallForecast.Of(10_053, new CallSituation(new CallLog(), 0, 4, new CallLimits(3_600, 300)), TimeSpan.FromMilliseconds(500), Now);
        Assert.True(forecast.Waits);
        // 2,880 an hour: the fourth part begins with the fourth hour at the latest; lending brings it forward.
        Assert.InRange(forecast.DoneAt - Now, TimeSpan.FromMinutes(125), TimeSpan.FromMinutes(190));
    }

    [Fact]
    public void Of_NoLimit_LeavesOutWhatIsLeft()
    {
        var forecast = CallForecast.Of(10, new CallSituation(new CallLog(), 0, 2, default), TimeSpan.FromSeconds(1), Now);
        Assert.Equal((null, Now.AddSeconds(5)), ((int?)forecast.LeftThisHour, forecast.DoneAt));
    }

    [Fact]
    public void Gauge_OfAKeyInUse_TellsWhatPeopleAndRunsHave()
    {
        var log = new CallLog();
        for (var i = 0; i < 2_000; i++) log.Add(Now.AddMinutes(-20));
        var gauge = CallGauge.Of(new CallSituation(log, 3, 4, new CallLimits(3_600, 300), new ForeignCalls(100, Now)), 4, 7, Now);
        Assert.Equal((3_600, 2_103, 1_497, 777), (gauge.Limit, gauge.Used, gauge.Left, gauge.LeftForRuns));
        Assert.Null(gauge.RunsWaitUntil);
        var tired = CallGauge.Of(new CallSituation(log, 0, 4, new CallLimits(2_000, 0)), 4, 0, Now);
        Assert.Equal((0, 0, Now.AddMinutes(40)), (tired.Left, tired.LeftForRuns, tired.RunsWaitUntil!.Value));
    }

    [Fact]
    public void Gauge_AllThatMayBeAreOnTheirWayAndTheHourIsFull_SaysUntilWhenRunsWait()
    {
        var log = new CallLog();
        // Of 120 a run has 96: 92 went, four are on their way.
        for (var i = 0; i < 92; i++) log.Add(Now.AddMinutes(-1));
        var gauge = CallGauge.Of(new CallSituation(log, 4, 4, new CallLimits(120, 0)), 4, 1, Now);
        Assert.Equal((0, Now.AddMinutes(53)), (gauge.LeftForRuns, gauge.RunsWaitUntil!.Value));
        var free = CallGauge.Of(new CallSituation(log, 3, 3, new CallLimits(120, 0)), 4, 1, Now);
        Assert.Equal((1, null), (free.LeftForRuns, free.RunsWaitUntil));
    }

    // Probe, the group, its builds.
    [Theory]
    [InlineData(0, 4)]
    [InlineData(248, 5)]
    [InlineData(10_000, 53)]
    public void ToPlan_OfAGroup_IsItsPagesAndThree(int inGroup, int calls) => Assert.Equal(calls, RunCalls.ToPlan(inGroup));

    [Theory]
    // Nobody to change, nothing to read back.
    [InlineData(0, 0, 0, 248, 0)]
    // Count, look-up, one, read back.
    [InlineData(1, 0, 0, 0, 4)]
    // Count, look-up of 400 spellings, each alone, read back the group.
    [InlineData(200, 0, 0, 0, 206)]
    // 100, 200, 400, 800, then as many as a call may carry: 1,000 each; read back 51 pages.
    [InlineData(0, 10_000, 0, 200, 4 + 9 + 51)]
    // Whoever is removed is read again first, and then read back.
    [InlineData(0, 0, 300, 10_000, 6 + 2 + 6)]
    // Count, look-up, fifty; one batch in; the leavers again, one batch out; read back.
    [InlineData(50, 50, 100, 9_800, 1 + 1 + 50 + 1 + 2 + 1 + 4)]
    public void ToApply_OfThePeopleLeft_CountsNewOnesAloneAndTheRestInGrowingBatches(int unknown, int known, int removals, int inGroup, int calls) =>
        Assert.Equal(calls, RunCalls.ToApply(new(unknown, known, removals, inGroup), BatchSize.Start(100, 1_000)));
}
