using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;
using Portal.Domain;
using Portal.Domain.Credentials;

namespace Portal.Services.Mail;

/// <summary>Sends plain-text mail through the configured server.</summary>
internal sealed class Mailer(IOptions<MailOptions> options, ILogger<Mailer> log)
{
    private const int TlsFromTheStart = 465;

    /// <summary>Whether a server is configured.</summary>
    public bool IsSetUp => options.Value.Host.Length > 0;

    /// <exception cref="ProblemException"><c>mail-not-sent</c>.</exception>
    public async Task SendAsync(EmailAddress to, string subject, string text, CancellationToken cancel)
    {
        if (!IsSetUp) throw new ProblemException(CredentialProblems.MailNotSent);
        var mail = options.Value;
        using var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(mail.From));
        message.To.Add(MailboxAddress.Parse(to.Text));
        message.Subject = subject.ReplaceLineEndings(" ");
        message.Body = new TextPart("plain") { Text = text };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(mail.Timeout);
        try
        {
            using var client = new SmtpClient();
            using var trusted = mail.TrustedCertificatePath.Length > 0 ? X509CertificateLoader.LoadCertificateFromFile(mail.TrustedCertificatePath) : null;
            if (trusted is not null) client.ServerCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, trusted);
            await client.ConnectAsync(mail.Host, mail.Port, Security(mail), patience.Token);
            if (mail.UserName.Length > 0) await client.AuthenticateAsync(mail.UserName, mail.Password, patience.Token);
            await client.SendAsync(message, patience.Token);
            await client.DisconnectAsync(quit: true, patience.Token);
        }
        catch (Exception failure) when (IsTheServers(failure, cancel))
        {
            // Neither address nor text: the text carries a link.
            log.LogError("A mail could not be sent through {Host} ({Failure}). (mail-not-sent)", mail.Host, failure.GetType().Name);
            throw new ProblemException(CredentialProblems.MailNotSent);
        }
    }

    // NotSupported: no STARTTLS or no sign-in where the settings want it. Cancelled, but not by the caller: too slow.
    private static bool IsTheServers(Exception failure, CancellationToken cancel) => failure is ProtocolException or CommandException or MailKit.Security.AuthenticationException
        or SslHandshakeException or ServiceNotConnectedException or ServiceNotAuthenticatedException or NotSupportedException or TimeoutException
        or IOException or System.Net.Sockets.SocketException or CryptographicException
        || (failure is OperationCanceledException && !cancel.IsCancellationRequested);

    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2 trusted)
    {
        if (errors is SslPolicyErrors.None) return true;
        if (errors is not SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 offered) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(offered);
    }

    private static SecureSocketOptions Security(MailOptions mail) => !mail.UseTls ? SecureSocketOptions.None
        : mail.Port == TlsFromTheStart ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls;
}
