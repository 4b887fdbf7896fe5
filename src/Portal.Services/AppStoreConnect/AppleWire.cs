using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Calls;

namespace Portal.Services.AppStoreConnect;

/// <summary>One request to Apple. <see cref="Items"/>: rows a write carries.</summary>
internal sealed record AppleRequest(HttpMethod Method, Uri Address, byte[]? Body = null, int? Items = null)
{
    public bool IsRead => Method == HttpMethod.Get;

    /// <summary>The path with ids replaced: in Apple's paths the segment after the type is one.</summary>
    public string PathTemplate
    {
        get
        {
            var parts = Address.AbsolutePath.Split('/');
            var version = Array.IndexOf(parts, "v1");
            if (version >= 0 && parts.Length > version + 2) parts[version + 2] = "{id}";
            return string.Join('/', parts);
        }
    }

    /// <summary>Whether one thing is named by its id.</summary>
    public bool IsAddressed => PathTemplate.Contains("{id}", StringComparison.Ordinal);
}

/// <summary>An answer read to its end. <see cref="Document"/>: null where Apple sends none (204).</summary>
internal sealed record AppleAnswer(int Status, JsonElement? Document, RateReport Rate);

/// <summary>Sends one request once and turns whatever comes back into an answer or an <see cref="AppleException"/>.</summary>
internal sealed class AppleWire(IHttpClientFactory clients, AppleClock clock, TimeProvider time, IOptions<AppStoreConnectOptions> options)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string ClientName = "AppStoreConnect";
    private const int LargestAnswer = 8 * 1024 * 1024;

    public async Task<AppleAnswer> SendAsync(AppleRequest request, string token, CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(request.Method, request.Address);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        }
        // Real time on purpose: a turned demo clock must not end requests that are on their way.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.TimeoutSeconds));
        try
        {
            using var http = clients.CreateClient(ClientName);
            var sent = time.GetUtcNow();
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            clock.Learn(sent, answer.Headers.Date);
            var body = await ReadAsync(answer, limit.Token);
            return Understand(request, answer, body);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Silent(request, neverSent: false);
        }
        catch (HttpRequestException failure)
        {
            throw Silent(request, failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);
        }
        catch (IOException)
        {
            throw Broken(request, AppleProblems.AnswerBroken, 0);
        }
    }

    private static AppleAnswer Understand(AppleRequest request, HttpResponseMessage answer, byte[]? body)
    {
        var status = (int)answer.StatusCode;
        var rate = answer.Headers.TryGetValues("X-Rate-Limit", out var headers) ? RateReport.Parse(headers) : RateReport.None;
        if (body is null) throw Broken(request, AppleProblems.AnswerTooLarge, status);
        if (!answer.IsSuccessStatusCode)
        {
            var refusal = AppleErrors.Classify(status, AppleErrorBody.Read(body), request.IsRead, request.IsAddressed);
            refusal.Rate = rate;
            refusal.RetryAfter = answer.Headers.RetryAfter?.Delta;
            throw refusal;
        }
        if (body.Length == 0 && !request.IsRead) return new AppleAnswer(status, null, rate);
        try
        {
            using var document = JsonDocument.Parse(body);
            return new AppleAnswer(status, document.RootElement.Clone(), rate);
        }
        catch (JsonException)
        {
            throw Broken(request, AppleProblems.AnswerBroken, status);
        }
    }

    /// <summary>The body, or null when it is larger than any of Apple's.</summary>
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.Content.Headers.ContentLength > LargestAnswer) return null;
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        using var all = new MemoryStream();
        var buffer = new byte[32 * 1024];
        while (await stream.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            if (all.Length + read > LargestAnswer) return null;
            all.Write(buffer, 0, read);
        }
        return all.ToArray();
    }

    private static AppleException Silent(AppleRequest request, bool neverSent) =>
        new(AppleProblems.NoAnswer, FailureReach.Passing) { MayHaveCommitted = !request.IsRead && !neverSent };

    private static AppleException Broken(AppleRequest request, Domain.Problem problem, int status) =>
        new(problem, FailureReach.Passing) { Status = status, MayHaveCommitted = !request.IsRead };
}
