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
    /// <param name="secret">What to seal.</param>
    /// <param name="actor">Who brings it.</param>
    /// <param name="request">The deposit request it fulfils; null: none.</param>
    /// <param name="cancel">Stops before the save.</param>
    /// <exception cref="ProblemException"><c>key-held</c>, <c>deposit-fulfilled</c>.</exception>
    public async Task<Guid> AddAsync(IncomingSecret secret, Actor actor, DepositRequestRow? request, CancellationToken cancel)
    {
        await using var db = database.Open();
        await DemandNotHeldAsync(db, secret, exceptFor: null, nameHolder: request is null, cancel);
        var id = Guid.CreateVersion7();
        var now = time.GetUtcNow();
        db.Credentials.Add(new CredentialRow
        {
            Id = id, Kind = secret.Kind, Label = request?.Label ?? secret.Label, KeyId = secret.KeyId, IssuerId = secret.IssuerId,
            CommunityAddress = secret.CommunityAddress, Fingerprint = secret.Fingerprint, Status = CredentialStatus.Unverified,
            // Whoever asked answers for it: who deposits may have no role here.
            OwnerId = request?.RequestedById ?? actor.Id, OwnerName = request?.RequestedByName ?? actor.Name,
            ActiveVersion = 1, CreatedAt = now, Versions = [Version(id, 1, secret, actor, now)],
        });
        Append(db, AuditCodes.CredentialAdded, actor, id, Facts(secret, 1));
        if (request is not null) Append(db, AuditCodes.DepositFulfilled, actor, id, new() { ["request"] = request.Id });
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (request is not null && await ClaimAsync(db, request.Id, id, actor, now, cancel) != 1) throw new ProblemException(CredentialProblems.DepositFulfilled);
        await SaveAsync(db, secret, exceptFor: null, nameHolder: request is null, cancel);
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

    private static Task<int> ClaimAsync(PortalDbContext db, Guid requestId, Guid credentialId, Actor actor, DateTimeOffset now, CancellationToken cancel) =>
        db.DepositRequests.Where(d => d.Id == requestId && d.FulfilledAt == null && d.WithdrawnAt == null && d.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.FulfilledAt, now).SetProperty(d => d.FulfilledByName, actor.Name)
                .SetProperty(d => d.CredentialId, credentialId), cancel);

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
