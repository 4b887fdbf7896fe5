using CsCheck;
using Portal.Domain.TestFlight.Calls;

namespace Portal.Domain.Tests.TestFlight.Calls;

/// <summary>What holds however calls arrive and however long Apple takes.</summary>
public class CallBudgetProperties
{
    private const int Many = 300;

    // A burst of attempts by a person or a run, how long each takes, then a pause.
    private static readonly Gen<(bool AtScreen, int Tries, double Arrives, int TakesMs, int PauseSeconds)> Burst =
        Gen.Select(Gen.Bool, Gen.Int[1, 60], Gen.Double[0, 1], Gen.Int[0, 20_000], Gen.Int[0, 900]);

    private static readonly Gen<(CallLimits Limits, int Width)> Key =
        Gen.Select(Gen.Int[5, 120], Gen.Int[2, 40], Gen.Int[1, 8], (hour, minute, width) => (new CallLimits(hour, minute), width));

    [Fact]
    public void Decide_WhateverArrives_NeverLetsApplesRollingWindowsOverflow() => Gen.Select(Key, Burst.Array[1, 60]).Sample((key, bursts) =>
    {
        var world = Play(key.Limits, key.Width, bursts);

        Assert.InRange(world.MostIn(CallBudget.Hour), 0, key.Limits.Hour);
        Assert.InRange(world.MostIn(CallBudget.Minute), 0, key.Limits.Minute);
    }, iter: Many);

    [Fact]
    public void Decide_RunsAlone_LeaveTheReserveButForWhatComesBackSoon() => Gen.Select(Key, Burst.Array[1, 60]).Sample((key, bursts) =>
    {
        var world = Play(key.Limits, key.Width, [.. bursts.Select(burst => burst with { AtScreen = false })]);
        var hour = key.Limits.Hour;

        Assert.InRange(world.MostIn(CallBudget.Hour), 0, Math.Max(1, hour - CallBudget.NeverLent(hour)));
        Assert.InRange(world.MostIn(CallBudget.Hour - CallBudget.LendsFor), 0, Math.Max(1, hour - CallBudget.Reserve(hour)));
    }, iter: Many);

    [Fact]
    public void Decide_WhoeverMayNotGo_MayGoAtTheTimeItNamesWhenNobodyElseCalls() => Gen.Select(Key, Burst.Array[1, 40], Gen.Bool).Sample((key, bursts, atScreen) =>
    {
        var world = Play(key.Limits, key.Width, bursts);
        world.Pass(TimeSpan.FromSeconds(30)); // everything on its way has ended
        var since = world.Now;
        for (var asked = 0; asked < 20 && CallBudget.Decide(world.Situation, atScreen, world.Now) is { MayGo: false, Until: var until }; asked++)
        {
            Assert.NotNull(until);
            Assert.True(until > world.Now);
            world.Pass(until.Value - world.Now);
        }
        Assert.True(CallBudget.Decide(world.Situation, atScreen, world.Now).MayGo);
        Assert.InRange(world.Now - since, TimeSpan.Zero, CallBudget.Hour);
    }, iter: Many);

    private static CallWorld Play(CallLimits limits, int width, (bool AtScreen, int Tries, double Arrives, int TakesMs, int PauseSeconds)[] bursts)
    {
        var world = new CallWorld(limits, width);
        foreach (var burst in bursts)
        {
            for (var i = 0; i < burst.Tries; i++)
            {
                world.Try(burst.AtScreen, burst.Arrives, TimeSpan.FromMilliseconds(burst.TakesMs));
                world.Pass(TimeSpan.FromMilliseconds(burst.TakesMs / 4));
            }
            world.Pass(TimeSpan.FromSeconds(burst.PauseSeconds));
        }
        return world;
    }

    [Fact]
    public void FairQueue_LinksThatWait_HaveOneTurnEachBeforeAnyHasASecond() => Gen.Int[0, 6].Array[1, 200].Sample(arrivals =>
    {
        var queue = new FairQueue<int>();
        for (var i = 0; i < arrivals.Length; i++) queue.Enqueue($"link {arrivals[i]}", i);
        var served = new List<int>();
        while (queue.TryDequeue(out var next)) served.Add(next);

        // Everybody's first, in the order they came, then everybody's second, and so on.
        var links = arrivals.Distinct().ToList();
        var turn = arrivals.Select((link, i) => arrivals[..i].Count(other => other == link)).ToList();
        Assert.Equal(Enumerable.Range(0, arrivals.Length).OrderBy(i => turn[i]).ThenBy(i => links.IndexOf(arrivals[i])), served);
    }, iter: Many);

    [Fact]
    public void FlightWidth_WhateverComesBack_StaysBetweenOneAndTheMost() => Gen.Select(Gen.Int[1, 8], Gen.Int[0, 7].Select(kind => new[] { 200, 204, 404, 429, 500, 503, 0, -1 }[kind]).Array[0, 200]).Sample((most, answers) =>
    {
        var (width, now) = (FlightWidth.Full(most), CallWorld.Start);
        foreach (var status in answers)
        {
            var begun = now;
            width = width.After(status, begun, most, now += TimeSpan.FromSeconds(1));
            Assert.InRange(width.Calls, 1, most);
        }
        for (var i = 0; i < most * most; i++) width = width.After(200, now, most, now += TimeSpan.FromSeconds(1));
        Assert.Equal(most, width.Calls);
    }, iter: Many);
}
