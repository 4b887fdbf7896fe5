using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>The portal's own secrets: random keys made at first use and sealed by the vault ring.</summary>
internal sealed class PortalSecrets(Database database, VaultRing ring)
{
    public const string AddressHash = "address-hash";
    public const string ApiKeyFingerprint = "api-key-fingerprint";
    public const string PersonId = "person-id";
    internal static string[] Purposes(string name) => ["portal-secret", name];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _open = [];

    /// <summary>
    /// Makes those that are missing, before anything else uses the database: made at first use, it would be on a second connection
    /// inside somebody's transaction, and SQLite has one writer.
    /// </summary>
    public void Prepare()
    {
        if (!ring.IsOpen) return;
        using var db = database.Open();
        foreach (var name in new[] { AddressHash, ApiKeyFingerprint, PersonId })
        {
            if (db.Secrets.Any(s => s.Name == name)) continue;
            db.Secrets.Add(new PortalSecretRow { Name = name, Sealed = ring.Protector(Purposes(name)).Protect(RandomNumberGenerator.GetBytes(32)) });
            try
            {
                db.SaveChanges();
            }
            catch (DbUpdateException failure) when (Database.IsUniqueViolation(failure))
            {
                // Another node was first: its key counts.
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <summary>The 32 bytes under this name; null while the ring is locked (F33).</summary>
    public byte[]? Find(string name)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(name, out var known)) return known;
            if (!ring.IsOpen) return null;
            var protector = ring.Protector(Purposes(name));
            using var db = database.Open();
            if (db.Secrets.AsNoTracking().SingleOrDefault(s => s.Name == name) is not { } row) return null;
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
}
