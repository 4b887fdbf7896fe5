using Portal.Domain.TestFlight;
using Portal.Domain.TestFlight.Calls;
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

/// <summary>A granted call: its place is free again the moment its answer is there, before what came of it is written down.</summary>
internal sealed class CallUnderWay(KeyBudget budget, CallTicket ticket)
{
    private bool _sent;
    private bool _ended;
    private int? _foreign;

    /// <summary>What Apple said of the key's limits.</summary>
    public RateReport Rate { get; private set; } = RateReport.None;

    public void Sent() => _sent = true;

    public void Ended(CallEnd end)
    {
        (_ended, Rate) = (true, end.Rate);
        _foreign = budget.Ended(ticket, end);
    }

    /// <summary>Gives the place back where nobody has yet.</summary>
    /// <returns>Calls Apple counted beyond ours, where it said how many it counted.</returns>
    public int? Over()
    {
        if (_ended) return _foreign;
        if (_sent) Ended(CallEnd.Abandoned);
        else budget.GiveUp(ticket);
        return _foreign;
    }
}

/// <summary>One attempt: its turn, the intent, the signature, the answer, the outcome (invariant 27).</summary>
internal sealed class AppleAttempt(KeyUseLog log, AppleTokens tokens, AppleClock clock, AppleWire wire, CredentialHealth health, KeyBudgets budgets, ForeignCallWatch foreign)
{
    public async Task<AppleAnswer> SendAsync(Sending sending, CancellationToken cancel)
    {
        var ticket = await budgets.EnterAsync(sending.Budget, sending.Use, budgets.MostOf(sending.Credential), sending.Patience, cancel);
        var call = new CallUnderWay(sending.Budget, ticket);
        try
        {
            clock.Demand();
            var scope = sending.Scope?.Entry ?? "";
            var token = tokens.Current(sending.Version.Id, scope);
            var intent = await log.IntendAsync(sending.Use, sending.Version.Number, sending.Request.Method, sending.Request.PathTemplate, scope, ++sending.Attempts, token, cancel);
            sending.Budget.Recorded(ticket);
            await LeaveAsync(sending, ticket, intent, cancel);
            return await RecordedAsync(sending, intent, scope, token, call, cancel);
        }
        finally
        {
            if (call.Over() is { } beyond) await foreign.NoticeAsync(sending.Use, sending.Version.Number, beyond, call.Rate);
        }
    }

    private async Task LeaveAsync(Sending sending, CallTicket ticket, Guid intent, CancellationToken cancel)
    {
        try
        {
            await budgets.LeaveAsync(sending.Budget, ticket, sending.Use, sending.Patience, cancel);
        }
        catch
        {
            await log.RecordAsync(intent, KeyUseOutcome.NotSent, sending.Use.Withdrawn);
            throw;
        }
    }

    private async Task<AppleAnswer> RecordedAsync(Sending sending, Guid intent, string scope, AppleToken? token, CallUnderWay call, CancellationToken cancel)
    {
        var outcome = new KeyUseOutcome(0);
        Func<PortalDbContext, Task>? within = sending.Use.Hold;
        try
        {
            if (token is null) await log.SignedAsync(intent, token = tokens.Sign(sending.Credential, sending.Version, scope), cancel);
            call.Sent();
            var answer = await wire.SendAsync(sending.Request, token.Compact, cancel);
            call.Ended(new CallEnd(answer.Status, answer.Rate));
            within = sending.Use.Answered is { } answered ? db => answered(db, answer) : null;
            outcome = new KeyUseOutcome(answer.Status) { Rate = answer.Rate, Items = sending.Request.Items ?? sending.Count?.Invoke(answer) };
            return answer;
        }
        catch (AppleException failure)
        {
            if (token is not null) failure.WithAnotherToken = WithAnotherToken(sending, token, failure);
            // Before anybody else's turn comes: whoever is next has to know.
            if (IsFinal(sending, failure)) sending.Use.Failed?.Invoke(failure);
            if (token is not null) call.Ended(new CallEnd(failure.Status, failure.Rate, failure.RetryAfter));
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
            await log.RecordAsync(intent, outcome, within);
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
