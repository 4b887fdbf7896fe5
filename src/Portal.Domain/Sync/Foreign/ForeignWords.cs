namespace Portal.Domain.Sync.Foreign;

/// <summary>Other hands on a group, in words.</summary>
public static class ForeignWords
{
    /// <summary>"Somebody else changed this group: 4 added, 1 removed within a day, last on 4 May, 14:05 UTC."; null where nobody ever did.</summary>
    public static string? Seen(int added, int removed, DateTimeOffset? lastAt)
    {
        if (lastAt is not { } at) return null;
        var counts = string.Join(", ", new[] { (added, "added"), (removed, "removed") }.Where(c => c.Item1 > 0).Select(c => $"{c.Item1:N0} {c.Item2}"));
        return $"Somebody else changed this group: {(counts.Length > 0 ? $"{counts} within a day, " : "")}last on {at.UtcDateTime:d MMM, HH:mm} UTC.";
    }

    /// <summary>"2 came by the public link and 1 stopped testing within a day."; null where none did.</summary>
    public static string? OwnHands(int joined, int left)
    {
        var parts = new[] { (joined, "came by the public link"), (left, "stopped testing") }.Where(c => c.Item1 > 0).Select(c => $"{c.Item1:N0} {c.Item2}").ToList();
        return parts.Count == 0 ? null : $"{string.Join(" and ", parts)} within a day.";
    }

    /// <summary>What happened to one member.</summary>
    public static string Of(ForeignChangeKind kind) => kind switch
    {
        ForeignChangeKind.Added => "Added by somebody else",
        ForeignChangeKind.Removed => "Removed by somebody else",
        ForeignChangeKind.JoinedByPublicLink => "Came by the public link",
        _ => "Stopped testing",
    };
}
