using Microsoft.Extensions.Primitives;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>A key's budgets in any 60 minutes and in any minute, and how X-Rate-Limit tells of them. Caller holds the world's gate.</summary>
internal static class RateLimit
{
    /// <exception cref="AppleException">429: one of the two budgets is used up.</exception>
    public static void Count(World world, TeamKey key, string method, string template, HttpResponse response)
    {
        var (now, switches) = (world.Now, world.Switches);
        var minuteCounts = MinuteCounts(switches, method, template);
        key.Calls.Forget(now);
        var refused = (switches.HourLimit > 0 && key.Calls.Hour.Count >= switches.HourLimit)
            || (minuteCounts && key.Calls.Minute.Count >= switches.MinuteLimit);
        if (!refused || switches.RefusedCallsCount)
        {
            key.Calls.Add(now, minuteCounts);
        }
        Tell(switches, key, minuteCounts, response);
        if (refused)
        {
            AskToWait(switches, response);
            throw new AppleException(AppleError.RateLimit);
        }
    }

    /// <summary>The header on an answer that was given in place of the true one, without counting anything.</summary>
    public static void Tell(World world, TeamKey key, string method, string template, HttpResponse response)
    {
        key.Calls.Forget(world.Now);
        Tell(world.Switches, key, MinuteCounts(world.Switches, method, template), response);
    }

    public static void AskToWait(Switches switches, HttpResponse response)
    {
        if (switches.RetryAfterSeconds > 0)
        {
            response.Headers.RetryAfter = switches.RetryAfterSeconds.ToString();
        }
    }

    private static void Tell(Switches switches, TeamKey key, bool minuteCounts, HttpResponse response)
    {
        var hour = switches.HourLimit > 0 ? Part("hour", switches.HourLimit, key.Calls.Hour.Count) : null;
        var minute = minuteCounts ? Part("minute", switches.MinuteLimit, key.Calls.Minute.Count) : null;
        string?[] parts = switches.RateLimitHeader switch
        {
            RateLimitHeader.Missing => [],
            RateLimitHeader.HourOnly => [hour],
            RateLimitHeader.MinuteOnly => [minute ?? hour],
            RateLimitHeader.Joined when hour is not null && minute is not null => [$"{hour}, {minute}"],
            _ => [hour, minute],
        };
        if (parts.OfType<string>().ToArray() is { Length: > 0 } lines)
        {
            response.Headers["X-Rate-Limit"] = new StringValues(lines);
        }
    }

    private static string Part(string window, int limit, int used) => $"user-{window}-lim:{limit};user-{window}-rem:{Math.Max(0, limit - used)};";

    private static bool MinuteCounts(Switches switches, string method, string template) => switches.MinuteLimit > 0
        && (switches.MinuteLimitOn.Count == 0 || switches.MinuteLimitOn.Any(e => $"{method} {template}".StartsWith(e, StringComparison.Ordinal)));
}
