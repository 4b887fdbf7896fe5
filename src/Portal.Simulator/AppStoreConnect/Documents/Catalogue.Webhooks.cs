using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

internal static partial class Catalogue
{
    private static Kind Webhooks() => Define<Webhook>("webhooks", w => w.Id,
        (world, id) => world.Webhooks.All.GetValueOrDefault(id), (world, _) => world.Webhooks.All.Values,
        new() { ["name"] = (_, w) => w.Name, ["url"] = (_, w) => w.Url, ["enabled"] = (_, w) => w.Enabled, ["eventTypes"] = (_, w) => w.EventTypes },
        new() { ["app"] = (_, w) => [w.App], ["deliveries"] = (_, w) => w.Deliveries });

    private static Kind WebhookDeliveries() => Define<WebhookDelivery>("webhookDeliveries", d => d.Id,
        (world, id) => world.Webhooks.Deliveries.GetValueOrDefault(id), (world, _) => [.. world.Webhooks.Deliveries.Values],
        new()
        {
            ["createdDate"] = (_, d) => d.Created, ["deliveryState"] = (_, d) => d.State, ["errorMessage"] = (_, d) => d.Error, ["redelivery"] = (_, d) => d.Redelivery,
            ["sentDate"] = (_, d) => d.Sent, ["request"] = (_, d) => new JsonObject { ["url"] = d.Webhook.Url },
            ["response"] = (_, d) => d.ResponseStatus is { } status ? new JsonObject { ["httpStatusCode"] = status, ["body"] = "" } : null,
        },
        new() { ["event"] = (_, d) => [d.Event] });

    private static Kind WebhookEvents() => Define<WebhookEvent>("webhookEvents", e => e.Id, (_, _) => null, (_, _) => [],
        new() { ["eventType"] = (_, e) => e.EventType, ["payload"] = (_, e) => e.Payload, ["ping"] = (_, e) => e.Ping, ["createdDate"] = (_, e) => e.Created },
        []);
}
