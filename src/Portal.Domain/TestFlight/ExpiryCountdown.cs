namespace Portal.Domain.TestFlight;

/// <summary>How long a build can still be tested (F19).</summary>
/// <param name="DaysLeft">Whole days left; 0 on the last day, negative after; null when Apple reports no date.</param>
/// <param name="Words">"Expires in 12 days", for a page.</param>
/// <param name="Mood">Quiet while far away, attention within <see cref="SoonDays"/> days.</param>
public sealed record ExpiryCountdown(int? DaysLeft, string Words, BuildMood Mood)
{
    /// <summary>From this many days on it is said loudly.</summary>
    public const int SoonDays = 14;

    /// <summary>The words where "Expires" stands above them: "in 12 days", "today"; those of the past as they are.</summary>
    public string Brief => Words.StartsWith("Expires ", StringComparison.Ordinal) ? Words["Expires ".Length..] : Words;

    /// <summary>The countdown of a build at a time.</summary>
    public static ExpiryCountdown Of(Build build, DateTimeOffset now)
    {
        if (build.ExpirationDate is not { } end) return build.Expired ? new(null, "Expired", BuildMood.Quiet) : new(null, "Not reported", BuildMood.Quiet);
        var left = (int)Math.Floor((end - now).TotalDays);
        if (end <= now) return new(left, left >= -1 ? "Expired today" : $"Expired {InDays(-left - 1)} ago", BuildMood.Quiet);
        // A person may end a build before its date.
        if (build.Expired) return new(left, "Expired early", BuildMood.Quiet);
        return new(left, left == 0 ? "Expires today" : $"Expires in {InDays(left)}", left < SoonDays ? BuildMood.Attention : BuildMood.Good);
    }

    /// <summary>When a group goes dark: its last build that can be tested expires within <see cref="SoonDays"/> days. Null: not soon, or it is dark already.</summary>
    public static Problem? GoesDark(IEnumerable<Build> builds, bool isInternal, DateTimeOffset now)
    {
        var ends = builds.Where(build => build.IsTestable(isInternal, now)).Select(build => build.ExpirationDate).ToList();
        return ends.Count > 0 && ends.All(end => end < now.AddDays(SoonDays)) ? TestFlightProblems.GroupGoesDark(ends.Max()!.Value) : null;
    }

    private static string InDays(int days) => days == 1 ? "1 day" : $"{days} days";
}
