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
    private readonly ServiceProvider? _ring;
    private readonly X509Certificate2? _certificate;

    public VaultRing(Database database, IOptions<KeyRingOptions> options, ILoggerFactory loggers, ILogger<VaultRing> log)
    {
        try
        {
            _certificate = X509CertificateLoader.LoadPkcs12FromFile(options.Value.CertificatePath, options.Value.CertificatePassword, X509KeyStorageFlags.EphemeralKeySet);
            if (_certificate.GetRSAPrivateKey() is null) throw new CryptographicException("The certificate has no RSA private key.");
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _certificate?.Dispose();
            _certificate = null;
            LockedBecause = failure.GetType().Name;
            log.LogError("The vault certificate could not be opened ({Failure}); credentials are locked. An operator puts the file back. (vault-locked)", failure.GetType().Name);
            return;
        }
        var services = new ServiceCollection();
        services.AddSingleton(loggers).AddLogging();
        services.AddDataProtection().SetApplicationName(ApplicationName).ProtectKeysWithCertificate(_certificate);
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new RingRepository(database, "vault"));
        _ring = services.BuildServiceProvider();
    }

    /// <summary>Whether the certificate is there. A wrong one shows only when something is opened.</summary>
    public bool IsOpen => _ring is not null;

    /// <summary>Why it is not, without particulars.</summary>
    public string? LockedBecause { get; }

    /// <summary>A protector whose ciphertext opens only for the same purposes.</summary>
    /// <exception cref="InvalidOperationException">The ring is locked; ask <see cref="IsOpen"/> first.</exception>
    public IDataProtector Protector(params string[] purposes) =>
        (_ring ?? throw new InvalidOperationException("The vault ring is locked.")).GetRequiredService<IDataProtectionProvider>().CreateProtector(purposes);

    public void Dispose()
    {
        _ring?.Dispose();
        _certificate?.Dispose();
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
