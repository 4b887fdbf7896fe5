using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Sends deliveries one behind the other, signed, and tries again on the simulator's clock.</summary>
internal sealed class WebhookPost(World world)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private Task last = Task.CompletedTask;

    /// <summary>Caller holds the world's gate.</summary>
    public void Send(WebhookDelivery delivery) => last = SendAsync(last, delivery);

    public Task SentAsync() => last;

    /// <summary>Apple's signature: HMAC-SHA256 of the body as it is sent, in hex.</summary>
    public static string Sign(string secret, string body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    private async Task SendAsync(Task earlier, WebhookDelivery delivery)
    {
        await earlier;
        // Never in the gate, nor in the caller's time.
        await Task.Yield();
        var (status, error) = await AskAsync(delivery);
        lock (world.Gate)
        {
            delivery.Sent = world.Now;
            delivery.Tries++;
            (delivery.ResponseStatus, delivery.Error) = (status, error);
            if (error is null)
            {
                delivery.State = "SUCCEEDED";
            }
            else if (delivery.Tries > world.Switches.WebhookRetries)
            {
                delivery.State = "FAILED";
            }
            else
            {
                world.Agenda.At(world.Now.AddSeconds(world.Switches.WebhookRetrySeconds), () => Send(delivery));
            }
        }
    }

    private async Task<(int? Status, string? Error)> AskAsync(WebhookDelivery delivery)
    {
        if (!Uri.TryCreate(delivery.Webhook.Url, UriKind.Absolute, out var url) || !url.IsLoopback)
        {
            return (null, "The simulator calls loopback addresses alone.");
        }
        var signature = Sign(delivery.Webhook.Secret, delivery.Event.Payload);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(delivery.Event.Payload, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("x-apple-signature", world.Switches.WebhookSignatureBare ? signature : $"hmacsha256={signature}");
        try
        {
            using var response = await Http.SendAsync(request);
            return ((int)response.StatusCode, response.IsSuccessStatusCode ? null : $"The server answered {(int)response.StatusCode}.");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return (null, "The server could not be reached.");
        }
    }
}
