namespace Portal.Services.Data;

/// <summary>Person × link: Apple refused them, so they are not tried again before their rest is over.</summary>
internal sealed class PersonRestRow
{
    public Guid Id { get; set; }
    public Guid LinkId { get; set; }
    public required string PersonKey { get; set; }

    /// <summary>Refusals in a row.</summary>
    public int Refusals { get; set; }
    public DateTimeOffset RefusedAt { get; set; }
    public DateTimeOffset NextTryAt { get; set; }

    /// <summary>What Apple said, in the portal's words.</summary>
    public required string Why { get; set; }
    public Guid RunId { get; set; }
}
