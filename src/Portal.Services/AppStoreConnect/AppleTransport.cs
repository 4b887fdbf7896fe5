using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Portal.Domain.Credentials;
using Portal.Domain.TestFlight;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect;

/// <summary>
/// The way of every request with an Apple key: intent committed, token signed, sent, outcome recorded; each attempt anew.
/// Reads are tried again when Apple stumbles, writes never blindly (invariant 37); a single 401 is a hiccup (invariant 23).
/// </summary>
internal sealed class AppleTransport(Database database, KeyUseLog log, AppleTokens tokens, AppleClock clock, AppleWire wire, CredentialHealth health, IOptions<AppStoreConnectOptions> options)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<Guid, SemaphoreSlim> _doors = [];
    private readonly ResiliencePipeline<AppleAnswer> _reads = new ResiliencePipelineBuilder<AppleAnswer>()
        .AddRetry(Stumbles()).AddRetry(SlowDown()).AddRetry(Hiccup()).Build();
    private readonly ResiliencePipeline<AppleAnswer> _writes = new ResiliencePipelineBuilder<AppleAnswer>().AddRetry(Hiccup()).Build();

    /// <summary>Sends the request, recorded, with what may be repeated repeated.</summary>
    /// <param name="count">How many rows an answer holds, for the record.</param>
    public async Task<AppleAnswer> SendAsync(KeyUse use, AppleRequest request, Func<AppleAnswer, int?>? count, CancellationToken cancel)
    {
        var (credential, version) = await KeyAsync(use, cancel);
        var door = _doors.GetOrAdd(use.CredentialId, _ => new SemaphoreSlim(options.Value.ParallelRequests));
        var attempt = 0;
        return await (request.IsRead ? _reads : _writes).ExecuteAsync(async inner =>
        {
            await door.WaitAsync(inner);
            try
            {
                return await TryAsync(use, credential, version, request, ++attempt, count, inner);
            }
            finally
            {
                door.Release();
            }
        }, cancel);
    }

    private async Task<AppleAnswer> TryAsync(KeyUse use, CredentialRow credential, CredentialVersionRow version, AppleRequest request, int attempt,
        Func<AppleAnswer, int?>? count, CancellationToken cancel)
    {
        clock.Demand();
        var token = tokens.Current(version.Id);
        var intent = await log.IntendAsync(use, version.Number, request.Method, request.PathTemplate, attempt, token, cancel);
        var outcome = new KeyUseOutcome(0);
        try
        {
            if (token is null) await log.SignedAsync(intent, token = tokens.Sign(credential, version), cancel);
            var answer = await wire.SendAsync(request, token.Compact, cancel);
            outcome = new KeyUseOutcome(answer.Status) { RemainingThisHour = answer.RemainingThisHour, Items = request.Items ?? count?.Invoke(answer) };
            return answer;
        }
        catch (AppleException failure)
        {
            if (failure.Status == 401 && token is not null) tokens.Drop(version.Id, token);
            if (IsFinal(request, failure, attempt)) use.Failed?.Invoke(failure);
            outcome = new KeyUseOutcome(failure.Status)
            {
                AppleCode = failure.AppleCode ?? failure.Problem.Code,
                AppleErrorId = failure.AppleErrorId,
                AppleDetail = failure.AppleDetail,
                RemainingThisHour = failure.RemainingThisHour,
            };
            throw;
        }
        finally
        {
            await log.RecordAsync(intent, outcome, use.Hold);
            // Not to be cancelled: the answer was given, whoever waits for it.
            if (token is not null) await health.ReportAsync(use.CredentialId, version.Number, Says(outcome.Status, request), token.Hash, use.Actor, CancellationToken.None);
        }
    }

    // Of writes only a first 401 is tried again.
    private static bool IsFinal(AppleRequest request, AppleException failure, int attempt) => !request.IsRead && (failure.Status != 401 || attempt > 1);

    private static KeyAnswer Says(int status, AppleRequest request) => status switch
    {
        >= 200 and < 300 => request.IsRead ? KeyAnswer.Read : KeyAnswer.Wrote,
        401 => KeyAnswer.Refused,
        _ => KeyAnswer.TellsNothing,
    };

    private async Task<(CredentialRow, CredentialVersionRow)> KeyAsync(KeyUse use, CancellationToken cancel)
    {
        await using var db = database.Open();
        var credential = await db.Credentials.AsNoTracking().SingleOrDefaultAsync(c => c.Id == use.CredentialId && c.Kind == CredentialKind.AppleTeamKey, cancel);
        if (credential is null || credential.Status is CredentialStatus.Retired) throw new AppleException(AppleProblems.CredentialGone, FailureReach.Credential);
        var number = use.Version ?? credential.ActiveVersion;
        var version = await db.CredentialVersions.AsNoTracking().SingleAsync(v => v.CredentialId == use.CredentialId && v.Number == number, cancel);
        return (credential, version);
    }

    // Real delays: Apple's time does not run faster because the demo's clock is turned.
    private static RetryStrategyOptions<AppleAnswer> Stumbles() => new()
    {
        MaxRetryAttempts = 2, Delay = TimeSpan.FromMilliseconds(150), BackoffType = DelayBackoffType.Exponential, UseJitter = true,
        ShouldHandle = new PredicateBuilder<AppleAnswer>().Handle<AppleException>(failure => failure is { Reach: FailureReach.Passing, Status: not 429 }),
    };

    private static RetryStrategyOptions<AppleAnswer> SlowDown() => new()
    {
        MaxRetryAttempts = 1,
        ShouldHandle = new PredicateBuilder<AppleAnswer>().Handle<AppleException>(failure => failure.Status == 429 && Wait(failure) <= LongestWait),
        DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Wait((AppleException)args.Outcome.Exception!)),
    };

    private static RetryStrategyOptions<AppleAnswer> Hiccup() => new()
    {
        MaxRetryAttempts = 1, Delay = TimeSpan.Zero,
        ShouldHandle = new PredicateBuilder<AppleAnswer>().Handle<AppleException>(failure => failure.Status == 401),
    };

    private static TimeSpan Wait(AppleException failure) => failure.RetryAfter ?? TimeSpan.FromSeconds(1);
}
