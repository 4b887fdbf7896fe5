namespace Portal.Domain.TestFlight.Calls;

/// <summary>How a key's budget stands at a moment. Numbers are of the rolling hour; null where the key has no limit.</summary>
/// <param name="Limit">Calls in any 60 minutes.</param>
/// <param name="Used">Of them used, by whomever.</param>
/// <param name="Left">Of them left.</param>
/// <param name="LeftForRuns">What a run may use now: people's reserve stays, but for what is lent.</param>
/// <param name="Foreign">Used by somebody else, as last measured.</param>
/// <param name="InFlight">On their way.</param>
/// <param name="Width">How many may be now; fewer than <paramref name="Most"/> after a 429 or a failure of Apple's.</param>
/// <param name="Most">How many may be on a good day.</param>
/// <param name="Waiting">Calls that wait for their turn.</param>
/// <param name="RunsWaitUntil">When a run may go on; null: now.</param>
public sealed record CallGauge(int? Limit, int Used, int? Left, int? LeftForRuns, int Foreign, int InFlight, int Width, int Most, int Waiting, DateTimeOffset? RunsWaitUntil)
{
    /// <summary>The gauge of a situation.</summary>
    public static CallGauge Of(in CallSituation key, int most, int waiting, DateTimeOffset now)
    {
        var foreign = now - key.Foreign.MeasuredAt < CallBudget.Hour ? key.Foreign.Count : 0;
        var used = key.Done.CountAfter(now - CallBudget.Hour) + key.InFlight + foreign;
        var hour = key.Limits.Hour;
        var recent = key.Done.CountAfter(now - CallBudget.Hour + CallBudget.LendsFor) + key.InFlight + foreign;
        int? forRuns = hour > 0 ? Math.Max(0, Math.Min(hour - CallBudget.Reserve(hour) - recent, hour - CallBudget.NeverLent(hour) - used)) : null;
        // Waiting for one on its way is not waiting for a limit; all on their way count toward it.
        var runs = CallBudget.Decide(key with { Width = Math.Max(key.Width, key.InFlight + 1) }, atScreen: false, now);
        return new(hour > 0 ? hour : null, used, hour > 0 ? Math.Max(0, hour - used) : null, forRuns, foreign, key.InFlight, key.Width, most, waiting, runs.MayGo ? null : runs.Until);
    }

    /// <summary>How full the hour is, 0 to 100; 0 where there is no limit.</summary>
    public double Percent => Limit is { } limit ? Math.Min(100, 100.0 * Used / limit) : 0;
}

/// <summary>What a run will cost and when it is through.</summary>
/// <param name="Calls">Calls it still makes, at most.</param>
/// <param name="LeftThisHour">Calls the key has left; null: no limit.</param>
/// <param name="DoneAt">When it is through, if nobody else uses the key meanwhile.</param>
/// <param name="Waits">Whether it has to wait for Apple's limit on the way.</param>
public sealed record CallForecast(int Calls, int? LeftThisHour, DateTimeOffset DoneAt, bool Waits)
{
    private const int MostSteps = 200_000;

    /// <summary>Lets the calls go one after the other as the budget would, on a copy of the key's hour.</summary>
    /// <param name="calls">How many.</param>
    /// <param name="key">How the key stands.</param>
    /// <param name="perCall">How long Apple takes for one.</param>
    /// <param name="now">The time, UTC.</param>
    public static CallForecast Of(int calls, in CallSituation key, TimeSpan perCall, DateTimeOffset now)
    {
        var situation = key with { Done = key.Done.Copy(), InFlight = 0 };
        var (at, waits) = (now, false);
        var step = perCall / Math.Max(1, key.Width);
        for (var i = 0; i < Math.Min(calls, MostSteps); i++)
        {
            while (CallBudget.Decide(situation, atScreen: false, at) is { MayGo: false, Until: { } until })
            {
                waits |= until - at > TimeSpan.FromSeconds(5);
                at = until > at ? until : at + TimeSpan.FromSeconds(1);
            }
            situation.Done.Add(at);
            at += step;
        }
        return new(calls, CallGauge.Of(key, key.Width, 0, now).Left, at, waits);
    }
}
