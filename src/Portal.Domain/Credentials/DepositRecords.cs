namespace Portal.Domain.Credentials;

/// <summary>A request that somebody deposit a key.</summary>
public sealed record DepositRequest
{
    /// <summary>Row id.</summary>
    public required Guid Id { get; init; }
    /// <summary>What is asked for.</summary>
    public required CredentialKind Kind { get; init; }
    /// <summary>What the credential will be called.</summary>
    public required string Label { get; init; }
    /// <summary>Words to whoever deposits it.</summary>
    public required string Note { get; init; }
    /// <summary>Who asked.</summary>
    public required string RequestedByName { get; init; }
    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When the link stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
    /// <summary>Where it stands.</summary>
    public required DepositState State { get; init; }
    /// <summary>Who deposited it.</summary>
    public string? FulfilledByName { get; init; }
    /// <summary>What came of it.</summary>
    public Guid? CredentialId { get; init; }
}

/// <summary>Where a request for a key stands.</summary>
public enum DepositState
{
    /// <summary>The link works.</summary>
    Open,
    /// <summary>Somebody deposited the key.</summary>
    Fulfilled,
    /// <summary>Taken back.</summary>
    Withdrawn,
    /// <summary>Nobody came in time.</summary>
    Expired,
}

/// <summary>All that whoever holds a deposit link is shown, and all they learn after using it.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Label">What it will be called.</param>
/// <param name="Note">Words of whoever asked.</param>
/// <param name="RequestedByName">Who asked.</param>
/// <param name="ExpiresAt">Until when the link works.</param>
public sealed record DepositInvitation(CredentialKind Kind, string Label, string Note, string RequestedByName, DateTimeOffset ExpiresAt)
{
    /// <summary>A key was deposited through this link and not seen to work yet.</summary>
    public bool WasTried { get; init; }
}

/// <summary>What a deposit came to.</summary>
/// <param name="Works">Whether the key was seen to work.</param>
/// <param name="Problem">Why not, where it was not.</param>
public sealed record DepositReceipt(bool Works, Problem? Problem);
