using System.CommandLine;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Portal.Services.Credentials;

namespace Portal.Cli;

/// <summary><c>portal keyring new|serve|rotate|check</c>: the certificate that wraps the vault's keys, on the portal's own machine.</summary>
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
            Serve(cli), Rotate(cli), Check(cli),
        };
    }

    private static Command Serve(Cli cli)
    {
        var certificate = new Option<string>("--certificate") { Description = "The PKCS#12 file whose key it holds", Required = true };
        var socket = new Option<string>("--socket") { Description = "The Unix socket to listen on; its group is who may ask", Required = true };
        return cli.Acts(new Command("serve", "Hold the certificate's key in a process of its own and unwrap for the portal (KeyRing:ServiceSocket). The password comes from KeyRing__CertificatePassword or standard input.") { certificate, socket }, async call =>
        {
            var password = call.Around.Variable("KeyRing__CertificatePassword") ?? await call.Around.In.ReadLineAsync(call.Cancel) ?? "";
            try
            {
                using var service = KeyService.Open(Path.GetFullPath(call.Get(certificate)!), password);
                await service.ServeAsync(Path.GetFullPath(call.Get(socket)!), () => call.Output.Say($"Listening. Certificate {service.Id}"),
                    opened => call.Output.Say($"{call.Around.Time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC {(opened ? "opened a ring key" : "refused: another certificate wrapped it")}"), call.Cancel);
                return ExitCodes.Ok;
            }
            catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
            {
                throw new CliException(CliProblems.CertificateNotOpened, ExitCodes.Problem);
            }
            catch (SocketException)
            {
                throw new CliException(CliProblems.SocketNotFree, ExitCodes.Problem);
            }
        });
    }

    private static Command Rotate(Cli cli)
    {
        var settings = Operators.Settings();
        return cli.Acts(new Command("rotate", "Seal every stored key anew under the certificate of KeyRing, from the one named as KeyRing:Earlier…. Stopped, it goes on where it was.") { settings }, call => Operators.RunAsync(call, settings, async services =>
        {
            var done = await services.GetRequiredService<KeyRingRotation>().RunAsync(progress => call.Output.Say($"{progress.Done} of {progress.Of} secrets under the new certificate"), call.Cancel);
            if (call.Output.Json) call.Output.WriteJson(done);
            if (done.Closed > 0) call.Output.Note($"{done.Closed} did not open before either and stay as they were: their credentials are locked.");
            call.Output.Say("Done. Take KeyRing:Earlier… out of the settings and start every portal again, then: portal keyring check.");
            return ExitCodes.Ok;
        }));
    }

    private static Command Check(Cli cli)
    {
        var settings = Operators.Settings();
        return cli.Acts(new Command("check", "Say which certificate wraps the stored keys, and whether a rotation has anything left") { settings }, call => Operators.RunAsync(call, settings, async services =>
        {
            var state = await services.GetRequiredService<KeyRingRotation>().StateAsync(call.Cancel);
            if (call.Output.Json) call.Output.WriteJson(state);
            call.Output.Say($"Certificate {state.Certificate}");
            call.Output.Say($"{state.Keys} ring keys, {state.WrappedByOthers} wrapped by another certificate; {state.Secrets} secrets, {state.UnderEarlierKeys} under an earlier ring key.");
            call.Output.Say(state is { WrappedByOthers: 0, UnderEarlierKeys: 0 } ? "Nothing is left to rotate." : "Some are left: portal keyring rotate.");
            return state.WrappedByOthers == 0 ? ExitCodes.Ok : ExitCodes.Problem;
        }));
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
