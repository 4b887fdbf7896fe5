namespace Portal.Domain.TestFlight;

/// <summary>Who loses what when a group is taken a build, said before a person decides.</summary>
public static class BuildLoss
{
    /// <summary>Who loses it, what stays on their devices, and whether anything is left to test.</summary>
    /// <param name="builds">Every build of the group.</param>
    public static string InWords(BetaGroup group, IReadOnlyCollection<Build> leaving, IReadOnlyList<Build> builds, DateTimeOffset now)
    {
        var who = group.TesterCount switch { null => "Everybody in", 0 => "Nobody is in", 1 => "1 person in", var count => $"{count:N0} people in" };
        var what = leaving.Count == 1 ? Name(leaving.First()) : $"{leaving.Count} builds";
        var loses = group.TesterCount switch { 0 => $"{who} “{group.Name}” now, so nobody loses {what}.", 1 => $"{who} “{group.Name}” loses {what}.", _ => $"{who} “{group.Name}” lose {what}." };
        // Apple's texts disagree on what is installed already (invariant 12).
        var stays = leaving.Max(build => build.ExpirationDate) is { } end ? $" Who has it installed may keep it until it expires, {end:yyyy-MM-dd}." : " Who has it installed may keep it until it expires.";
        var left = builds.Where(build => leaving.All(gone => gone.Id != build.Id) && build.IsTestable(group.IsInternal, now)).MaxBy(build => build.UploadedDate);
        return loses + (group.TesterCount == 0 ? "" : stays) + (left is null ? " No build that can be tested is left in the group: Apple invites nobody then." : $" {Name(left)} stays.");
    }

    private static string Name(Build build) => $"{build.Version} ({build.Number})";
}

/// <summary>The text testers see as "What to test".</summary>
public static class WhatToTest
{
    /// <summary>Apple's limit, in bytes of UTF-8.</summary>
    public const int MostBytes = 4_000;

    /// <summary>Why Apple would not take it, or null.</summary>
    public static Problem? Check(string text) =>
        string.IsNullOrWhiteSpace(text) ? TestFlightProblems.TextEmpty
        : System.Text.Encoding.UTF8.GetByteCount(text) > MostBytes ? TestFlightProblems.TextTooLong(MostBytes)
        : text.Contains('<', StringComparison.Ordinal) || text.EnumerateRunes().Any(IsEmoji) ? TestFlightProblems.TextNotTaken : null;

    // Apple refuses these; a person would only learn it from a code.
    private static bool IsEmoji(System.Text.Rune rune) => rune.Value is >= 0x1F000 and <= 0x1FAFF;
}
