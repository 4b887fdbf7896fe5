using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Writes to webhooks. Caller holds the world's gate.</summary>
internal sealed class WebhookWrites(World world)
{
    public Webhook Create(AppleRequest request)
    {
        var data = RequestBody.Data(request, "webhooks");
        var attributes = RequestBody.Attributes(data);
        Permissions.DemandAppManager(request.Key);
        var app = world.Apps.GetValueOrDefault(RequestBody.One(data, "app", "apps")) ?? throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/app"));
        var webhook = new Webhook(world.NewId(), app) { Name = Demand(attributes, "name"), Url = Address(Demand(attributes, "url")), Secret = Demand(attributes, "secret") };
        Apply(webhook, attributes);
        world.Webhooks.All.Add(webhook.Id, webhook);
        return webhook;
    }

    public Webhook Update(AppleRequest request, string id)
    {
        var webhook = Find(id);
        Permissions.DemandAppManager(request.Key);
        Apply(webhook, RequestBody.Attributes(RequestBody.Data(request, "webhooks")));
        return webhook;
    }

    public AppleAnswer Delete(AppleRequest request, string id)
    {
        var webhook = Find(id);
        Permissions.DemandAppManager(request.Key);
        world.Webhooks.All.Remove(webhook.Id);
        return new(204, Items: 1);
    }

    public AppleAnswer Ping(AppleRequest request)
    {
        var id = RequestBody.One(RequestBody.Data(request, "webhookPings"), "webhook", "webhooks");
        Permissions.DemandAppManager(request.Key);
        var ping = world.Webhooks.Ping(world.Webhooks.All.GetValueOrDefault(id) ?? throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/webhook")));
        var self = $"{request.Origin}/v1/webhookPings/{ping.Id}";
        return new(201, new JsonObject
        {
            ["data"] = new JsonObject { ["type"] = "webhookPings", ["id"] = ping.Id, ["links"] = new JsonObject { ["self"] = self } },
            ["links"] = new JsonObject { ["self"] = $"{request.Origin}/v1/webhookPings" },
        }, self, 1);
    }

    public WebhookDelivery Redeliver(AppleRequest request)
    {
        var id = RequestBody.One(RequestBody.Data(request, "webhookDeliveries"), "template", "webhookDeliveries");
        Permissions.DemandAppManager(request.Key);
        return world.Webhooks.Redeliver(world.Webhooks.Deliveries.GetValueOrDefault(id) ?? throw new AppleException(AppleError.RelationshipInvalid("/data/relationships/template")));
    }

    private static void Apply(Webhook webhook, JsonObject attributes)
    {
        webhook.Name = RequestBody.Text(attributes["name"]) ?? webhook.Name;
        webhook.Url = RequestBody.Text(attributes["url"]) is { } url ? Address(url) : webhook.Url;
        webhook.Secret = RequestBody.Text(attributes["secret"]) ?? webhook.Secret;
        webhook.Enabled = RequestBody.Flag(attributes["enabled"]) ?? webhook.Enabled;
        if (attributes["eventTypes"] is JsonArray types)
        {
            webhook.EventTypes = [.. types.Select(RequestBody.Text).OfType<string>()];
        }
    }

    private static string Demand(JsonObject attributes, string name) =>
        RequestBody.Text(attributes[name]) is { Length: > 0 } text ? text : throw new AppleException(AppleError.AttributeRequired(name));

    private static string Address(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
        ? url : throw new AppleException(AppleError.AttributeInvalid("url", "The url is not valid."));

    private Webhook Find(string id) => world.Webhooks.All.GetValueOrDefault(id) ?? throw new AppleException(AppleError.NoResource("webhooks", id));
}
