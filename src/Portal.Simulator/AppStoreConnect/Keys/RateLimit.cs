namespace Portal.Simulator.AppStoreConnect;

/// <summary>A key's budget in any 60 minutes. Refused calls are not counted.</summary>
internal static class RateLimit
{
    public static void Count(World world, TeamKey key, HttpResponse response)
    {
        var now = world.Now;
        var switches = world.Switches;
        while (key.Calls.TryPeek(out var oldest) && oldest <= now.AddHours(-1))
        {
            key.Calls.Dequeue();
        }
        var minute = switches.MinuteLimit > 0 ? key.Calls.Count(c => c > now.AddMinutes(-1)) : 0;
        var refused = (switches.HourLimit > 0 && key.Calls.Count >= switches.HourLimit) || (switches.MinuteLimit > 0 && minute >= switches.MinuteLimit);
        if (!refused)
        {
            key.Calls.Enqueue(now);
            minute++;
        }
        var header = switches.HourLimit > 0 ? $"user-hour-lim:{switches.HourLimit};user-hour-rem:{Math.Max(0, switches.HourLimit - key.Calls.Count)};" : "";
        if (switches.MinuteLimit > 0)
        {
            header += $"{(header.Length > 0 ? ", " : "")}user-minute-lim:{switches.MinuteLimit};user-minute-rem:{Math.Max(0, switches.MinuteLimit - minute)};";
        }
        if (header.Length > 0)
        {
            response.Headers["X-Rate-Limit"] = header;
        }
        if (refused)
        {
            if (switches.RetryAfterSeconds > 0)
            {
                response.Headers.RetryAfter = switches.RetryAfterSeconds.ToString();
            }
            throw new AppleException(AppleError.RateLimit);
        }
    }
}
