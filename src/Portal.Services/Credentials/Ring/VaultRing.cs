using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>
/// The Data Protection ring that seals credentials. Its keys stand in the database, wrapped by a certificate outside it.
/// It is apart from the ring of the web (cookies), so that a lost certificate locks credentials and nothing else (F33).
/// While a key service holds the certificate, the ring is open only as long as the service answers.
/// </summary>
internal sealed class VaultRing(Database database, RingWraps wraps, ILoggerFactory loggers, ILogger<VaultRing> log) : IDisposable
{
    /// <summary>Fixed: another name would open nothing that was sealed before.</summary>
    public const string ApplicationName = "Portal";

    /// <summary>How the ring's rows are named.</summary>
    public const string RingName = "vault";

    // Real time, as the service's time-out is.
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private OpenRing? _ring;
    private RingClosedException? _closed;
    private long _asked;

    /// <summary>Whether the certificate is there and opens the ring that is stored. Decided at the first question, when the database is there.</summary>
    public bool IsOpen => Ring() is not null;

    /// <summary>Why it is not; null while it is open.</summary>
    public Problem? LockedBecause => Ring() is null ? _closed?.Problem ?? CredentialProblems.Locked : null;

    /// <summary>A protector whose ciphertext opens only for the same purposes.</summary>
    /// <exception cref="ProblemException">The ring is locked.</exception>
    public IDataProtector Protector(params string[] purposes) =>
        (Ring() ?? throw new ProblemException(_closed?.Problem ?? CredentialProblems.Locked)).Protection.CreateProtector(purposes);

    /// <summary>Makes a key that seals from now on, wrapped by today's certificate.</summary>
    /// <exception cref="ProblemException">The ring is locked.</exception>
    public Guid AddKey()
    {
        var ring = Ring() ?? throw new ProblemException(_closed?.Problem ?? CredentialProblems.Locked);
        // Data Protection lives by the machine's clock: the newest key in force seals.
        var now = TimeProvider.System.GetUtcNow();
        var id = ring.Keys.CreateNewKey(now, now + TimeSpan.FromDays(90)).KeyId;
        Forget();
        return id;
    }

    /// <summary>Reads the stored ring anew at the next question: another process added to it.</summary>
    public void Forget()
    {
        lock (_gate) _ring = null;
    }

    public void Dispose() => _ring?.Provider.Dispose();

    private OpenRing? Ring()
    {
        lock (_gate)
        {
            var isFresh = _asked != 0 && Stopwatch.GetElapsedTime(_asked) < AskedAgainAfter;
            if (_ring is not null && (!wraps.Current.ComesBack || isFresh)) return _ring;
            if (_closed is not null && (!wraps.Current.ComesBack || isFresh)) return null;
            try
            {
                wraps.Current.Demand();
                _ring ??= Open();
                if (_closed is not null) log.LogWarning("The key service answers again; credentials are open.");
                _closed = null;
            }
            catch (RingClosedException closed)
            {
                if (_closed?.Problem != closed.Problem) Tell(closed);
                (_ring, _closed) = (null, closed);
            }
            _asked = Stopwatch.GetTimestamp();
            return _ring;
        }
    }

    /// <exception cref="RingClosedException">Another certificate wrapped what is stored.</exception>
    private OpenRing Open()
    {
        var ring = Build(generatesKeys: true);
        var keys = ring.Keys.GetAllKeys();
        var opened = keys.Count(Opens);
        if (keys.Count == opened) return ring;
        // Another certificate wrapped what is stored. Left alone, Data Protection would start a second ring without a word,
        // and what was sealed meanwhile would be lost when the right certificate comes back.
        ring.Provider.Dispose();
        wraps.Current.Demand();
        return opened > 0 ? Build(generatesKeys: false) : throw new RingClosedException(CredentialProblems.Locked, "another certificate");
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

    private OpenRing Build(bool generatesKeys)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers).AddLogging().AddSingleton(new RingXml(wraps));
        services.AddDataProtection().SetApplicationName(ApplicationName);
        services.AddOptions<KeyManagementOptions>().Configure<RingXml>((keys, xml) =>
        {
            keys.XmlRepository = new RingRepository(database, RingName);
            keys.XmlEncryptor = new RingKeyEncryptor(xml);
            keys.AutoGenerateKeys = generatesKeys;
        });
        var provider = services.BuildServiceProvider();
        return new OpenRing(provider, provider.GetRequiredService<IDataProtectionProvider>(), provider.GetRequiredService<IKeyManager>());
    }

    private void Tell(RingClosedException closed)
    {
        if (wraps.Current.ComesBack && closed.Problem == CredentialProblems.KeyServiceAway)
            log.LogError("The key service does not answer ({Because}); credentials are locked until it does. An operator starts it. (key-service-away)", closed.Because);
        else
            log.LogError("The vault certificate could not be opened or is another one ({Because}); credentials are locked. An operator puts it back. (vault-locked)", closed.Because);
    }

    private sealed record OpenRing(ServiceProvider Provider, IDataProtectionProvider Protection, IKeyManager Keys);
}
