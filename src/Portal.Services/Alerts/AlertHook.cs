using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Portal.Domain.Alerts;

namespace Portal.Services.Alerts;

/// <summary>Posts one signed notice. What may pass is tried again with growing rests, then the row's own rest begins; redirects are answers, not ways.</summary>
internal sealed class AlertHook(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    // No handler of the framework's factory: it would log addresses, which may hold a secret.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = _patience, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = _patience, MaxResponseContentBufferSize = 64 * 1024 };
    private readonly ResiliencePipeline<Answer> _tries = new ResiliencePipelineBuilder<Answer>().AddRetry(new RetryStrategyOptions<Answer>
    {
        MaxRetryAttempts = 3, Delay = TimeSpan.FromMilliseconds(200), BackoffType = DelayBackoffType.Exponential, UseJitter = true,
        ShouldHandle = new PredicateBuilder<Answer>().HandleResult(answer => answer.MayPass),
    }).Build();

    /// <summary>What came of a post.</summary>
    /// <param name="Status">0: no answer.</param>
    /// <param name="Failure">A word for the record; null: taken.</param>
    public sealed record Answer(int Status, string? Failure)
    {
        public bool MayPass => Failure is not null && Status is 0 or 408 or 429 or >= 500;
    }

    public async Task<Answer> PostAsync(AlertWebhook hook, Guid delivery, object notice, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(notice, JsonSerializerOptions.Web);
        return await _tries.ExecuteAsync(async inner => await OnceAsync(hook, delivery, body, inner), cancel);
    }

    private async Task<Answer> OnceAsync(AlertWebhook hook, Guid delivery, byte[] body, CancellationToken cancel)
    {
        var at = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add(AlertSignature.TimestampHeader, AlertSignature.Timestamp(at));
        request.Headers.Add(AlertSignature.SignatureHeader, AlertSignature.Of(hook.Secret, at, body));
        request.Headers.Add(AlertSignature.DeliveryHeader, delivery.ToString());
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var status = (int)response.StatusCode;
            return new Answer(status, response.IsSuccessStatusCode ? null : response.StatusCode is >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest ? "redirected" : "refused");
        }
        catch (HttpRequestException)
        {
            return new Answer(0, "unreachable");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Answer(0, "timed-out");
        }
    }

    public void Dispose() => _client.Dispose();
}
