using Portal.Domain.TestFlight.Calls;

namespace Portal.Domain.Tests.TestFlight.Calls;

public class CallBudgetTests
{
    private static readonly DateTimeOffset Now = CallWorld.Start;

    private static CallLog Log(params (int Count, int MinutesAgo)[] calls)
    {
        var log = new CallLog();
        foreach (var (count, ago) in calls)
        {
            for (var i = 0; i < count; i++) log.Add(Now.AddMinutes(-ago));
        }
        return log;
    }

    private static CallSituation Key(CallLog log) => new(log, 0, 4, new CallLimits(3_600, 0));

    [Fact, Trait("Failure", "F22")]
    public void Decide_RunAtItsPartOfTheHour_WaitsWhileAPersonGoes()
    {
        var key = Key(Log((2_880, 30)));
        Assert.True(CallBudget.Decide(key, atScreen: true, Now).MayGo);
        var run = CallBudget.Decide(key, atScreen: false, Now);
        // After 54 minutes what comes back soon is lent.
        Assert.Equal((CallWait.Hour, Now.AddMinutes(24)), (run.For, run.Until));
        Assert.True(CallBudget.Decide(key, atScreen: false, Now.AddMinutes(24)).MayGo);
    }

    [Fact]
    public void Decide_ReserveNearTheEndOfTheWindow_IsLentDownToATwentieth()
    {
        Assert.True(CallBudget.Decide(Key(Log((2_880, 55), (539, 1))), atScreen: false, Now).MayGo);
        var full = CallBudget.Decide(Key(Log((2_880, 55), (540, 1))), atScreen: false, Now);
        Assert.Equal(Now.AddMinutes(5), full.Until);
        Assert.True(CallBudget.Decide(Key(Log((2_880, 55), (719, 1))), atScreen: true, Now).MayGo);
    }

    [Fact]
    public void Decide_FullFlight_WaitsForOneToEnd()
    {
        var key = Key(Log()) with { InFlight = 4 };
        Assert.Equal(new CallDecision(CallWait.InFlight, null), CallBudget.Decide(key, atScreen: true, Now));
    }

    [Fact, Trait("Failure", "F22")]
    public void Decide_AfterA429_NobodyGoesBeforeItsTime()
    {
        var key = Key(Log()) with { NotBefore = Now.AddSeconds(5) };
        Assert.Equal(new CallDecision(CallWait.Apple, Now.AddSeconds(5)), CallBudget.Decide(key, atScreen: true, Now));
        Assert.True(CallBudget.Decide(key, atScreen: true, Now.AddSeconds(5)).MayGo);
    }

    [Fact, Trait("Invariant", "40")]
    public void Decide_SomebodyElsesCalls_CountUntilTheyAreMeasuredAnew()
    {
        var key = Key(Log((100, 30))) with { Foreign = new ForeignCalls(3_500, Now) };
        var person = CallBudget.Decide(key, atScreen: true, Now);
        Assert.Equal((CallWait.Hour, Now + CallBudget.TrustsForeign), (person.For, person.Until));
        Assert.True(CallBudget.Decide(key, atScreen: true, person.Until!.Value).MayGo);
    }

    [Fact]
    public void Decide_RollingMinute_LeavesATenthToPeople()
    {
        var key = new CallSituation(Log((270, 0)), 0, 4, new CallLimits(3_600, 300));
        Assert.Equal((CallWait.Minute, Now.AddMinutes(1)), (CallBudget.Decide(key, atScreen: false, Now).For, CallBudget.Decide(key, atScreen: false, Now).Until));
        Assert.True(CallBudget.Decide(key, atScreen: true, Now).MayGo);
    }

    [Fact]
    public void CallLog_ClockSetBack_CountsTheCallAsTheNewest()
    {
        var log = Log((1, 5));
        log.Add(Now.AddMinutes(-30));
        Assert.Equal((2, Now.AddMinutes(-5)), (log.CountAfter(Now.AddMinutes(-6)), log[1]));
        log.Forget(Now.AddMinutes(-5));
        Assert.Equal(0, log.Count);
    }

    [Theory]
    [InlineData(1, null, 5)]
    [InlineData(2, null, 10)]
    [InlineData(5, null, 80)]
    [InlineData(99, null, 300)]
    [InlineData(3, 17, 17)]
    [InlineData(1, 0, 5)]
    [InlineData(1, 99_999, 3_600)]
    public void SlowDown_RefusalsInARow_KeepBackLonger(int inARow, int? asked, int seconds) =>
        Assert.Equal(seconds, SlowDown.For(inARow, asked is { } time ? TimeSpan.FromSeconds(time) : null).TotalSeconds);

    [Fact]
    public void FlightWidth_FailuresOfOneRound_HalveItOnce()
    {
        var width = FlightWidth.Full(8).After(500, Now, 8, Now.AddSeconds(1)).After(429, Now, 8, Now.AddSeconds(2)).After(0, Now.AddSeconds(1), 8, Now.AddSeconds(3));
        Assert.Equal(4, width.Calls);
        Assert.Equal(2, width.After(503, Now.AddSeconds(2), 8, Now.AddSeconds(4)).Calls);
    }

    [Theory, Trait("Invariant", "40")]
    [InlineData(20, 0, false)]
    [InlineData(21, 0, true)]
    [InlineData(40, 21, false)]
    [InlineData(42, 21, true)]
    public void ForeignCallRule_BeyondTheTolerance_IsSaidAndAgainWhenDoubled(int foreign, int said, bool news) => Assert.Equal(news, ForeignCallRule.IsNews(foreign, said));

    [Theory, Trait("Invariant", "40")]
    [InlineData(40, "About 40 calls with this key were not ours")]
    [InlineData(44, "About 40 calls with this key were not ours")]
    [InlineData(1_238, "About 1,240 calls with this key were not ours")]
    public void ForeignCallRule_InWords_RoundsToTens(int foreign, string words) => Assert.Equal(words, ForeignCallRule.InWords(foreign));
}
