using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>A request for a key is fulfilled when what was deposited is seen to work, whoever sees it; until then its link works on. In the caller's save.</summary>
internal sealed class OpenDeposits(AuditLog audit, TimeProvider time)
{
    public async Task FulfilAsync(PortalDbContext db, Guid credentialId, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var request in await Of(db, credentialId).ToListAsync(cancel))
        {
            request.FulfilledAt = now;
            audit.Append(db, new AuditEntry(AuditCodes.DepositFulfilled, actor, "credential", credentialId.ToString())
            {
                CredentialId = credentialId, Facts = new Dictionary<string, object?> { ["request"] = request.Id },
            });
        }
    }

    public async Task RecordFailureAsync(PortalDbContext db, Guid credentialId, Problem problem, Actor actor, CancellationToken cancel)
    {
        foreach (var request in await Of(db, credentialId).ToListAsync(cancel))
        {
            audit.Append(db, new AuditEntry(AuditCodes.DepositNotAccepted, actor, "deposit", request.Id.ToString())
            {
                CredentialId = credentialId, Facts = new Dictionary<string, object?> { ["problem"] = problem.Code },
            });
        }
    }

    private static IQueryable<DepositRequestRow> Of(PortalDbContext db, Guid credentialId) =>
        db.DepositRequests.Where(d => d.CredentialId == credentialId && d.FulfilledAt == null && d.WithdrawnAt == null);
}
