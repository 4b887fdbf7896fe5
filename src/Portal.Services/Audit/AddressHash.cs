using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.Audit;

/// <summary>HMAC-SHA-256 of an address's matching key, so that "is this address in the record?" needs no stored address (invariant 28).</summary>
internal sealed class AddressHash(Database database, VaultRing vault)
{
    private const string SecretName = "address-hash";
    private readonly Lock _gate = new();
    private byte[]? _key;

    /// <summary>Lower-case hex; null while the vault ring is locked (F33), for the key stands sealed in it.</summary>
    public string? Of(EmailAddress address) => Key() is { } key
        ? Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(address.Key)))
        : null;

    private byte[]? Key()
    {
        lock (_gate)
        {
            if (_key is not null || !vault.IsOpen) return _key;
            var protector = vault.Protector("portal-secret", SecretName);
            using var db = database.Open();
            var row = db.Secrets.AsNoTracking().SingleOrDefault(s => s.Name == SecretName);
            if (row is null)
            {
                var fresh = RandomNumberGenerator.GetBytes(32);
                db.Secrets.Add(new PortalSecretRow { Name = SecretName, Sealed = protector.Protect(fresh) });
                try
                {
                    db.SaveChanges();
                    return _key = fresh;
                }
                catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
                {
                    // Another node was first: use its key.
                    row = db.Secrets.AsNoTracking().Single(s => s.Name == SecretName);
                }
            }
            try
            {
                return _key = protector.Unprotect(row.Sealed);
            }
            catch (CryptographicException)
            {
                // The certificate is another one than it was sealed with: locked, as F33 says of credentials.
                return null;
            }
        }
    }
}
