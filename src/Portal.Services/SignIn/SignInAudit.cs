using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;

namespace Portal.Services.SignIn;

/// <summary>Records sign-ins, sign-outs and what the front ends refused before any service was asked.</summary>
public sealed class SignInAudit
{
    private readonly AuditLog _audit;
    private readonly RefusalBudget _budget;

    internal SignInAudit(AuditLog audit, RefusalBudget budget) => (_audit, _budget) = (audit, budget);

    /// <summary>A person signed in; one without any role, or through the bootstrap group, is an event of its own.</summary>
    public async Task SignedInAsync(Actor actor, bool throughBootstrap, CancellationToken cancel = default)
    {
        await _audit.WriteAsync(new AuditEntry(actor.Roles.IsEmpty ? AuditCodes.SignInWithoutRole : AuditCodes.SignedIn, actor, "session", null)
        {
            Facts = new Dictionary<string, object?> { ["roles"] = string.Join(",", actor.Roles.Order()) },
        }, cancel);
        if (throughBootstrap)
        {
            await _audit.WriteAsync(new AuditEntry(AuditCodes.BootstrapUsed, actor, "session", null), cancel);
        }
    }

    /// <summary>A person signed out.</summary>
    public Task SignedOutAsync(Actor actor, CancellationToken cancel = default) =>
        _audit.WriteAsync(new AuditEntry(AuditCodes.SignedOut, actor, "session", null), cancel);

    /// <summary>The provider's answer was not accepted. Recorded within the budget for refusals.</summary>
    /// <param name="from">Address of the caller; only counted and kept as personal data.</param>
    public Task FailedAsync(string from, CancellationToken cancel = default) =>
        WithinBudgetAsync(Actor.Anonymous, from, missed => Refusal(AuditCodes.SignInFailed, Actor.Anonymous, "session", null, from, missed), cancel);

    /// <summary>A logout token was not accepted. Recorded within the budget for refusals.</summary>
    /// <param name="why">The rule it broke, in the code's words; no personal data.</param>
    /// <param name="from">Address of the caller; only counted and kept as personal data.</param>
    public Task LogoutRefusedAsync(string why, string from, CancellationToken cancel = default) =>
        WithinBudgetAsync(Actor.Anonymous, from, missed => Refusal(AuditCodes.LogoutTokenRefused, Actor.Anonymous, "rule", why, from, missed), cancel);

    /// <summary>A page, endpoint or stream refused before a service was asked. Recorded within the budget for refusals.</summary>
    /// <param name="actor">Who was refused.</param>
    /// <param name="what">The permission or rule that refused, in the code's words; no personal data.</param>
    /// <param name="from">Address of the caller; only counted and kept as personal data.</param>
    public Task RefusedAsync(Actor actor, string what, string from, CancellationToken cancel = default) =>
        WithinBudgetAsync(actor, from, missed => Refusal(AuditCodes.AccessRefused, actor, "permission", what, from, missed), cancel);

    private Task WithinBudgetAsync(Actor who, string from, Func<int, AuditEntry> entry, CancellationToken cancel) =>
        _budget.Take(who, from) is { } missed ? _audit.WriteAsync(entry(missed), cancel) : Task.CompletedTask;

    private static AuditEntry Refusal(AuditCode code, Actor actor, string kind, string? what, string from, int missed) => new(code, actor, kind, what)
    {
        Facts = new Dictionary<string, object?> { ["unrecorded-before"] = missed },
        Personal = new Dictionary<string, object?> { ["from"] = from },
    };
}
