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
        try
        {
            using var client = new SmtpClient();
            await client.ConnectAsync(mail.Host, mail.Port, Security(mail), cancel);
            if (mail.UserName.Length > 0) await client.AuthenticateAsync(mail.UserName, mail.Password, cancel);
            await client.SendAsync(message, cancel);
            await client.DisconnectAsync(quit: true, cancel);
        }
        catch (Exception failure) when (failure is ProtocolException or CommandException or AuthenticationException or SslHandshakeException or IOException or System.Net.Sockets.SocketException)
        {
            // Neither address nor text: the text carries a link.
            log.LogError("A mail could not be sent through {Host} ({Failure}). (mail-not-sent)", mail.Host, failure.GetType().Name);
            throw new ProblemException(CredentialProblems.MailNotSent);
        }
    }

    private static SecureSocketOptions Security(MailOptions mail) => !mail.UseTls ? SecureSocketOptions.None
        : mail.Port == TlsFromTheStart ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls;
}
