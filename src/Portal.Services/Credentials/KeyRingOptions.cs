namespace Portal.Services.Credentials;

/// <summary>Section <c>KeyRing</c>: the RSA certificate that wraps the vault ring. It is kept outside the database.</summary>
public sealed class KeyRingOptions
{
    /// <summary>Path of a PKCS#12 file with an RSA private key. Not set: the portal refuses to start. Set but missing or wrong: it starts with credentials locked (F33).</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>The file's password.</summary>
    public string CertificatePassword { get; set; } = "";
}
