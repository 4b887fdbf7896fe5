namespace Portal.Domain.Sync;

/// <summary>What a new link needs before anything is asked of Apple.</summary>
public static class NewLinkRules
{
    private const int LongestName = 200;

    /// <summary>The first thing missing or too long, or null.</summary>
    public static Problem? Check(string projectKey, string releaseTypeKey, string teamName, ColumnMapping mapping, bool centercodeSyncIsOff)
    {
        if (KeyProblem("The project key", projectKey) is { } badProject) return badProject;
        if (KeyProblem("The release type key", releaseTypeKey) is { } badReleaseType) return badReleaseType;
        if (Bad(projectKey)) return SyncProblems.Incomplete("The Centercode project");
        if (Bad(releaseTypeKey)) return SyncProblems.Incomplete("The release type");
        if (Bad(teamName)) return SyncProblems.Incomplete("The team");
        if (Bad(mapping.MemberId)) return SyncProblems.Incomplete("The column with the stable user id");
        if (Bad(mapping.AppleEmail)) return SyncProblems.Incomplete("The column with the Apple e-mail");
        return centercodeSyncIsOff ? null : SyncProblems.CentercodeSyncNotOff;
    }

    /// <summary>Why this cannot be a key of Centercode's, which is one part of an address; null where it can be, or is blank still.</summary>
    public static Problem? KeyProblem(string what, string key) =>
        key.Trim().AsSpan().IndexOfAny(" \t/\\?#%&") < 0 ? null : SyncProblems.KeyMalformed(what);

    private static bool Bad(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > LongestName;
}

/// <summary>What a policy may hold, and what a change of it changed.</summary>
public static class PolicyRules
{
    private const int LongestFreezes = 4_000;

    /// <summary>The first value out of range, or null.</summary>
    public static Problem? Check(SyncPolicy policy)
    {
        if (policy.Every is { } every && (every < TimeSpan.FromMinutes(1) || every > TimeSpan.FromDays(7))) return Range("The interval", "1 minute to 7 days");
        if (policy.RemovalsAlwaysAllowed is < 0 or > 100) return Range("The removals always allowed", "0 to 100");
        if (policy.RemovalLimit is < 0 or > 10_000 || policy.RemovalsPerDay is < 0 or > 10_000) return Range("The limit on removals", "0 to 10,000");
        if (policy.AddLimit is < 0 or > 10_000 || policy.AddsAlwaysAllowed is < 0 or > 10_000 || policy.AddsPerDay is < 0 or > 10_000) return Range("The limit on adds", "0 to 10,000");
        if (!IsShare(policy.RemovalShare) || !IsShare(policy.AddShare) || !IsShare(policy.ShrunkenTeamShare)) return Range("A share", "0 to 100 %");
        if (policy.Freezes.Length > LongestFreezes) return Range("The freeze windows", "at most 4,000 characters");
        return FreezeCalendar.Read(policy.Freezes, policy.FreezeZone, out _);
    }

    /// <summary>Name → "before → after" of every value that differs, for the audit.</summary>
    public static IReadOnlyDictionary<string, object?> Differences(SyncPolicy before, SyncPolicy after) => typeof(SyncPolicy).GetProperties()
        .Where(property => property.CanWrite && !Equals(property.GetValue(before), property.GetValue(after)))
        .ToDictionary(property => property.Name, property => (object?)string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{property.GetValue(before)} → {property.GetValue(after)}"));

    private static bool IsShare(double share) => share is >= 0 and <= 1;

    private static Problem Range(string what, string range) => new("policy-out-of-range", $"{what} must be {range}. Change it and save again.") { Turn = Turn.Requester };
}
