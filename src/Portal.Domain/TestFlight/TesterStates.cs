namespace Portal.Domain.TestFlight;

/// <summary>How far a tester has come, in the portal's words. Words not known yet are shown as they came (invariant 36).</summary>
public static class TesterStates
{
    /// <summary>The states of Apple's, in the order a tester passes them.</summary>
    public static readonly IReadOnlyList<string> Known = ["NOT_INVITED", "INVITED", "ACCEPTED", "INSTALLED", "REVOKED"];

    /// <summary>Short, sentence case.</summary>
    public static string InWords(string? state) => state switch
    {
        "NOT_INVITED" => "Not invited",
        "INVITED" => "Invited",
        "ACCEPTED" => "Accepted",
        "INSTALLED" => "Installed",
        "REVOKED" => "Revoked",
        null or "" => "Not reported",
        _ => state,
    };

    /// <summary>How it reads.</summary>
    public static BuildMood MoodOf(string? state) => state switch
    {
        "INSTALLED" or "ACCEPTED" => BuildMood.Good,
        "INVITED" => BuildMood.Waiting,
        "NOT_INVITED" => BuildMood.Attention,
        "REVOKED" => BuildMood.Bad,
        _ => BuildMood.Quiet,
    };

    /// <summary>Whether Apple reports nobody behind this tester: they came by the public link without an account the team may see (invariant 8).</summary>
    public static bool IsAnonymous(this BetaTester tester) => string.IsNullOrEmpty(tester.Email);
}
