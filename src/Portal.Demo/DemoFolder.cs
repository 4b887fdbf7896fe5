using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Demo;

/// <summary>The demo's own folder: database, key-ring certificate, client secret; git-ignored <c>.demo/</c> beside the solution.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="CertificatePassword">Of <see cref="CertificatePath"/>; made at the first start.</param>
/// <param name="ClientSecret">The portal's secret at the demo's identity provider; made at the first start.</param>
public sealed record DemoFolder(string Path, string CertificatePassword, string ClientSecret)
{
    /// <summary>SQLite database file.</summary>
    public string DatabasePath => System.IO.Path.Combine(Path, "portal.db");

    /// <summary>PKCS#12 file that seals the vault's key ring.</summary>
    public string CertificatePath => System.IO.Path.Combine(Path, "key-ring.pfx");

    /// <summary>Makes what is missing; with <see cref="DemoOptions.Fresh"/> everything anew.</summary>
    public static DemoFolder Prepare(DemoOptions options)
    {
        var path = System.IO.Path.GetFullPath(options.Folder ?? System.IO.Path.Combine(RepositoryRoot(), ".demo"));
        if (options.Fresh && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(path);
        var folder = new DemoFolder(path, Secret(path, "certificate-password"), Secret(path, "client-secret"));
        if (!File.Exists(folder.CertificatePath))
        {
            WriteCertificate(folder);
        }

        return folder;
    }

    private static void WriteCertificate(DemoFolder folder)
    {
        using var key = RSA.Create(3072);
        var request = new CertificateRequest("CN=Portal demo key ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(130));
        WritePrivately(folder.CertificatePath, certificate.Export(X509ContentType.Pkcs12, folder.CertificatePassword));
    }

    private static string Secret(string folder, string name)
    {
        var file = System.IO.Path.Combine(folder, name);
        if (!File.Exists(file))
        {
            WritePrivately(file, System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))));
        }

        return File.ReadAllText(file);
    }

    private static void WritePrivately(string file, byte[] content)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(file, how);
        stream.Write(content);
    }

    /// <summary>The folder of the solution above the binary; published demos use the working directory.</summary>
    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Portal.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
