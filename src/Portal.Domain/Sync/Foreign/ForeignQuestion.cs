namespace Portal.Domain.Sync.Foreign;

/// <summary>What a program manager says of changes that were not ours.</summary>
public enum ForeignAnswer
{
    /// <summary>Somebody of ours did it at App Store Connect.</summary>
    ItWasUs,
    /// <summary>Centercode's own sync was on; it is off now.</summary>
    SyncIsOffNow,
    /// <summary>Another tool that is known and stays.</summary>
    KnownTool,
}

/// <summary>"Is Centercode's own sync switched off?" Asked after three changes by another writer in a rolling day, once: again only after as many new ones since the answer.</summary>
public static class ForeignQuestion
{
    /// <summary>Changes of a day that make it ask.</summary>
    public const int AskedFrom = 3;

    /// <summary>The rolling day.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Whether to ask now.</summary>
    /// <param name="seen">When each change by another writer was seen.</param>
    /// <param name="isOpen">It is asked already.</param>
    /// <param name="answeredAt">When it was last answered.</param>
    /// <param name="now">The time.</param>
    public static bool IsDue(IEnumerable<DateTimeOffset> seen, bool isOpen, DateTimeOffset? answeredAt, DateTimeOffset now) =>
        !isOpen && seen.Count(at => at > now - Day && !(at <= answeredAt)) >= AskedFrom;

    /// <summary>The answer in words.</summary>
    public static string Words(ForeignAnswer answer) => answer switch
    {
        ForeignAnswer.ItWasUs => "It was one of us",
        ForeignAnswer.SyncIsOffNow => "Centercode's own sync was on; it is off now",
        _ => "Another tool we know of; it stays",
    };
}
