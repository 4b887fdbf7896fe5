using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>Writes what a verification told: status, the version in use and the audit event in one save.</summary>
internal sealed class CredentialVerdicts(Database database, AuditLog audit, BlockedLinks links, TimeProvider time)
{
    /// <returns>Null when the key works; otherwise why not.</returns>
    public async Task<Problem?> ApplyAsync(Guid credentialId, int number, Verdict verdict, Actor actor, CancellationToken cancel)
    {
        await using var db = database.Open();
        var row = await db.Credentials.Include(c => c.Versions).SingleAsync(c => c.Id == credentialId, cancel);
        var version = row.Versions.Single(v => v.Number == number);
        // Replaced or retired while the other side was asked: the answer speaks of nothing that is in use.
        if (row.Status is CredentialStatus.Retired || version.RetiredAt is not null) throw new ProblemException(CredentialProblems.Retired);
        var problem = verdict.Kind is VerdictKind.Works ? null : Because(row, number, verdict);
        if (problem is null) await WorksAsync(db, row, version, verdict.IsAdmin, actor, cancel);
        else Fails(row, version, verdict.Kind, problem);
        Append(db, problem is null ? AuditCodes.CredentialVerified : AuditCodes.CredentialVerifyFailed, actor, row.Id, number, problem);
        await db.SaveChangesAsync(cancel);
        return problem;
    }

    private static Problem Because(CredentialRow row, int number, Verdict verdict) =>
        verdict.Problem ?? CredentialProblems.RefusedByItsServer(row.Kind, workedBefore: number == row.ActiveVersion && row.ReadSeenAt is not null);

    private async Task WorksAsync(PortalDbContext db, CredentialRow row, CredentialVersionRow version, bool? isAdmin, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var isNewKey = row.ActiveVersion != version.Number;
        if (isNewKey)
        {
            foreach (var old in row.Versions.Where(v => v.Number < version.Number)) old.RetiredAt ??= now;
            (row.ActiveVersion, row.KeyId, row.Fingerprint) = (version.Number, version.KeyId, version.Fingerprint);
            // What the old key was seen to do says nothing about this one.
            row.WriteSeenAt = row.ReadSeenAt = null;
        }
        if (row.Status is CredentialStatus.Failing)
        {
            Append(db, AuditCodes.CredentialRecovered, actor, row.Id, version.Number, null);
            await links.UnblockAsync(db, row.Id, actor, cancel);
        }
        (row.Status, row.ProblemCode, row.ProblemSentence, row.RefusalsInARow) = (CredentialStatus.Active, null, null, 0);
        (row.VerifiedAt, row.LastUsedAt) = (now, now);
        // A community's first page tells nothing of what the key may read; the first Data Package does.
        if (row.Kind is CredentialKind.AppleTeamKey) row.ReadSeenAt ??= now;
        row.IsAdmin = isAdmin ?? (isNewKey ? null : row.IsAdmin);
    }

    private void Fails(CredentialRow row, CredentialVersionRow version, VerdictKind kind, Problem problem)
    {
        var now = time.GetUtcNow();
        if (version.Number != row.ActiveVersion)
        {
            // The key in use stays in use. A refused one is done with; after no answer it can be tried again.
            if (kind is VerdictKind.Refused) version.RetiredAt = now;
            return;
        }
        row.LastUsedAt = now;
        if (kind is VerdictKind.Unknown) return;
        if (kind is VerdictKind.Refused) row.Status = CredentialStatus.Failing;
        (row.ProblemCode, row.ProblemSentence) = (problem.Code, problem.Sentence);
    }

    private void Append(PortalDbContext db, AuditCode code, Actor actor, Guid id, int version, Problem? problem)
    {
        var facts = new Dictionary<string, object?> { ["version"] = version };
        if (problem is not null) facts["problem"] = problem.Code;
        audit.Append(db, new AuditEntry(code, actor, "credential", id.ToString()) { CredentialId = id, Facts = facts });
    }
}
