using Microsoft.EntityFrameworkCore;
using Polly;
using Polly.Retry;
using Portal.Domain.Credentials;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect;

/// <summary>
/// The way of every request with an Apple key: its turn within the key's budget, intent committed, token signed, sent, outcome
/// recorded; each attempt anew. Reads are tried again when Apple stumbles, writes never blindly (invariant 37); what Apple
/// refused unread (401 once, 429) is sent again either way (invariant 23).
/// </summary>
internal sealed class AppleTransport(Database database, AppleAttempt attempts, KeyBudgets budgets, CredentialHealth health, ScopeTrust scopes)
{
    /// <summary>How often a request is sent again after a 429.</summary>
    public const int MostSlowDowns = 30;
    private readonly ResiliencePipeline<AppleAnswer> _reads = new ResiliencePipelineBuilder<AppleAnswer>()
        .AddRetry(Stumbles()).AddRetry(SlowDowns()).AddRetry(Hiccup()).Build();
    private readonly ResiliencePipeline<AppleAnswer> _writes = new ResiliencePipelineBuilder<AppleAnswer>()
        .AddRetry(SlowDowns()).AddRetry(Hiccup()).Build();

    /// <summary>Sends the request, recorded, with what may be repeated repeated.</summary>
    /// <param name="use">Who uses which key for what.</param>
    /// <param name="request">The request.</param>
    /// <param name="count">How many rows an answer holds, for the record.</param>
    /// <param name="cancel">Stops before the next attempt.</param>
    public async Task<AppleAnswer> SendAsync(KeyUse use, AppleRequest request, Func<AppleAnswer, int?>? count, CancellationToken cancel)
    {
        var (credential, version) = await KeyAsync(use, cancel);
        var scope = credential.ScopedReads ? scopes.For(version.Id, request) : null;
        var sending = new Sending(use, request, credential, version, count, await budgets.ForAsync(credential, version.Number)) { Scope = scope };
        var answer = await (request.IsRead ? _reads : _writes).ExecuteAsync(async inner => await attempts.SendAsync(sending, inner), cancel);
        if (scope is not null) scopes.Learn(version.Id, scope, held: sending.Scope is not null);
        if (sending.Refusals > 0) await health.CuredAsync(credential.Id);
        return answer;
    }

    private async Task<(CredentialRow, CredentialVersionRow)> KeyAsync(KeyUse use, CancellationToken cancel)
    {
        await using var db = database.Open();
        var key = await db.Credentials.AsNoTracking().Where(c => c.Id == use.CredentialId && c.Kind == CredentialKind.AppleTeamKey)
            .Select(c => new { Credential = c, Version = c.Versions.FirstOrDefault(v => v.Number == (use.Version ?? c.ActiveVersion)) }).SingleOrDefaultAsync(cancel);
        if (key is null || key.Credential.Status is CredentialStatus.Retired) throw new AppleException(AppleProblems.CredentialGone, FailureReach.Credential);
        return (key.Credential, key.Version ?? throw new InvalidOperationException($"The credential has no version {use.Version ?? key.Credential.ActiveVersion}."));
    }

    // Real delays: Apple's time does not run faster because the demo's clock is turned.
    private static RetryStrategyOptions<AppleAnswer> Stumbles() => new()
    {
        MaxRetryAttempts = 2, Delay = TimeSpan.FromMilliseconds(150), BackoffType = DelayBackoffType.Exponential, UseJitter = true,
        ShouldHandle = new PredicateBuilder<AppleAnswer>().Handle<AppleException>(failure => failure is { Reach: FailureReach.Passing, Status: not 429 }),
    };

    // Without a delay of its own: the budget lets nobody go before Apple's time is over.
    private static RetryStrategyOptions<AppleAnswer> SlowDowns() => new()
    {
        MaxRetryAttempts = MostSlowDowns, Delay = TimeSpan.Zero,
        ShouldHandle = new PredicateBuilder<AppleAnswer>().Handle<AppleException>(failure => failure is { Status: 429, Until: null }),
    };

    private static RetryStrategyOptions<AppleAnswer> Hiccup() => new()
    {
        MaxRetryAttempts = 2, Delay = TimeSpan.Zero,
        ShouldHandle = new PredicateBuilder<AppleAnswer>().Handle<AppleException>(failure => failure.WithAnotherToken),
    };
}
