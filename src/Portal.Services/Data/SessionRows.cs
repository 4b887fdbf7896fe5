namespace Portal.Services.Data;

/// <summary>A signed-in browser session: the authentication ticket stays here, the browser holds only its id.</summary>
internal sealed class SessionRow
{
    public required string Id { get; set; }
    public required string ActorId { get; set; }
    public required string ActorName { get; set; }
    public required byte[] Ticket { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public string? ProviderSessionId { get; set; }

    /// <summary>What lists and addresses call it: tells nothing of the key.</summary>
    public Guid Number { get; set; }
    public string Device { get; set; } = "";
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When the provider last said that the person is still there, and as what.</summary>
    public DateTimeOffset ConfirmedAt { get; set; }

    /// <summary>Somebody asks the provider until then; nobody else does.</summary>
    public DateTimeOffset AskingUntil { get; set; }

    /// <summary>Since when the provider does not answer; null: it does.</summary>
    public DateTimeOffset? SilentSince { get; set; }
}

/// <summary>A logout token that was taken: it counts once.</summary>
internal sealed class LogoutTokenRow
{
    public required string Id { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>One XML element of a Data Protection ring: <c>vault</c> or <c>web</c>.</summary>
internal sealed class RingKeyRow
{
    public int Id { get; set; }
    public required string Ring { get; set; }
    public string? FriendlyName { get; set; }
    public required string Xml { get; set; }
}

/// <summary>A secret of the portal's own, sealed by the vault ring.</summary>
internal sealed class PortalSecretRow
{
    public required string Name { get; set; }
    public required byte[] Sealed { get; set; }
}
