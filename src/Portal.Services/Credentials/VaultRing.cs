using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>
/// The Data Protection ring that seals credentials. Its keys stand in the database, wrapped by a certificate outside it.
/// It is apart from the ring of the web (cookies), so that a lost certificate locks credentials and nothing else (F33).
/// </summary>
internal sealed class VaultRing : IDisposable
{
    /// <summary>Fixed: another name would open nothing that was sealed before.</summary>
    public const string ApplicationName = "Portal";
    private readonly Lock _gate = new();
    private readonly Database _database;
    private readonly ILogger<VaultRing> _log;
    private readonly X509Certificate2? _certificate;
    private readonly ILoggerFactory _loggers;
    private ServiceProvider? _ring;
    private string? _lockedBecause;

    public VaultRing(Database database, IOptions<KeyRingOptions> options, ILoggerFactory loggers, ILogger<VaultRing> log)
    {
        (_database, _loggers, _log) = (database, loggers, log);
        try
        {
            _certificate = X509CertificateLoader.LoadPkcs12FromFile(options.Value.CertificatePath, options.Value.CertificatePassword, X509KeyStorageFlags.EphemeralKeySet);
            using var rsa = _certificate.GetRSAPrivateKey() ?? throw new CryptographicException("The certificate has no RSA private key.");
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _certificate?.Dispose();
            _certificate = null;
            Lock(failure.GetType().Name);
        }
    }

    /// <summary>Whether the certificate is there and opens the ring that is stored. Decided at the first question, when the database is there.</summary>
    public bool IsOpen => Ring() is not null;

    /// <summary>Why it is not, without particulars.</summary>
    public string? LockedBecause => Ring() is null ? _lockedBecause : null;

    /// <summary>A protector whose ciphertext opens only for the same purposes.</summary>
    /// <exception cref="InvalidOperationException">The ring is locked; ask <see cref="IsOpen"/> first.</exception>
    public IDataProtector Protector(params string[] purposes) =>
        (Ring() ?? throw new InvalidOperationException("The vault ring is locked.")).GetRequiredService<IDataProtectionProvider>().CreateProtector(purposes);

    public void Dispose()
    {
        _ring?.Dispose();
        _certificate?.Dispose();
    }

    private ServiceProvider? Ring()
    {
        lock (_gate)
        {
            if (_ring is not null || _lockedBecause is not null) return _ring;
            var ring = Build(generatesKeys: true);
            var keys = ring.GetRequiredService<IKeyManager>().GetAllKeys();
            var opened = keys.Count(Opens);
            if (keys.Count == opened) return _ring = ring;
            // Another certificate wrapped what is stored. Left alone, Data Protection would start a second ring without a word,
            // and what was sealed meanwhile would be lost when the right certificate comes back.
            ring.Dispose();
            if (opened > 0) return _ring = Build(generatesKeys: false);
            Lock("another certificate");
            return null;
        }
    }

    private static bool Opens(IKey key)
    {
        try
        {
            return key.Descriptor is not null;
        }
        catch (Exception failure) when (failure is CryptographicException or System.Xml.XmlException or InvalidOperationException)
        {
            return false;
        }
    }

    private ServiceProvider Build(bool generatesKeys)
    {
        var services = new ServiceCollection();
        services.AddSingleton(_loggers).AddLogging();
        services.AddDataProtection().SetApplicationName(ApplicationName).ProtectKeysWithCertificate(_certificate!);
        services.Configure<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = new RingRepository(_database, "vault");
            keys.AutoGenerateKeys = generatesKeys;
        });
        return services.BuildServiceProvider();
    }

    private void Lock(string because)
    {
        _lockedBecause = because;
        _log.LogError("The vault certificate could not be opened or is another one ({Because}); credentials are locked. An operator puts the file back. (vault-locked)", because);
    }
}

/// <summary>Keeps one ring's XML in the table of rings.</summary>
internal sealed class RingRepository(Database database, string ring) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = database.Open();
        return [.. db.RingKeys.Where(key => key.Ring == ring).OrderBy(key => key.Id).Select(key => key.Xml).AsEnumerable().Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var db = database.Open();
        db.RingKeys.Add(new RingKeyRow { Ring = ring, FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        db.SaveChanges();
    }
}
