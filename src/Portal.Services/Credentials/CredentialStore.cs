using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>Writes sealed secrets: row, version and audit event in one save.</summary>
internal sealed class CredentialStore(Database database, AuditLog audit, TimeProvider time)
{
    /// <summary>Stores a new credential, *Unverified*.</summary>
    /// <exception cref="ProblemException"><c>key-held</c>.</exception>
    public async Task<Guid> AddAsync(IncomingSecret secret, Actor actor, CancellationToken cancel)
    {
        await using var db = database.Open();
        await DemandNotHeldAsync(db, secret, exceptFor: null, nameHolder: true, cancel);
        var id = AddRow(db, secret, secret.Label, actor, actor.Id, actor.Name);
        await SaveAsync(db, secret, exceptFor: null, nameHolder: true, cancel);
        return id;
    }

    /// <summary>
    /// Stores what was deposited under a request, *Unverified*. What an earlier deposit under it brought was not seen to work, or
    /// the link would be used up: it gives way, ids and all.
    /// </summary>
    /// <exception cref="ProblemException"><c>key-held</c>, <c>deposit-fulfilled</c>.</exception>
    public async Task<Guid> DepositAsync(IncomingSecret secret, Actor actor, DepositRequestRow request, CancellationToken cancel)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // The claim holds the request's row until the commit, so that two deposits at one moment follow each other.
        if (await ClaimAsync(db, request.Id, actor, cancel) != 1) throw new ProblemException(CredentialProblems.DepositFulfilled);
        var tried = await db.DepositRequests.Where(d => d.Id == request.Id).Select(d => d.CredentialId).SingleAsync(cancel);
        await DemandNotHeldAsync(db, secret, tried, nameHolder: false, cancel);
        var row = tried is null ? null : await db.Credentials.Include(c => c.Versions)
            .SingleOrDefaultAsync(c => c.Id == tried && c.Status != CredentialStatus.Retired, cancel);
        // Whoever asked answers for it: who deposits may have no role here.
        var id = row?.Id ?? AddRow(db, secret, request.Label, actor, request.RequestedById, request.RequestedByName);
        if (row is not null) await PutInPlaceAsync(db, row, secret, actor, cancel);
        await SaveAsync(db, secret, tried, nameHolder: false, cancel);
        await db.DepositRequests.Where(d => d.Id == request.Id).ExecuteUpdateAsync(set => set.SetProperty(d => d.CredentialId, id), cancel);
        await transaction.CommitAsync(cancel);
        return id;
    }

    /// <summary>Stores a new version that is not in use yet; an earlier one still pending gives way to it.</summary>
    /// <exception cref="ProblemException"><c>key-held</c>, <c>key-is-the-same</c>.</exception>
    public async Task<int> AddVersionAsync(Guid credentialId, IncomingSecret secret, Actor actor, CancellationToken cancel)
    {
        await using var db = database.Open();
        var row = await db.Credentials.Include(c => c.Versions).SingleAsync(c => c.Id == credentialId, cancel);
        if (row.Fingerprint == secret.Fingerprint || secret.KeyId.Length > 0 && row.KeyId == secret.KeyId) throw new ProblemException(CredentialProblems.SameKey);
        var now = time.GetUtcNow();
        foreach (var pending in row.Versions.Where(v => v.RetiredAt is null && v.Number > row.ActiveVersion)) pending.RetiredAt = now;
        await DemandNotHeldAsync(db, secret, credentialId, nameHolder: true, cancel);
        var number = row.Versions.Max(v => v.Number) + 1;
        db.CredentialVersions.Add(Version(credentialId, number, secret, actor, now));
        Append(db, AuditCodes.CredentialVersionAdded, actor, credentialId, Facts(secret, number));
        await SaveAsync(db, secret, credentialId, nameHolder: true, cancel);
        return number;
    }

    private async Task SaveAsync(PortalDbContext db, IncomingSecret secret, Guid? exceptFor, bool nameHolder, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            // Somebody stored the same key at the same moment.
            await using var again = database.Open();
            await DemandNotHeldAsync(again, secret, exceptFor, nameHolder, cancel);
            throw;
        }
    }

    private static async Task DemandNotHeldAsync(PortalDbContext db, IncomingSecret secret, Guid? exceptFor, bool nameHolder, CancellationToken cancel)
    {
        var held = db.CredentialVersions.Where(v => v.RetiredAt == null && v.CredentialId != exceptFor
            && (v.Fingerprint == secret.Fingerprint || secret.KeyId != "" && v.KeyId == secret.KeyId));
        var holder = await db.Credentials.AsNoTracking().FirstOrDefaultAsync(c => held.Any(v => v.CredentialId == c.Id), cancel);
        if (holder is not null) throw new ProblemException(nameHolder ? CredentialProblems.KeyHeld(holder.Label, holder.OwnerName) : CredentialProblems.KeyHeldSomewhere);
    }

    private Task<int> ClaimAsync(PortalDbContext db, Guid requestId, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return db.DepositRequests.Where(d => d.Id == requestId && d.FulfilledAt == null && d.WithdrawnAt == null && d.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.FulfilledByName, actor.Name), cancel);
    }

    private Guid AddRow(PortalDbContext db, IncomingSecret secret, string label, Actor actor, string ownerId, string ownerName)
    {
        var id = Guid.CreateVersion7();
        var now = time.GetUtcNow();
        db.Credentials.Add(new CredentialRow
        {
            Id = id, Kind = secret.Kind, Label = label, KeyId = secret.KeyId, IssuerId = secret.IssuerId, CommunityAddress = secret.CommunityAddress,
            Fingerprint = secret.Fingerprint, Status = CredentialStatus.Unverified, OwnerId = ownerId, OwnerName = ownerName,
            ActiveVersion = 1, CreatedAt = now, Versions = [Version(id, 1, secret, actor, now)],
        });
        Append(db, AuditCodes.CredentialAdded, actor, id, Facts(secret, 1));
        return id;
    }

    private async Task PutInPlaceAsync(PortalDbContext db, CredentialRow row, IncomingSecret secret, Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var number = row.Versions.Max(v => v.Number) + 1;
        foreach (var old in row.Versions) old.RetiredAt ??= now;
        // Saved before the new one comes: it may be the same key with other ids, and one key is stored once.
        await db.SaveChangesAsync(cancel);
        (row.KeyId, row.IssuerId, row.CommunityAddress, row.Fingerprint) = (secret.KeyId, secret.IssuerId, secret.CommunityAddress, secret.Fingerprint);
        (row.ActiveVersion, row.Status, row.ProblemCode, row.ProblemSentence, row.RefusalsInARow) = (number, CredentialStatus.Unverified, null, null, 0);
        db.CredentialVersions.Add(Version(row.Id, number, secret, actor, now));
        Append(db, AuditCodes.CredentialVersionAdded, actor, row.Id, Facts(secret, number));
    }

    private void Append(PortalDbContext db, AuditCode code, Actor actor, Guid credentialId, Dictionary<string, object?> facts) =>
        audit.Append(db, new AuditEntry(code, actor, "credential", credentialId.ToString()) { CredentialId = credentialId, Facts = facts });

    private static CredentialVersionRow Version(Guid credentialId, int number, IncomingSecret secret, Actor actor, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(), CredentialId = credentialId, Number = number, Sealed = secret.Seal(credentialId, number),
        KeyId = secret.KeyId, Fingerprint = secret.Fingerprint, CreatedAt = now, CreatedBy = actor.Name,
    };

    private static Dictionary<string, object?> Facts(IncomingSecret secret, int version) => new()
    {
        ["kind"] = secret.Kind.ToString(), ["keyId"] = secret.KeyId, ["fingerprint"] = secret.Fingerprint, ["version"] = version,
    };
}
