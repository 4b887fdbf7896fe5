using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>Writes what a verification told: status, the version in use and the audit event in one save.</summary>
internal sealed class CredentialVerdicts(Database database, AuditLog audit, BlockedLinks links, OpenDeposits deposits, TimeProvider time)
{
    /// <returns>Null when the key works; otherwise why not.</returns>
    public async Task<Problem?> ApplyAsync(Guid credentialId, int number, Verdict verdict, Actor actor, CancellationToken cancel)
    {
        await using var db = database.Open();
        var row = await db.Credentials.Include(c => c.Versions).SingleAsync(c => c.Id == credentialId, cancel);
        var version = row.Versions.Single(v => v.Number == number);
        // Replaced or retired while the other side was asked: the answer speaks of nothing that is in use.
        if (row.Status is CredentialStatus.Retired || version.RetiredAt is not null) throw new ProblemException(CredentialProblems.Retired);
        var problem = verdict.Kind is VerdictKind.Works or VerdictKind.NotRefused ? null : Because(row, number, verdict);
        if (verdict.Kind is VerdictKind.Works) await WorksAsync(db, row, version, verdict.IsAdmin, actor, cancel);
        else if (problem is null) NotRefused(row, version);
        else await FailsAsync(db, row, version, verdict.Kind, problem, actor, cancel);
        await db.SaveChangesAsync(cancel);
        return problem;
    }

    private static Problem Because(CredentialRow row, int number, Verdict verdict) =>
        verdict.Problem ?? CredentialProblems.RefusedByItsServer(row.Kind, workedBefore: number == row.ActiveVersion && row.ReadSeenAt is not null);

    private async Task WorksAsync(PortalDbContext db, CredentialRow row, CredentialVersionRow version, bool? isAdmin, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var isNewKey = TakePlace(row, version, now);
        if (row.Status is CredentialStatus.Failing)
        {
            Append(db, AuditCodes.CredentialRecovered, actor, row.Id, version.Number, null);
            await links.UnblockAsync(db, row.Id, actor, cancel);
        }
        (row.Status, row.ProblemCode, row.ProblemSentence, row.RefusalsInARow) = (CredentialStatus.Active, null, null, 0);
        (row.VerifiedAt, row.LastUsedAt) = (now, now);
        row.ReadSeenAt ??= now;
        row.IsAdmin = isAdmin ?? (isNewKey ? null : row.IsAdmin);
        Append(db, AuditCodes.CredentialVerified, actor, row.Id, version.Number, null);
        await deposits.FulfilAsync(db, row.Id, actor, cancel);
    }

    /// <summary>Nothing spoke against the key, and nothing for it: no status says more than that (invariant 26).</summary>
    private void NotRefused(CredentialRow row, CredentialVersionRow version)
    {
        var now = time.GetUtcNow();
        row.LastUsedAt = now;
        if (TakePlace(row, version, now)) (row.Status, row.ProblemCode, row.ProblemSentence, row.RefusalsInARow) = (CredentialStatus.Unverified, null, null, 0);
    }

    private static bool TakePlace(CredentialRow row, CredentialVersionRow version, DateTimeOffset now)
    {
        if (row.ActiveVersion == version.Number) return false;
        foreach (var old in row.Versions.Where(v => v.Number < version.Number)) old.RetiredAt ??= now;
        (row.ActiveVersion, row.KeyId, row.Fingerprint) = (version.Number, version.KeyId, version.Fingerprint);
        // What the old key was seen to do says nothing about this one.
        row.WriteSeenAt = row.ReadSeenAt = null;
        return true;
    }

    private async Task FailsAsync(PortalDbContext db, CredentialRow row, CredentialVersionRow version, VerdictKind kind, Problem problem, Actor actor, CancellationToken cancel)
    {
        Append(db, AuditCodes.CredentialVerifyFailed, actor, row.Id, version.Number, problem);
        await deposits.RecordFailureAsync(db, row.Id, problem, actor, cancel);
        Fails(row, version, kind, problem);
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
