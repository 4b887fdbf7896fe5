using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Portal.Domain;

namespace Portal.Cli;

/// <summary>The portal's REST API as whoever signed in. A token that is over is renewed once; a refusal becomes the portal's own problem.</summary>
internal sealed class PortalClient : IDisposable
{
    private static readonly TimeSpan _spare = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;
    private readonly SessionFile _file;
    private readonly TimeProvider _time;
    private Session _session;

    private PortalClient(SessionFile file, Session session, TimeProvider time)
    {
        (_file, _session, _time) = (file, session, time);
        _http = new HttpClient { BaseAddress = new Uri(session.Portal), Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("portal-cli/1");
    }

    /// <exception cref="CliException">Nobody signed in there.</exception>
    public static PortalClient Open(SessionFile file, Uri? portal, TimeProvider time) =>
        new(file, file.Find(portal) ?? throw new CliException(CliProblems.NotSignedIn, ExitCodes.NotSignedIn), time);

    public async Task<T> GetAsync<T>(string path, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), HttpCompletionOption.ResponseContentRead, cancel);
        return (await answer.Content.ReadFromJsonAsync<T>(Output.Web, cancel))!;
    }

    public async Task<T> PostAsync<T>(string path, object body, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: Output.Web) }, HttpCompletionOption.ResponseContentRead, cancel);
        return (await answer.Content.ReadFromJsonAsync<T>(Output.Web, cancel))!;
    }

    /// <summary>Copies an answer as it comes, however long it is.</summary>
    public async Task CopyAsync(string path, TextWriter to, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), HttpCompletionOption.ResponseHeadersRead, cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
        var part = new char[16 * 1024];
        for (int read; (read = await reader.ReadAsync(part, cancel)) > 0;) await to.WriteAsync(part.AsMemory(0, read), cancel);
        await to.FlushAsync(cancel);
    }

    /// <summary>Puts, and reads the answer.</summary>
    public async Task<T> PutAsync<T>(string path, object body, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body, options: Output.Web) }, HttpCompletionOption.ResponseContentRead, cancel);
        return (await answer.Content.ReadFromJsonAsync<T>(Output.Web, cancel))!;
    }

    /// <summary>Deletes, and reads the answer.</summary>
    public async Task<T> DeleteAsync<T>(string path, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, path), HttpCompletionOption.ResponseContentRead, cancel);
        return (await answer.Content.ReadFromJsonAsync<T>(Output.Web, cancel))!;
    }

    /// <summary>Asks for something that has no answer but that it was done.</summary>
    public async Task DoAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(method, path), HttpCompletionOption.ResponseContentRead, cancel);
    }

    /// <summary>Server-sent events whose data is JSON, until the portal ends the stream or the connection breaks.</summary>
    public async IAsyncEnumerable<T> EventsAsync<T>(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } }, HttpCompletionOption.ResponseHeadersRead, cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        await foreach (var item in SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<T>(data, Output.Web)).EnumerateAsync(cancel))
        {
            if (item.Data is { } value) yield return value;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, HttpCompletionOption until, CancellationToken cancel)
    {
        if (_session.ExpiresAt <= _time.GetUtcNow() + _spare) await RenewAsync(cancel);
        var answer = await SendOnceAsync(make, until, cancel);
        if (answer.StatusCode is HttpStatusCode.Unauthorized)
        {
            answer.Dispose();
            await RenewAsync(cancel);
            answer = await SendOnceAsync(make, until, cancel);
        }
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw await FailureOfAsync(answer, cancel);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> make, HttpCompletionOption until, CancellationToken cancel)
    {
        using var request = make();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _session.AccessToken);
        return await _http.SendAsync(request, until, cancel);
    }

    private async Task RenewAsync(CancellationToken cancel)
    {
        var tokens = _session.RefreshToken is { } refresh ? await new DeviceCode(_http, _time).RenewAsync(_session.Authority, _session.ClientId, refresh, cancel) : null;
        if (tokens is null) throw new CliException(CliProblems.SignInOver, ExitCodes.NotSignedIn);
        _session = _session with { AccessToken = tokens.AccessToken, RefreshToken = tokens.RefreshToken ?? _session.RefreshToken, ExpiresAt = _time.GetUtcNow().AddSeconds(tokens.ExpiresIn) };
        _file.Keep(_session);
    }

    private sealed record Details(string? Code, string? Detail, Turn Turn);

    private static async Task<CliException> FailureOfAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.StatusCode is HttpStatusCode.Unauthorized) return new CliException(CliProblems.SignInOver, ExitCodes.NotSignedIn);
        if (answer.Content.Headers.ContentType?.MediaType is not "application/problem+json") return new CliException(CliProblems.Answer((int)answer.StatusCode), ExitCodes.Problem);
        var said = await answer.Content.ReadFromJsonAsync<Details>(Output.Web, cancel);
        var problem = said is { Code: { } code, Detail: { } sentence } ? new Problem(code, sentence) { Turn = said.Turn } : CliProblems.Answer((int)answer.StatusCode);
        return new CliException(problem, ExitCodes.Problem);
    }
}
