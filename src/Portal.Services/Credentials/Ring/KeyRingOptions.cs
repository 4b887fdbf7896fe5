using Microsoft.Extensions.Options;

namespace Portal.Services.Credentials;

/// <summary>
/// Section <c>KeyRing</c>: the RSA key that wraps the vault ring, kept outside the database. One of file, machine's store and key
/// service. None: the portal refuses to start. Missing, wrong or away: it starts with credentials locked (F33).
/// </summary>
public sealed class KeyRingOptions
{
    /// <summary>Path of a PKCS#12 file with an RSA private key.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>The file's password.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>Thumbprint of a certificate in the store <c>My</c> of the machine, or of the account the portal runs as.</summary>
    public string CertificateThumbprint { get; set; } = "";

    /// <summary>Unix socket of a process that holds the key and unwraps: <c>portal keyring serve</c>.</summary>
    public string ServiceSocket { get; set; } = "";

    /// <summary>How long one answer of the key service may take, in seconds.</summary>
    public int ServiceTimeoutSeconds { get; set; } = 2;

    /// <summary>What wrapped the ring before, while <c>portal keyring rotate</c> re-seals: a PKCS#12 file, its password, or a socket.</summary>
    public string EarlierCertificatePath { get; set; } = "";

    /// <summary>The earlier file's password.</summary>
    public string EarlierCertificatePassword { get; set; } = "";

    /// <summary>The earlier key service's socket.</summary>
    public string EarlierServiceSocket { get; set; } = "";
}

internal sealed class KeyRingOptionsRules : IValidateOptions<KeyRingOptions>
{
    private const int LongestTimeout = 30;

    public ValidateOptionsResult Validate(string? name, KeyRingOptions options)
    {
        var failures = new List<string>();
        var named = new[] { options.CertificatePath, options.CertificateThumbprint, options.ServiceSocket }.Count(value => !string.IsNullOrWhiteSpace(value));
        if (named == 0) failures.Add("KeyRing:CertificatePath is empty: name the PKCS#12 file whose RSA key wraps the credentials (or KeyRing:CertificateThumbprint, or KeyRing:ServiceSocket). Without it the portal does not start.");
        if (named > 1) failures.Add("KeyRing:CertificatePath, KeyRing:CertificateThumbprint and KeyRing:ServiceSocket: keep one of them. What wrapped the ring before goes to KeyRing:EarlierCertificatePath or KeyRing:EarlierServiceSocket.");
        if (options.ServiceTimeoutSeconds is < 1 or > LongestTimeout) failures.Add($"KeyRing:ServiceTimeoutSeconds is {options.ServiceTimeoutSeconds}; it must be 1 to {LongestTimeout}.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
