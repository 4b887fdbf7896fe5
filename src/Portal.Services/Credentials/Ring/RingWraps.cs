using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Portal.Services.Credentials;

/// <summary>The certificate that wraps now, and while a rotation goes on the one before.</summary>
internal sealed class RingWraps : IDisposable
{
    public RingWraps(IOptions<KeyRingOptions> options)
    {
        var settings = options.Value;
        var patience = TimeSpan.FromSeconds(settings.ServiceTimeoutSeconds);
        Current = settings.ServiceSocket is { Length: > 0 } ? new KeyServiceWrap(settings.ServiceSocket, patience)
            : settings.CertificateThumbprint is { Length: > 0 } ? CertificateWrap.OfStore(settings.CertificateThumbprint)
            : CertificateWrap.OfFile(settings.CertificatePath, settings.CertificatePassword);
        Earlier = settings.EarlierServiceSocket is { Length: > 0 } ? new KeyServiceWrap(settings.EarlierServiceSocket, patience)
            : settings.EarlierCertificatePath is { Length: > 0 } ? CertificateWrap.OfFile(settings.EarlierCertificatePath, settings.EarlierCertificatePassword)
            : null;
    }

    public IRingWrap Current { get; }

    /// <summary>Null: nothing is being rotated.</summary>
    public IRingWrap? Earlier { get; }

    /// <summary>The one that wrapped what names it.</summary>
    /// <exception cref="CryptographicException">Neither did.</exception>
    public IRingWrap Find(string id) => Current.Id == id ? Current : Earlier?.Id == id ? Earlier : throw new CryptographicException("Another certificate wrapped this key.");

    public void Dispose()
    {
        Current.Dispose();
        Earlier?.Dispose();
    }
}
