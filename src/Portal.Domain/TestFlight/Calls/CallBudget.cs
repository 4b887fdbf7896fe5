namespace Portal.Domain.TestFlight.Calls;

/// <summary>Apple's limits for a key. 0: none.</summary>
/// <param name="Hour">Calls in any 60 minutes.</param>
/// <param name="Minute">Calls in any minute.</param>
public readonly record struct CallLimits(int Hour, int Minute)
{
    /// <summary>What counts where Apple does not say: its hour as observed, its minute as other clients pace it.</summary>
    public static readonly CallLimits Assumed = new(3_600, 300);
}

/// <summary>Calls Apple counted beyond ours, as last measured: somebody else uses the key.</summary>
public readonly record struct ForeignCalls(int Count, DateTimeOffset MeasuredAt);

/// <summary>All that decides whether a call may go.</summary>
/// <param name="Done">Calls that ended.</param>
/// <param name="InFlight">Calls on their way.</param>
/// <param name="Width">How many may be on their way at a time.</param>
/// <param name="Limits">Apple's limits.</param>
/// <param name="Foreign">Somebody else's calls.</param>
/// <param name="NotBefore">Until when Apple's 429 keeps everybody back.</param>
public readonly record struct CallSituation(CallLog Done, int InFlight, int Width, CallLimits Limits, ForeignCalls Foreign = default, DateTimeOffset? NotBefore = null);

/// <summary>What a call waits for.</summary>
public enum CallWait
{
    /// <summary>Nothing: it may go.</summary>
    None,
    /// <summary>One on its way to end.</summary>
    InFlight,
    /// <summary>The minute.</summary>
    Minute,
    /// <summary>The hour, or the part of it that is not kept for people.</summary>
    Hour,
    /// <summary>The time Apple asked for with a 429.</summary>
    Apple,
}

/// <summary>Whether a call may go now.</summary>
/// <param name="For">What it waits for.</param>
/// <param name="Until">When to ask again, UTC; null: when a call on its way ends.</param>
public readonly record struct CallDecision(CallWait For, DateTimeOffset? Until)
{
    /// <summary>It may go.</summary>
    public static readonly CallDecision Go = new(CallWait.None, null);

    /// <summary>Whether it may go.</summary>
    public bool MayGo => For is CallWait.None;
}

/// <summary>
/// The budget of a key. People at the screen may use all of it; runs leave a fifth of the hour and a tenth of the minute. What
/// they leave is lent to them near the end of a window: as many calls as come back within six minutes, down to a twentieth.
/// </summary>
public static class CallBudget
{
    /// <summary>The rolling hour.</summary>
    public static readonly TimeSpan Hour = TimeSpan.FromMinutes(60);

    /// <summary>The rolling minute.</summary>
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Calls that come back within this time may be lent from the reserve.</summary>
    public static readonly TimeSpan LendsFor = TimeSpan.FromMinutes(6);

    /// <summary>Somebody else's calls leave the hour at times we do not know: after this a call of ours measures anew.</summary>
    public static readonly TimeSpan TrustsForeign = TimeSpan.FromMinutes(5);

    /// <summary>Calls of the hour kept for people at the screen.</summary>
    public static int Reserve(int hourLimit) => (hourLimit + 4) / 5;

    /// <summary>Calls of the hour that are never lent.</summary>
    public static int NeverLent(int hourLimit) => (hourLimit + 19) / 20;

    /// <summary>Calls of the minute kept for people at the screen.</summary>
    public static int MinuteReserve(int minuteLimit) => minuteLimit / 10;

    /// <summary>Decides for one call at <paramref name="now"/>.</summary>
    /// <param name="situation">How the key stands.</param>
    /// <param name="atScreen">Whether a person waits for it: then the reserve is there for it.</param>
    /// <param name="now">The time, UTC.</param>
    public static CallDecision Decide(in CallSituation situation, bool atScreen, DateTimeOffset now)
    {
        var decision = situation.InFlight >= situation.Width ? new CallDecision(CallWait.InFlight, null) : CallDecision.Go;
        if (situation.NotBefore > now) decision = new(CallWait.Apple, situation.NotBefore);
        var (hour, minute) = (situation.Limits.Hour, situation.Limits.Minute);
        if (minute > 0)
        {
            var part = atScreen ? minute : Math.Max(1, minute - MinuteReserve(minute));
            decision = Later(decision, In(situation, Minute, part, default, CallWait.Minute, now));
        }
        if (hour <= 0) return decision;
        if (atScreen) return Later(decision, In(situation, Hour, hour, situation.Foreign, CallWait.Hour, now));
        // Lending as a window: calls older than 54 minutes do not stand against the part that is a run's own.
        decision = Later(decision, In(situation, Hour - LendsFor, Math.Max(1, hour - Reserve(hour)), situation.Foreign, CallWait.Hour, now));
        return Later(decision, In(situation, Hour, Math.Max(1, hour - NeverLent(hour)), situation.Foreign, CallWait.Hour, now));
    }

    private static CallDecision In(in CallSituation situation, TimeSpan length, int limit, ForeignCalls foreign, CallWait wait, DateTimeOffset now)
    {
        var trusted = foreign.Count > 0 && now - foreign.MeasuredAt < TrustsForeign;
        var first = situation.Done.FirstAfter(now - length);
        var own = situation.Done.Count - first;
        var tooMany = own + situation.InFlight + (trusted ? foreign.Count : 0) - limit + 1;
        if (tooMany <= 0) return CallDecision.Go;
        DateTimeOffset? leaves = tooMany <= own ? situation.Done[first + tooMany - 1] + length : null;
        DateTimeOffset? measured = trusted ? foreign.MeasuredAt + TrustsForeign : null;
        return new(wait, leaves is null ? measured : measured is null ? leaves : leaves < measured ? leaves : measured);
    }

    private static CallDecision Later(CallDecision one, CallDecision other)
    {
        if (other.MayGo) return one;
        if (one.MayGo || one.Until is null) return other.Until is null && !one.MayGo ? one : other;
        return other.Until > one.Until ? other : one;
    }
}
