using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.AppStoreConnect;

/// <summary>One request with what its attempts so far have shown.</summary>
internal sealed class Sending(KeyUse use, AppleRequest request, CredentialRow credential, CredentialVersionRow version, Func<AppleAnswer, int?>? count, KeyBudget budget)
{
    public KeyUse Use { get; } = use;
    public AppleRequest Request { get; } = request;
    public CredentialRow Credential { get; } = credential;
    public CredentialVersionRow Version { get; } = version;
    public Func<AppleAnswer, int?>? Count { get; } = count;
    public KeyBudget Budget { get; } = budget;
    public CallPatience Patience { get; } = CallPatience.Of(use);

    /// <summary>What the next token is limited to; null: to nothing.</summary>
    public AppleScope? Scope { get; set; }
    public int Attempts { get; set; }

    /// <summary>401s, to scoped tokens and others.</summary>
    public int Refusals { get; set; }

    /// <summary>429s to a write.</summary>
    public int SlowDowns { get; set; }

    /// <summary>401s to tokens that may do all the key may.</summary>
    public int RefusalsOfTheKey { get; set; }
}

/// <summary>One attempt: its turn, the intent, the signature, the answer, the outcome (invariant 27).</summary>
internal sealed class AppleAttempt(KeyUseLog log, AppleTokens tokens, AppleClock clock, AppleWire wire, CredentialHealth health, KeyBudgets budgets, ForeignCallWatch foreign)
{
    public async Task<AppleAnswer> SendAsync(Sending sending, CancellationToken cancel)
    {
        var ticket = await budgets.EnterAsync(sending.Budget, sending.Use, budgets.MostOf(sending.Credential), sending.Patience, cancel);
        CallEnd? end = null;
        try
        {
            clock.Demand();
            var scope = sending.Scope?.Entry ?? "";
            var token = tokens.Current(sending.Version.Id, scope);
            var intent = await log.IntendAsync(sending.Use, sending.Version.Number, sending.Request.Method, sending.Request.PathTemplate, scope, ++sending.Attempts, token, cancel);
            return await RecordedAsync(sending, intent, scope, token, ended => end = ended, cancel);
        }
        finally
        {
            if (end is null) sending.Budget.GiveUp(ticket);
            else if (sending.Budget.Ended(ticket, end) is { } beyond) await foreign.NoticeAsync(sending.Use, sending.Version.Number, beyond, end.Rate);
        }
    }

    private async Task<AppleAnswer> RecordedAsync(Sending sending, Guid intent, string scope, AppleToken? token, Action<CallEnd> ended, CancellationToken cancel)
    {
        var outcome = new KeyUseOutcome(0);
        try
        {
            if (token is null) await log.SignedAsync(intent, token = tokens.Sign(sending.Credential, sending.Version, scope), cancel);
            ended(CallEnd.Abandoned);
            var answer = await wire.SendAsync(sending.Request, token.Compact, cancel);
            ended(new CallEnd(answer.Status, answer.Rate));
            outcome = new KeyUseOutcome(answer.Status) { Rate = answer.Rate, Items = sending.Request.Items ?? sending.Count?.Invoke(answer) };
            return answer;
        }
        catch (AppleException failure)
        {
            if (token is not null) ended(new CallEnd(failure.Status, failure.Rate, failure.RetryAfter));
            if (token is not null) failure.WithAnotherToken = WithAnotherToken(sending, token, failure);
            if (IsFinal(sending, failure)) sending.Use.Failed?.Invoke(failure);
            outcome = new KeyUseOutcome(failure.Status)
            {
                AppleCode = failure.AppleCode ?? failure.Problem.Code,
                AppleErrorId = failure.AppleErrorId,
                AppleDetail = failure.AppleDetail,
                Rate = failure.Rate,
            };
            throw;
        }
        finally
        {
            await log.RecordAsync(intent, outcome, sending.Use.Hold);
            // Not to be cancelled: the answer was given, whoever waits for it.
            if (token is not null) await health.ReportAsync(sending.Use.CredentialId, sending.Version.Number, Says(outcome.Status, sending.Request, token), token.Hash, sending.Use.Actor, CancellationToken.None);
        }
    }

    /// <summary>A refusal of a scoped token may be the scope's: tried once without. Another 401 may be a hiccup: tried once with a fresh token.</summary>
    private bool WithAnotherToken(Sending sending, AppleToken token, AppleException failure)
    {
        if (failure.Status == 401)
        {
            tokens.Drop(sending.Version.Id, token);
            sending.Refusals++;
        }
        if (token.Scope.Length > 0)
        {
            // What a scope that does not match is answered with, Apple does not say: 401, or a 403 like that of a small role.
            if (failure.Status != 401 && failure.Problem != AppleProblems.RoleTooSmall && failure.Problem != AppleProblems.NotVisible) return false;
            sending.Scope = null;
            return true;
        }
        return failure.Status == 401 && ++sending.RefusalsOfTheKey == 1;
    }

    // Of writes only a refusal another token may cure and a 429 are tried again.
    private static bool IsFinal(Sending sending, AppleException failure) =>
        !sending.Request.IsRead && !failure.WithAnotherToken && (failure.Status != 429 || ++sending.SlowDowns > AppleTransport.MostSlowDowns);

    private static KeyAnswer Says(int status, AppleRequest request, AppleToken token) => status switch
    {
        >= 200 and < 300 => request.IsRead ? KeyAnswer.Read : KeyAnswer.Wrote,
        401 when token.Scope.Length == 0 => KeyAnswer.Refused,
        _ => KeyAnswer.TellsNothing,
    };
}
