using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

public sealed class VirtualClockTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Advance_PastADelay_EndsItAtOnce()
    {
        var clock = new VirtualClock();
        var delay = Task.Delay(TimeSpan.FromHours(3), clock, Cancellation);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromHours(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    [Fact]
    public async Task Advance_PastSeveralPeriods_TicksAgainAfterEach()
    {
        var clock = new VirtualClock();
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(5), clock);
        for (var n = 0; n < 3; n++)
        {
            var tick = timer.WaitForNextTickAsync(Cancellation).AsTask();
            clock.Advance(TimeSpan.FromMinutes(5));
            Assert.True(await tick.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        }
    }

    [Fact]
    public void Advance_Backwards_IsRefused()
    {
        var clock = new VirtualClock();
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.FromSeconds(-1)));
        var (now, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());
        clock.Advance(TimeSpan.FromDays(1));
        Assert.True(clock.GetUtcNow() - now >= TimeSpan.FromDays(1));
        Assert.True(clock.GetElapsedTime(stamp) >= TimeSpan.FromDays(1));
    }
}
