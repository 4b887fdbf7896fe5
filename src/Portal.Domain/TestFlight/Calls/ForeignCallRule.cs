namespace Portal.Domain.TestFlight.Calls;

/// <summary>When calls that are not ours are worth a word (invariant 40).</summary>
public static class ForeignCallRule
{
    /// <summary>So many say nothing: calls on their way, the edge of the rolling hour, attempts that died before they were recorded.</summary>
    public const int Tolerance = 20;

    /// <summary>Whether to say it: more than the tolerance, and twice what was said within the hour.</summary>
    /// <param name="foreign">Calls Apple counted beyond ours.</param>
    /// <param name="said">What was said last, 0 when nothing was within the hour.</param>
    public static bool IsNews(int foreign, int said) => foreign > Tolerance && foreign >= 2 * said;

    /// <summary>The words for it, rounded to tens: nobody knows it exactly.</summary>
    public static string InWords(int foreign) => $"About {Math.Max(10, (foreign + 5) / 10 * 10):N0} calls with this key were not ours";
}
