using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.Centercode;

/// <summary>
/// Reads from a Centercode community with its API key, bare in the Authorization header. The key goes to the connection's own
/// host and nowhere else: no redirects, no private addresses. Every request is a recorded key use (invariant 27).
/// </summary>
internal sealed partial class CentercodeClient(Database database, KeyUseLog log, CredentialVault vault, CredentialHealth health, IHttpClientFactory clients, IOptions<CentercodeOptions> options)
{
    public const string HttpClientName = "Centercode";

    /// <summary>The rows of a Data Package. Never throws for what the community did: the set says why it cannot be used.</summary>
    public Task<RowSet> ReadRowsAsync(KeyUse use, string address, CancellationToken cancel) => ReadRowsAsync(use, address, SourceText.Read, cancel);

    /// <param name="use">Who reads with which connection.</param>
    /// <param name="address">Of the package.</param>
    /// <param name="parse">Makes rows of the answer's bytes.</param>
    /// <param name="cancel">Stops the request.</param>
    public async Task<RowSet> ReadRowsAsync(KeyUse use, string address, Func<ReadOnlyMemory<byte>, RowSet> parse, CancellationToken cancel)
    {
        try
        {
            return await GetAsync(use, address, parse, cancel);
        }
        catch (ProblemException refused)
        {
            return RowSet.Unreadable(refused.Problem);
        }
    }

    /// <summary>
    /// Asks the community's own address with the key. Centercode documents no call that only checks a key, so this shows that the
    /// community answers and does not refuse the key; whether it may read a package shows at the first read of one.
    /// </summary>
    /// <returns>Null when nothing speaks against the key.</returns>
    public async Task<Problem?> ProbeAsync(KeyUse use, CancellationToken cancel)
    {
        try
        {
            var (credential, _) = await KeyAsync(use, cancel);
            await GetAsync(use, credential.CommunityAddress + "/", null, cancel);
            return null;
        }
        catch (ProblemException refused) when (refused.Problem.Code == SourceProblems.PackageGone.Code || refused.Problem.Code == SourceProblems.Redirected.Code)
        {
            // The community's first page may be elsewhere or send a browser to its sign-in; the key was not refused.
            return null;
        }
        catch (ProblemException refused)
        {
            return refused.Problem;
        }
    }

    /// <param name="parse">Reads the answer; null: nobody looks at it.</param>
    private async Task<RowSet> GetAsync(KeyUse use, string address, Func<ReadOnlyMemory<byte>, RowSet>? parse, CancellationToken cancel)
    {
        var (credential, version) = await KeyAsync(use, cancel);
        var target = SourceAddress.Read(address, credential.CommunityAddress, options.Value.AllowLoopback);
        if (target.Problem is { } wrong) throw new ProblemException(wrong);
        var uri = new Uri(target.Address);
        var intent = await log.IntendAsync(use, version.Number, HttpMethod.Get, PathTemplate(uri), "", 1, null, cancel);
        var outcome = new KeyUseOutcome(0);
        RowSet? rows = null;
        try
        {
            var (status, bytes) = await SendAsync(uri, version, cancel);
            outcome = new KeyUseOutcome(status);
            if (Refusal(status) is not { } refusal) return rows = parse?.Invoke(bytes) ?? RowSet.Unreadable(SourceProblems.PackageGone);
            outcome = outcome with { AppleCode = refusal.Code };
            throw new ProblemException(refusal);
        }
        catch (ProblemException failure) when (outcome.Status == 0)
        {
            outcome = outcome with { AppleCode = failure.Problem.Code };
            throw;
        }
        finally
        {
            await log.RecordAsync(intent, outcome);
            // A page open to everybody, the community's first or its sign-in, says nothing about the key: rows do.
            var answer = Answer(outcome.Status);
            if (answer is KeyAnswer.Read && rows is not { Problem: null }) answer = KeyAnswer.TellsNothing;
            await health.ReportAsync(credential.Id, version.Number, answer, "", use.Actor, CancellationToken.None);
        }
    }

    private async Task<(int Status, ReadOnlyMemory<byte> Bytes)> SendAsync(Uri uri, CredentialVersionRow version, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(options.Value.Timeout);
        var begun = false;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
            vault.WithApiKey(version, key => request.Headers.TryAddWithoutValidation("Authorization", key));
            using var response = await clients.CreateClient(HttpClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            begun = true;
            return ((int)response.StatusCode, response.IsSuccessStatusCode ? await BodyAsync(response, patience.Token) : default);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ProblemException(SourceProblems.TimedOut);
        }
        catch (HttpRequestException failure) when (Inner(failure) is { } problem)
        {
            throw new ProblemException(problem.Problem);
        }
        catch (HttpRequestException)
        {
            throw new ProblemException(begun ? SourceProblems.CutShort : SourceProblems.Unreachable);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw new ProblemException(SourceProblems.CutShort);
        }
    }

    private async Task<ReadOnlyMemory<byte>> BodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var largest = options.Value.LargestBytes;
        if (response.Content.Headers.ContentLength > largest) throw new ProblemException(SourceProblems.TooLarge(options.Value.LargestAnswerMebibytes));
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var all = new ArrayBufferWriter<byte>(64 * 1024);
        while (true)
        {
            var read = await stream.ReadAsync(all.GetMemory(64 * 1024), cancel);
            if (read == 0) return all.WrittenMemory;
            all.Advance(read);
            if (all.WrittenCount > largest) throw new ProblemException(SourceProblems.TooLarge(options.Value.LargestAnswerMebibytes));
        }
    }

    private async Task<(CredentialRow, CredentialVersionRow)> KeyAsync(KeyUse use, CancellationToken cancel)
    {
        await using var db = database.Open();
        var credential = await db.Credentials.AsNoTracking().SingleOrDefaultAsync(c => c.Id == use.CredentialId && c.Kind == CredentialKind.CentercodeApiKey, cancel);
        if (credential is null || credential.Status is CredentialStatus.Retired) throw new ProblemException(SourceProblems.NoConnection);
        var number = use.Version ?? credential.ActiveVersion;
        var version = await db.CredentialVersions.AsNoTracking().SingleAsync(v => v.CredentialId == use.CredentialId && v.Number == number, cancel);
        return (credential, version);
    }

    private static Problem? Refusal(int status) => status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => SourceProblems.Redirected,
        401 => SourceProblems.KeyRefused,
        403 => SourceProblems.Forbidden,
        404 or 410 => SourceProblems.PackageGone,
        429 or >= 500 => SourceProblems.Unavailable(status),
        _ => SourceProblems.UnexpectedStatus(status),
    };

    private static KeyAnswer Answer(int status) => status switch { >= 200 and < 300 => KeyAnswer.Read, 401 => KeyAnswer.Refused, _ => KeyAnswer.TellsNothing };

    private static ProblemException? Inner(Exception failure) => failure as ProblemException ?? (failure.InnerException is { } inner ? Inner(inner) : null);

    // Words of the path stay, ids go: numbers, UUIDs and anything long enough to be a secret.
    private static string PathTemplate(Uri uri) => string.Join('/', uri.AbsolutePath.Split('/').Select(part =>
        part.Length > 24 || Guid.TryParse(part, out _) || (part.Length > 0 && part.All(char.IsAsciiDigit)) ? "{id}" : part));
}
