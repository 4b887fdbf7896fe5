namespace Portal.Domain.Sync.Approvals;

/// <summary>What a second person is asked about.</summary>
public enum ApprovalKind
{
    /// <summary>A run over a limit, held before its first write.</summary>
    HeldRun,
    /// <summary>Everyone a link put in is to be taken out for good.</summary>
    EndOfProject,
    /// <summary>A policy that lets more through than before.</summary>
    PolicyChange,
    /// <summary>Other columns of the source.</summary>
    MappingChange,
    /// <summary>Tokens for fixed reads that may do all the key may.</summary>
    ScopedReadsOff,
    /// <summary>An undo over a limit, held before its first write.</summary>
    Undo,
}

/// <summary>Where a request stands.</summary>
public enum ApprovalState
{
    /// <summary>Waits for a person.</summary>
    Open,
    /// <summary>Confirmed by its own requester in a small installation; takes effect after the delay.</summary>
    Delayed,
    /// <summary>Allowed, all of it or the chosen people.</summary>
    Allowed,
    /// <summary>Somebody else said no.</summary>
    Rejected,
    /// <summary>Its requester took it back.</summary>
    Withdrawn,
    /// <summary>Nobody decided in time.</summary>
    Expired,
    /// <summary>What it was about is not so any more.</summary>
    Superseded,
}

/// <summary>One value a request would change, in words.</summary>
/// <param name="Name">What it is called on the page.</param>
/// <param name="Before">As it is.</param>
/// <param name="After">As it would be.</param>
public sealed record ValueChange(string Name, string Before, string After);
