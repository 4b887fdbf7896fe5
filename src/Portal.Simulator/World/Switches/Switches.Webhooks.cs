namespace Portal.Simulator;

/// <summary>How webhooks are delivered. Only loopback addresses are called.</summary>
public sealed partial record Switches
{
    /// <summary>The signature header holds the bare hex value, as some receivers report, without <c>hmacsha256=</c> before it.</summary>
    public bool WebhookSignatureBare { get; init; }

    /// <summary>How often a delivery is tried again that was not answered with 2xx.</summary>
    public int WebhookRetries { get; init; } = 3;

    /// <summary>Seconds between tries; how long Apple waits is unknown.</summary>
    public int WebhookRetrySeconds { get; init; } = 60;

    /// <summary>Every event is sent twice, with the same id.</summary>
    public bool WebhookDuplicates { get; init; }

    /// <summary>Each event waits for the next one and is sent behind it, or alone after <see cref="WebhookRetrySeconds"/>.</summary>
    public bool WebhooksOutOfOrder { get; init; }

    /// <summary>A ping calls itself <c>webhookPings</c> instead of <c>webhookPingCreated</c>. Both were seen.</summary>
    public bool WebhookPingPlural { get; init; }
}
