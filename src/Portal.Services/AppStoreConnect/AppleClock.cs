using Microsoft.Extensions.Options;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>
/// Compares this machine's clock with the <c>Date</c> of Apple's answers. Beyond the bound nothing is signed (invariant 33, F34).
/// A clock that was set right unblocks by itself, because the measurement is carried on by the monotonic counter.
/// </summary>
internal sealed class AppleClock(TimeProvider time, IOptions<AppStoreConnectOptions> options)
{
    // After this a measurement says nothing any more: the machine may have slept. One request is let through and measures anew.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private Measurement? _last;

    /// <summary>Takes note of an answer's date, whose resolution is a second, against the time its request was on its way.</summary>
    public void Learn(DateTimeOffset sent, DateTimeOffset? answered)
    {
        if (answered is not { } date) return;
        var received = time.GetUtcNow();
        // Within the request's own duration and the second's resolution nothing is known to be off.
        var ahead = sent - date > TimeSpan.FromSeconds(1) ? sent - date - TimeSpan.FromSeconds(1)
            : date > received ? received - date : TimeSpan.Zero;
        Volatile.Write(ref _last, new Measurement(received, time.GetTimestamp(), ahead));
    }

    /// <summary>Returns when the clock may be trusted.</summary>
    /// <exception cref="AppleException"><c>clock-skew</c>.</exception>
    public void Demand()
    {
        if (Volatile.Read(ref _last) is not { } last) return;
        var passed = time.GetElapsedTime(last.Timestamp);
        var walked = time.GetUtcNow() - last.At;
        if (passed > Lifetime || walked > Lifetime) return;
        var ahead = last.Ahead + (walked - passed);
        if (ahead.Duration() <= TimeSpan.FromSeconds(options.Value.ClockSkewSeconds)) return;
        throw new AppleException(AppleProblems.ClockSkew((int)ahead.TotalSeconds), FailureReach.Credential);
    }

    private sealed record Measurement(DateTimeOffset At, long Timestamp, TimeSpan Ahead);
}
