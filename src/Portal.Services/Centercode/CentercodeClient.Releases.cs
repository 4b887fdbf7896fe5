using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;

namespace Portal.Services.Centercode;

/// <summary>What became of asking for a release.</summary>
internal enum ReleaseAnswerKind
{
    /// <summary>Centercode said it is there.</summary>
    Created,
    /// <summary>There is none, and asking again changes nothing until a person does something.</summary>
    Refused,
    /// <summary>There is none; something passing stood in the way.</summary>
    Later,
    /// <summary>Nobody can tell whether there is one.</summary>
    Unknown,
}

/// <param name="Id">Centercode's id, where it named one.</param>
internal sealed record ReleaseAnswer(ReleaseAnswerKind Kind, Problem? Problem, string? Id = null);

internal sealed partial class CentercodeClient
{
    private const int LargestReleaseAnswer = 64 * 1024;

    /// <summary>Asks for a release, once. Never throws for what the community did. Centercode offers create only: what may have been made is not asked for again.</summary>
    /// <param name="at">Start date of a published release.</param>
    public async Task<ReleaseAnswer> CreateReleaseAsync(KeyUse use, string projectKey, string releaseTypeKey, ReleaseText text, ReleaseMode mode, DateTimeOffset at, CancellationToken cancel)
    {
        CredentialRow credential;
        CredentialVersionRow version;
        Uri target;
        try
        {
            (credential, version) = await KeyAsync(use, cancel);
            var address = SourceAddress.Read($"{credential.CommunityAddress}/api/v1/projects/{Uri.EscapeDataString(projectKey)}/releaseTypes/{Uri.EscapeDataString(releaseTypeKey)}", credential.CommunityAddress, options.Value.AllowLoopback);
            target = address.Problem is { } wrong ? throw new ProblemException(wrong) : new Uri(address.Address);
        }
        catch (ProblemException notSent)
        {
            return new(ReleaseAnswerKind.Refused, notSent.Problem);
        }
        var body = Body(text, mode, at);
        var intent = await log.IntendAsync(use, version.Number, HttpMethod.Post, PathTemplate(target), "", 1, null, cancel);
        // From here on nothing is cancelled: a request broken off is one nobody knows the end of.
        var (answer, status) = await PostAsync(target, version, body);
        await log.RecordAsync(intent, new KeyUseOutcome(status) { AppleCode = answer.Problem?.Code, Items = answer.Kind is ReleaseAnswerKind.Created ? 1 : null });
        await health.ReportAsync(credential.Id, version.Number, Answer(status), "", use.Actor, CancellationToken.None);
        return answer;
    }

    private byte[] Body(ReleaseText text, ReleaseMode mode, DateTimeOffset at)
    {
        var release = new JsonObject
        {
            ["title"] = text.Title, ["subtitle"] = text.Subtitle, ["releaseValue"] = text.Value, ["body"] = text.Body, ["isClickThroughNotice"] = false, ["links"] = new JsonArray(),
        };
        if (mode is ReleaseMode.Published) release["startDate"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        if (options.Value.ReleaseStateField is { Length: > 0 } field) release[field] = mode.ToString();
        return JsonSerializer.SerializeToUtf8Bytes(release);
    }

    private async Task<(ReleaseAnswer Answer, int Status)> PostAsync(Uri target, CredentialVersionRow version, byte[] body)
    {
        using var patience = new CancellationTokenSource(options.Value.Timeout);
        var status = 0;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
            vault.WithApiKey(version, key => request.Headers.TryAddWithoutValidation("Authorization", key));
            using var response = await clients.CreateClient(HttpClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            status = (int)response.StatusCode;
            return (status is >= 200 and < 300 ? new(ReleaseAnswerKind.Created, null, await IdOfAsync(response, patience.Token)) : NotCreated(status), status);
        }
        catch (ProblemException locked)
        {
            return (new(ReleaseAnswerKind.Later, locked.Problem), status);
        }
        catch (HttpRequestException failure) when (Inner(failure) is { } refused)
        {
            return (new(ReleaseAnswerKind.Refused, refused.Problem), status);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return (new(ReleaseAnswerKind.Later, SourceProblems.Unreachable), status);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            return (new(ReleaseAnswerKind.Unknown, ReleaseProblems.Unconfirmed), status);
        }
    }

    // A 401 may be a hiccup: when it stays, the connection fails and says so itself. A 5xx may have been carried out.
    private static ReleaseAnswer NotCreated(int status) => status switch
    {
        401 => new(ReleaseAnswerKind.Later, SourceProblems.KeyRefused),
        429 => new(ReleaseAnswerKind.Later, SourceProblems.Unavailable(status)),
        408 or >= 500 => new(ReleaseAnswerKind.Unknown, ReleaseProblems.Unconfirmed),
        403 => new(ReleaseAnswerKind.Refused, SourceProblems.Forbidden),
        >= 300 and < 400 => new(ReleaseAnswerKind.Refused, SourceProblems.Redirected),
        _ => new(ReleaseAnswerKind.Refused, ReleaseProblems.Refused(status)),
    };

    /// <summary>The id in an answer that says the release is there; the release is there without one too.</summary>
    private static async Task<string?> IdOfAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            if (response.Content.Headers.ContentLength > LargestReleaseAnswer) return null;
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            var bytes = new byte[LargestReleaseAnswer];
            var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
            using var document = JsonDocument.Parse(bytes.AsMemory(0, read));
            if (document.RootElement.ValueKind is not JsonValueKind.Object) return null;
            var id = new[] { "releaseId", "id" }.Select(name => document.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null).FirstOrDefault(value => !string.IsNullOrEmpty(value));
            return id is { Length: <= 100 } ? id : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            return null;
        }
    }
}
