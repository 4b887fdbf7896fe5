namespace Portal.Simulator;

/// <summary>A mail Apple would have sent. <paramref name="Kind"/> is invitation, reinvitation or new-build.</summary>
public sealed record OutboxMail(DateTimeOffset At, string To, string Subject, string Kind, string AppId, string? GroupId);

/// <summary>What happened at Apple's door: one entry a request, refused ones too. <paramref name="Status"/> stays 0 while it is open and when the caller hung up.</summary>
public sealed record LedgerEntry(
    long N, DateTimeOffset At, string? KeyId, string? TokenHash, string Method, string Path, string PathTemplate, string Query, int Status, int Items)
{
    /// <summary>The fault chosen for it, whether or not it took effect.</summary>
    public string? Fault { get; init; }

    /// <summary>How many requests of this key were open when it came, itself included.</summary>
    public int AtOnce { get; init; }
}

/// <summary>Calls of one kind and outcome. <paramref name="Items"/> is their sum.</summary>
public sealed record LedgerCount(string Method, string PathTemplate, int Status, int Calls, int Items);
