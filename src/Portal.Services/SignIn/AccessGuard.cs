using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;

namespace Portal.Services.SignIn;

/// <summary>Refuses an actor who may not, whatever the page forgot, and records the refusal, within the budget for refusals.</summary>
internal sealed class AccessGuard(AuditLog audit, RefusalBudget budget)
{
    /// <summary>Returns when the actor may.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, after the refusal is committed to the audit or counted.</exception>
    public async Task DemandAsync(Actor actor, Permission permission, CancellationToken cancel = default)
    {
        if (actor.May(permission)) return;
        // A person not signed in is refused without an event here: the front end counts those, so that nobody can fill the audit.
        if (actor.Kind is not ActorKind.Anonymous && budget.Take(actor) is { } missed)
        {
            await audit.WriteAsync(new AuditEntry(AuditCodes.AccessRefused, actor, "permission", permission.ToString())
            {
                Facts = new Dictionary<string, object?> { ["permission"] = permission.ToString(), ["unrecorded-before"] = missed },
            }, cancel);
        }
        throw new ProblemException(SignInProblems.MayNot(permission));
    }
}
