namespace Portal.Simulator.AppStoreConnect;

/// <summary>Where Apple tells of an app's events. The secret is written, never read.</summary>
internal sealed class Webhook(string id, App app)
{
    public string Id => id;
    public App App => app;
    public required string Name { get; set; }
    public required string Url { get; set; }
    public required string Secret { get; set; }
    public bool Enabled { get; set; }
    public IReadOnlyList<string> EventTypes { get; set; } = [];
    public List<WebhookDelivery> Deliveries { get; } = [];
}

/// <summary>Something that happened, as it was put into words once.</summary>
internal sealed record WebhookEvent(string Id, string? EventType, string Payload, DateTimeOffset Created, bool Ping);

/// <summary>An event on its way to a webhook.</summary>
internal sealed class WebhookDelivery(string id, Webhook webhook, WebhookEvent what, DateTimeOffset created, bool redelivery)
{
    public string Id => id;
    public Webhook Webhook => webhook;
    public WebhookEvent Event => what;
    public DateTimeOffset Created => created;
    public bool Redelivery => redelivery;
    public string State { get; set; } = "PENDING";
    public DateTimeOffset? Sent { get; set; }
    public string? Error { get; set; }
    public int? ResponseStatus { get; set; }
    public int Tries { get; set; }
}
