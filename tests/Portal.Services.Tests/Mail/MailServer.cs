using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using MimeKit;

namespace Portal.Tests.Mail;

/// <summary>A mail server that none of us wrote (npm <c>smtp-server</c>), in a process of its own on a free loopback port.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly Process _process;

    private MailServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Starts one.</summary>
    /// <param name="certificate">With one it offers STARTTLS.</param>
    /// <param name="user">With one nobody sends without signing in.</param>
    /// <param name="password">The user's.</param>
    public static async Task<MailServer> StartAsync(X509Certificate2? certificate = null, string? user = null, string? password = null)
    {
        var start = new ProcessStartInfo("node", ["server.mjs"]) { RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = Folder() };
        if (certificate is not null)
        {
            start.Environment["TLS_KEY"] = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
            start.Environment["TLS_CERTIFICATE"] = certificate.ExportCertificatePem();
        }
        if (user is not null) (start.Environment["MAIL_USER"], start.Environment["MAIL_PASSWORD"]) = (user, password);
        var process = Process.Start(start)!;
        for (var line = await process.StandardOutput.ReadLineAsync(); ; line = await process.StandardOutput.ReadLineAsync())
        {
            if (line is null) throw new InvalidOperationException("The mail server did not start; tests/run installs it with npm ci in tests/smtp-server.");
            if (line.StartsWith("READY ", StringComparison.Ordinal)) return new MailServer(process, int.Parse(line[6..], System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A certificate for this machine's own name, signed by nobody else.</summary>
    public static X509Certificate2 Certificate(string host = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>The next mail it took.</summary>
    public async Task<ArrivedMail> NextAsync(CancellationToken cancel)
    {
        var mail = JsonNode.Parse(await _process.StandardOutput.ReadLineAsync(cancel) ?? throw new InvalidOperationException("The mail server ended."))!;
        using var raw = new MemoryStream(System.Text.Encoding.UTF8.GetBytes((string)mail["text"]!));
        return new ArrivedMail((string)mail["from"]!, mail["to"]!.AsArray().Deserialize<string[]>()!, (bool)mail["encrypted"]!, (string?)mail["user"], (string)mail["text"]!, await MimeMessage.LoadAsync(raw, cancel));
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Folder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Portal.sln"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "tests", "smtp-server");
    }
}

/// <summary>A mail as the server got it: envelope, how it came, and the message.</summary>
internal sealed record ArrivedMail(string From, string[] To, bool Encrypted, string? User, string Raw, MimeMessage Message);
