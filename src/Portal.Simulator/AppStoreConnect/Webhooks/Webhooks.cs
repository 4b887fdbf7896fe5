using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Every webhook of the team and what is on its way to them. Caller holds the world's gate.</summary>
internal sealed class Webhooks(World world)
{
    private readonly WebhookPost post = new(world);
    private WebhookDelivery? overtaken;

    public OrderedDictionary<string, Webhook> All { get; } = [];

    public Dictionary<string, WebhookDelivery> Deliveries { get; } = [];

    public void StateChanged(Build build, string before, string after)
    {
        if (before != after)
        {
            Tell(build, "BUILD_BETA_DETAIL_EXTERNAL_BUILD_STATE_UPDATED", "buildBetaDetailExternalBuildStateUpdated", "buildBetaDetails",
                new() { ["oldExternalBuildState"] = before, ["newExternalBuildState"] = after });
        }
    }

    public void UploadChanged(Build build, string before, string after)
    {
        if (before != after)
        {
            Tell(build, "BUILD_UPLOAD_STATE_UPDATED", "buildUploadStateUpdated", "buildUploads", new() { ["oldState"] = Upload(before), ["newState"] = Upload(after) });
        }
    }

    public WebhookEvent Ping(Webhook webhook)
    {
        var type = world.Switches.WebhookPingPlural ? "webhookPings" : "webhookPingCreated";
        var ping = Event(null, type, "webhooks", webhook.Id, []) with { Ping = true };
        Queue(webhook, ping);
        return ping;
    }

    public WebhookDelivery Redeliver(WebhookDelivery template) => Send(template.Webhook, template.Event, redelivery: true);

    public void Clear()
    {
        overtaken = null;
        All.Clear();
        Deliveries.Clear();
    }

    /// <summary>Ends when nothing is being sent any more; tries that wait for the clock do not count.</summary>
    public Task SentAsync() => post.SentAsync();

    private void Tell(Build build, string eventType, string type, string instance, JsonObject attributes)
    {
        var listening = All.Values.Where(w => w.Enabled && w.App == build.App && w.EventTypes.Contains(eventType)).ToList();
        if (listening.Count == 0)
        {
            return;
        }
        var what = Event(eventType, type, instance, build.Id, attributes);
        listening.ForEach(w => Queue(w, what));
    }

    private WebhookEvent Event(string? eventType, string type, string instance, string instanceId, JsonObject attributes)
    {
        var id = world.NewId();
        attributes["timestamp"] = world.Now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        var payload = new JsonObject
        {
            ["data"] = new JsonObject
            {
                ["type"] = type, ["id"] = id, ["version"] = 1, ["attributes"] = attributes,
                ["relationships"] = new JsonObject
                {
                    ["instance"] = new JsonObject
                    {
                        ["data"] = new JsonObject { ["type"] = instance, ["id"] = instanceId },
                        ["links"] = new JsonObject { ["self"] = $"https://api.appstoreconnect.apple.com/v1/{instance}/{instanceId}" },
                    },
                },
            },
        };
        return new(id, eventType, payload.ToJsonString(), world.Now, false);
    }

    private void Queue(Webhook webhook, WebhookEvent what)
    {
        for (var n = world.Switches.WebhookDuplicates ? 2 : 1; n > 0; n--)
        {
            Send(webhook, what, redelivery: false);
        }
    }

    private WebhookDelivery Send(Webhook webhook, WebhookEvent what, bool redelivery)
    {
        var delivery = new WebhookDelivery(world.NewId(), webhook, what, world.Now, redelivery);
        webhook.Deliveries.Add(delivery);
        Deliveries.Add(delivery.Id, delivery);
        if (!world.Switches.WebhooksOutOfOrder)
        {
            post.Send(delivery);
            return delivery;
        }
        if (overtaken is { } earlier)
        {
            overtaken = null;
            post.Send(delivery);
            post.Send(earlier);
            return delivery;
        }
        overtaken = delivery;
        world.Agenda.At(world.Now.AddSeconds(world.Switches.WebhookRetrySeconds), () =>
        {
            if (overtaken == delivery)
            {
                overtaken = null;
                post.Send(delivery);
            }
        });
        return delivery;
    }

    private static string Upload(string processing) => processing switch { "PROCESSING" => "PROCESSING", "VALID" => "COMPLETE", _ => "FAILED" };
}
