using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Services;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;
using Xunit;

namespace Portal.Tests.Credentials;

/// <summary>
/// A process that has signed a thousand times and never saw the upload dies, and the runtime writes all its memory: no key is in
/// it, in no form.
/// </summary>
[Trait("Invariant", "25")]
public class CoreDumpTests
{
    private const string Database = "PORTAL_DUMP_DATABASE", Certificate = "PORTAL_DUMP_CERTIFICATE", Keep = "PORTAL_DUMP_KEEP_KEY";
    private const int Signatures = 1_000;

    [Fact]
    public async Task Memory_AfterAThousandSignatures_HoldsNoKey()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The runtime's full dumps are read on Linux.");
        using var folder = new TemporaryFolder();
        await using var portal = await PortalFixture.StartAsync();
        var key = portal.World.CreateKey();
        await portal.AddAsync(key);

        var dump = await DieAsync(portal, folder.File("core"), keepKey: false);

        // The dump is the memory that was asked for: what must be in it is.
        Assert.Equal(["Key ID"], await FindAsync(dump, [("Key ID", Encoding.ASCII.GetBytes(key.KeyId)), .. Secrets(key.P8)]));
    }

    [Fact]
    public async Task Memory_KeyKeptInAField_IsFound()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The runtime's full dumps are read on Linux.");
        using var folder = new TemporaryFolder();
        await using var portal = await PortalFixture.StartAsync();
        var key = portal.World.CreateKey();
        await portal.AddAsync(key);

        var dump = await DieAsync(portal, folder.File("core"), keepKey: true);

        var found = await FindAsync(dump, Secrets(key.P8));
        Assert.Contains("private bytes", found);
        Assert.Contains("PKCS#8", found);
    }

    /// <summary>The process that dies: started by the tests above, never with the others.</summary>
    [Fact(Explicit = true)]
    public async Task Signer_StartedByTheTests_SignsAndDies()
    {
        if (Environment.GetEnvironmentVariable(Database) is not { } connection) return;
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = "Sqlite", ["Database:ConnectionString"] = connection,
            ["KeyRing:CertificatePath"] = Environment.GetEnvironmentVariable(Certificate), ["KeyRing:CertificatePassword"] = VaultCertificate.Password,
        }).Build();
        await using var services = new ServiceCollection().AddLogging().AddPortal(settings).BuildServiceProvider();
        await using var db = services.GetRequiredService<Database>().Open();
        var credential = await db.Credentials.AsNoTracking().Include(c => c.Versions).SingleAsync();
        var version = credential.Versions.Single();
        for (var i = 0; i < Signatures; i++) services.GetRequiredService<AppleTokens>().Sign(credential, version, "");
        if (Environment.GetEnvironmentVariable(Keep) == "1") _kept = services.GetRequiredService<Portal.Services.Credentials.CredentialVault>().WithPrivateKey(version, key => key.ExportPkcs8PrivateKey());
        Environment.FailFast("Signed.");
    }

#pragma warning disable IDE0052 // kept for the dump alone
    private static byte[]? _kept;
#pragma warning restore IDE0052

    private static async Task<string> DieAsync(PortalFixture portal, string dump, bool keepKey)
    {
        var folder = Path.GetDirectoryName(portal.CertificatePath)!;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
            ArgumentList = { "exec", typeof(CoreDumpTests).Assembly.Location, "--explicit", "on", "--filter-method", $"*{nameof(Signer_StartedByTheTests_SignsAndDies)}", "--no-progress" },
            Environment =
            {
                [Database] = $"Data Source={Path.Combine(folder, "portal.db")}", [Certificate] = portal.CertificatePath, [Keep] = keepKey ? "1" : "0",
                ["DOTNET_DbgEnableMiniDump"] = "1", ["DOTNET_DbgMiniDumpType"] = "4", ["DOTNET_DbgMiniDumpName"] = dump,
                // The memory is read through: no more of it than the work needs.
                ["DOTNET_GCHeapHardLimit"] = "0x10000000",
            },
        };
        using var signer = Process.Start(start)!;
        var (said, complained) = (signer.StandardOutput.ReadToEndAsync(Cancel), signer.StandardError.ReadToEndAsync(Cancel));
        await signer.WaitForExitAsync(Cancel);
        Assert.True(File.Exists(dump), $"{await said}\n{await complained}");
        return dump;
    }

    /// <summary>The forms a key may stand in. OpenSSL keeps numbers with the least byte first.</summary>
    private static List<(string Form, byte[] Bytes)> Secrets(string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        var d = key.ExportParameters(includePrivateParameters: true).D!;
        // What every key of the curve begins and ends with is nobody's secret: the part with the private bytes is.
        var der = key.ExportPkcs8PrivateKey();
        var text = Convert.ToBase64String(der);
        var own = pem.Split('\n').Where(line => line.Length == 64 && !line.StartsWith('-')).ToList();
        List<(string, byte[])> forms =
        [
            ("private bytes", d), ("private bytes, turned", [.. d.Reverse()]), ("PKCS#8", der),
            ("base64", Encoding.ASCII.GetBytes(text[48..80])), ("base64 of the private bytes", Encoding.ASCII.GetBytes(Convert.ToBase64String(d)[..40])),
            ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(d))), ("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(d))),
            .. own.Select((line, i) => ($"PEM line {i}", Encoding.ASCII.GetBytes(i == 0 ? line[40..] : line))),
        ];
        return [.. forms, .. forms.Where(form => form.Item2.All(letter => letter is >= 32 and < 127)).Select(form => ($"{form.Item1}, UTF-16", Encoding.Unicode.GetBytes(Encoding.ASCII.GetString(form.Item2))))];
    }

    private static async Task<IReadOnlyList<string>> FindAsync(string path, List<(string Form, byte[] Bytes)> wanted)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var overlap = wanted.Max(one => one.Bytes.Length);
        var buffer = new byte[16 * 1024 * 1024];
        var kept = 0;
        await using var file = File.OpenRead(path);
        while (await file.ReadAsync(buffer.AsMemory(kept), Cancel) is > 0 and var read)
        {
            var filled = kept + read;
            foreach (var (form, bytes) in wanted)
            {
                if (!found.Contains(form) && buffer.AsSpan(0, filled).IndexOf(bytes) >= 0) found.Add(form);
            }
            kept = Math.Min(overlap, filled);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
        }
        return [.. found];
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
