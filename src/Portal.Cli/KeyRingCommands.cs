using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Cli;

/// <summary><c>portal keyring new</c>: makes the certificate that wraps the vault's keys.</summary>
internal static class KeyRingCommands
{
    private const int Years = 30;

    public static Command KeyRing(Cli cli)
    {
        var file = new Argument<string>("file") { Description = "The PKCS#12 file to make, such as vault.p12" };
        return new Command("keyring", "The certificate that wraps stored credentials")
        {
            cli.Acts(new Command("new", "Make a certificate and its password. Keep both apart from the database and its backups; without them stored credentials stay locked.") { file }, call =>
            {
                var path = Path.GetFullPath(call.Get(file));
                var password = RandomNumberGenerator.GetHexString(40, lowercase: true);
                Write(path, Make(password, call.Around.Time.GetUtcNow()));
                if (call.Output.Json) call.Output.WriteJson(new { certificatePath = path, certificatePassword = password });
                call.Output.Say($"KeyRing__CertificatePath={path}");
                call.Output.Say($"KeyRing__CertificatePassword={password}");
                call.Output.Note("This is the only time the password is shown.");
                return Task.FromResult(ExitCodes.Ok);
            }),
        };
    }

    private static byte[] Make(string password, DateTimeOffset now)
    {
        using var key = RSA.Create(3072);
        var request = new CertificateRequest("CN=Portal vault", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        return certificate.ExportPkcs12(new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 200_000), password);
    }

    private static void Write(string path, byte[] content)
    {
        if (File.Exists(path)) throw new CliException(CliProblems.FileExists(path), ExitCodes.Problem);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(content);
    }
}
