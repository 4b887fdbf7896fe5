using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.Data;
using Portal.Services.TestFlight.Events;

namespace Portal.Services.Credentials;

/// <summary>One sealed value of the database, and the ring key its ciphertext names.</summary>
/// <param name="Table">Where it stands.</param>
/// <param name="Id">Which row.</param>
/// <param name="RingKey">What sealed it; empty: nothing that can be read.</param>
internal sealed record SealedSecret(SealedIn Table, string Id, Guid RingKey);

internal enum SealedIn
{
    CredentialVersions,
    PortalSecrets,
    AppleWebhooks,
}

/// <summary>Every value the vault ring seals, in one list: what a rotation goes through.</summary>
internal sealed class SealedSecrets(Database database, CredentialVault vault, VaultRing ring)
{
    public async Task<IReadOnlyList<SealedSecret>> ListAsync(CancellationToken cancel)
    {
        await using var db = database.Open();
        var versions = await db.CredentialVersions.AsNoTracking().OrderBy(v => v.Id).Select(v => new { v.Id, v.Sealed }).ToListAsync(cancel);
        var own = await db.Secrets.AsNoTracking().OrderBy(s => s.Name).ToListAsync(cancel);
        var hooks = await db.AppleWebhooks.AsNoTracking().OrderBy(w => w.Id).Select(w => new { w.Id, w.SealedSecret }).ToListAsync(cancel);
        return
        [
            .. versions.Select(v => new SealedSecret(SealedIn.CredentialVersions, v.Id.ToString(), RingKeyOf(v.Sealed))),
            .. own.Select(s => new SealedSecret(SealedIn.PortalSecrets, s.Name, RingKeyOf(s.Sealed))),
            .. hooks.Select(w => new SealedSecret(SealedIn.AppleWebhooks, w.Id.ToString(), RingKeyOf(w.SealedSecret))),
        ];
    }

    /// <summary>Seals one anew with today's ring key, in a transaction of its own.</summary>
    /// <returns>False: it does not open, and stays as it is.</returns>
    /// <exception cref="ProblemException">The ring is locked.</exception>
    public async Task<bool> ResealAsync(SealedSecret secret, CancellationToken cancel)
    {
        if (ring.LockedBecause is { } locked) throw new ProblemException(locked);
        try
        {
            await database.WriteAsync(db => ResealAsync(db, secret, cancel), cancel);
            return true;
        }
        catch (Exception failure) when (ring.IsOpen && failure is ProblemException or CryptographicException)
        {
            return false;
        }
    }

    private async Task ResealAsync(PortalDbContext db, SealedSecret secret, CancellationToken cancel)
    {
        switch (secret.Table)
        {
            case SealedIn.CredentialVersions:
                var id = Guid.Parse(secret.Id);
                var version = await db.CredentialVersions.SingleAsync(v => v.Id == id, cancel);
                var kind = await db.Credentials.Where(c => c.Id == version.CredentialId).Select(c => c.Kind).SingleAsync(cancel);
                version.Sealed = vault.Reseal(version, kind);
                break;
            case SealedIn.PortalSecrets:
                var own = await db.Secrets.SingleAsync(s => s.Name == secret.Id, cancel);
                own.Sealed = Again(own.Sealed, PortalSecrets.Purposes(own.Name));
                break;
            default:
                var hookId = Guid.Parse(secret.Id);
                // Taken away meanwhile: nothing to seal.
                if (await db.AppleWebhooks.SingleOrDefaultAsync(w => w.Id == hookId, cancel) is { } hook) hook.SealedSecret = Again(hook.SealedSecret, WebhookSecrets.Purposes(hookId));
                break;
        }
    }

    private byte[] Again(byte[] isSealed, string[] purposes)
    {
        var protector = ring.Protector(purposes);
        var plain = protector.Unprotect(isSealed);
        try
        {
            return protector.Protect(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    // Data Protection's form: four bytes that say so, then the key's id.
    private static Guid RingKeyOf(byte[] isSealed) => isSealed.Length < 20 ? Guid.Empty : new Guid(isSealed.AsSpan(4, 16));
}
