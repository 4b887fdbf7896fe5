using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Services.Audit;

namespace Portal.Demo;

/// <summary>The demo's own folder: database, simulated world, key-ring certificate, secrets; git-ignored <c>.demo/</c> beside the solution. One demo at a time holds it.</summary>
public sealed class DemoFolder : IDisposable
{
    private readonly FileStream _hold;

    private DemoFolder(string path, FileStream hold) => (FolderPath, _hold) = (path, hold);

    /// <summary>Absolute path.</summary>
    public string FolderPath { get; }

    /// <summary>Of <see cref="CertificatePath"/>; made at the first start.</summary>
    public string CertificatePassword { get; private init; } = "";

    /// <summary>The portal's secret at the demo's identity provider; made at the first start.</summary>
    public string ClientSecret { get; private init; } = "";

    /// <summary>An earlier demo stored something here, and this one goes on with it.</summary>
    public bool GoesOn { get; private init; }

    /// <summary>SQLite database file.</summary>
    public string DatabasePath => Path.Combine(FolderPath, "portal.db");

    /// <summary>The simulated world as it was last saved.</summary>
    public string WorldPath => Path.Combine(FolderPath, "world.json");

    /// <summary>PKCS#12 file that seals the vault's key ring.</summary>
    public string CertificatePath => Path.Combine(FolderPath, "key-ring.pfx");

    /// <summary>Keys of the audit and its checkpoints.</summary>
    public string AuditFolder => Path.Combine(FolderPath, "audit");

    private string PortPath => Path.Combine(FolderPath, "simulator-port");

    /// <summary>Takes the folder and makes what is missing; with <see cref="DemoOptions.Fresh"/> everything anew.</summary>
    /// <exception cref="DemoException">Another demo holds the folder, or what is in it cannot be gone on with.</exception>
    public static DemoFolder Prepare(DemoOptions options)
    {
        var path = Path.GetFullPath(options.Folder ?? Path.Combine(RepositoryRoot(), ".demo"));
        Directory.CreateDirectory(path);
        var hold = Hold(path);
        try
        {
            if (options.Fresh)
            {
                Clear(path);
            }

            var folder = new DemoFolder(path, hold)
            {
                CertificatePassword = Secret(path, "certificate-password"), ClientSecret = Secret(path, "client-secret"), GoesOn = File.Exists(Path.Combine(path, "portal.db")),
            };
            folder.DemandSameWorld(options);
            if (!File.Exists(folder.CertificatePath))
            {
                WriteCertificate(folder);
            }

            if (!Directory.Exists(folder.AuditFolder))
            {
                AuditKeyFiles.Make(folder.AuditFolder, "portal-demo/audit");
            }

            return folder;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Remembers where the simulator answers: stored addresses lead there.</summary>
    public void KeepPort(int port) => File.WriteAllText(PortPath, $"{port}");

    /// <inheritdoc/>
    public void Dispose() => _hold.Dispose();

    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DemoException($"Another demo is running on {path}. Stop it first, or give this one a folder and ports of its own with --folder, --portal-port and --simulator-port.");
        }
    }

    /// <summary>The demo's own files and nothing else: the folder may be anybody's.</summary>
    private static void Clear(string path)
    {
        foreach (var name in new[] { "portal.db", "portal.db-wal", "portal.db-shm", "portal.db-journal", "world.json", "world.json.new", "key-ring.pfx", "certificate-password", "client-secret", "simulator-port" })
        {
            File.Delete(Path.Combine(path, name));
        }

        if (Directory.Exists(Path.Combine(path, "audit")))
        {
            Directory.Delete(Path.Combine(path, "audit"), recursive: true);
        }
    }

    private void DemandSameWorld(DemoOptions options)
    {
        if (!GoesOn)
        {
            return;
        }

        if (!File.Exists(WorldPath))
        {
            throw new DemoException($"{FolderPath} holds a portal whose simulated world is gone, so its keys are unknown. Start over with --fresh.");
        }

        if (File.Exists(PortPath) && int.TryParse(File.ReadAllText(PortPath), out var port) && port != options.SimulatorPort)
        {
            throw new DemoException($"What is stored here leads to a simulator at port {port}. Start with --simulator-port {port}, or start over with --fresh.");
        }
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
        var file = Path.Combine(folder, name);
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
            if (File.Exists(Path.Combine(folder.FullName, "Portal.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
