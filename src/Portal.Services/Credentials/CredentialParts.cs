using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.SignIn;

namespace Portal.Services.Credentials;

/// <summary>The steps a key goes through, shared by those who manage credentials and those who deposit one.</summary>
internal sealed record CredentialParts(CredentialIntake Intake, CredentialStore Store, CredentialCheck Check, CredentialReader Reader, RefusalBudget Refusals, AuditLog Audit)
{
    /// <summary>Reads what came and hands it on; a refusal is recorded by its code alone, never with what was refused, and within the budget for refusals.</summary>
    public async Task<T> ReadAsync<T>(Func<IncomingSecret> read, Actor actor, Func<IncomingSecret, Task<T>> then, CancellationToken cancel)
    {
        try
        {
            using var secret = read();
            return await then(secret);
        }
        catch (ProblemException refused)
        {
            if (Refusals.Take(actor) is { } missed)
            {
                await Audit.WriteAsync(new AuditEntry(AuditCodes.CredentialRefused, actor, "credential", null)
                {
                    Facts = new Dictionary<string, object?> { ["problem"] = refused.Problem.Code, ["unrecorded-before"] = missed },
                }, cancel);
            }
            throw;
        }
    }
}
