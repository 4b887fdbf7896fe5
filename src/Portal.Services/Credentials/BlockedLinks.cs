using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>Blocks a credential's active links when it fails and lets them go on when it works again, in the caller's save (invariant 23).</summary>
internal sealed class BlockedLinks(AuditLog audit)
{
    public async Task BlockAsync(PortalDbContext db, Guid credentialId, Problem problem, Actor actor, CancellationToken cancel)
    {
        foreach (var link in await Of(db, credentialId).Where(l => l.State == LinkState.Active).ToListAsync(cancel))
        {
            (link.State, link.ProblemCode, link.ProblemSentence) = (LinkState.Blocked, problem.Code, problem.Sentence);
            Append(db, AuditCodes.LinkBlocked, link, problem.Code, actor);
        }
    }

    public async Task UnblockAsync(PortalDbContext db, Guid credentialId, Actor actor, CancellationToken cancel)
    {
        var codes = CredentialProblems.CodesThatBlockLinks;
        foreach (var link in await Of(db, credentialId).Where(l => l.State == LinkState.Blocked && codes.Contains(l.ProblemCode)).ToListAsync(cancel))
        {
            Append(db, AuditCodes.LinkUnblocked, link, link.ProblemCode!, actor);
            (link.State, link.ProblemCode, link.ProblemSentence) = (LinkState.Active, null, null);
        }
    }

    private static IQueryable<SyncLinkRow> Of(PortalDbContext db, Guid credentialId) =>
        db.Links.Where(l => l.CredentialId == credentialId || l.ConnectionId == credentialId);

    private void Append(PortalDbContext db, AuditCode code, SyncLinkRow link, string problem, Actor actor) =>
        audit.Append(db, new AuditEntry(code, actor, "link", link.Id.ToString())
        {
            LinkId = link.Id, CredentialId = link.CredentialId, Facts = new Dictionary<string, object?> { ["problem"] = problem },
        });
}
