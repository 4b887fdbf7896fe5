using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>The portal's own secrets: random keys made at first use and sealed by the vault ring.</summary>
internal sealed class PortalSecrets(Database database, VaultRing ring)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _open = [];

    /// <summary>The 32 bytes under this name; null while the ring is locked (F33).</summary>
    public byte[]? Find(string name)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(name, out var known)) return known;
            if (!ring.IsOpen) return null;
            var protector = ring.Protector("portal-secret", name);
            using var db = database.Open();
            var row = db.Secrets.AsNoTracking().SingleOrDefault(s => s.Name == name) ?? Make(db, name, protector.Protect(RandomNumberGenerator.GetBytes(32)));
            try
            {
                return _open[name] = protector.Unprotect(row.Sealed);
            }
            catch (CryptographicException)
            {
                // Sealed with another certificate than today's: locked, as F33 says of credentials.
                return null;
            }
        }
    }

    private PortalSecretRow Make(PortalDbContext db, string name, byte[] sealedKey)
    {
        var row = new PortalSecretRow { Name = name, Sealed = sealedKey };
        db.Secrets.Add(row);
        try
        {
            db.SaveChanges();
            return row;
        }
        catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
        {
            // Another node was first: use its key.
            using var again = database.Open();
            return again.Secrets.AsNoTracking().Single(s => s.Name == name);
        }
    }
}
