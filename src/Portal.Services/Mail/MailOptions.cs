using Microsoft.Extensions.Options;
using Portal.Domain;

namespace Portal.Services.Mail;

/// <summary>Section <c>Mail</c>: the server that takes the portal's mail. Without a Host the portal sends none and offers links to copy instead.</summary>
public sealed class MailOptions
{
    /// <summary>Name of the SMTP server; empty: no mail.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port, 1 to 65535.</summary>
    public int Port { get; set; } = 587;

    /// <summary>User name; empty: no sign-in.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The user's password.</summary>
    public string Password { get; set; } = "";

    /// <summary>Address the mail comes from.</summary>
    public string From { get; set; } = "";

    /// <summary>Whether the connection must be encrypted (STARTTLS, or TLS from the start on port 465). Turn off only for a server on this machine.</summary>
    public bool UseTls { get; set; } = true;

    /// <summary>PEM file of a certificate to trust beside the machine's own, for a server whose certificate the firm signed itself; empty: none.</summary>
    public string TrustedCertificatePath { get; set; } = "";

    /// <summary>How long one mail may take, 1 second to 5 minutes. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

internal sealed class MailOptionsRules : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var failures = new List<string>();
        if (options.Host.Length == 0)
        {
            if (options.UserName.Length > 0 || options.From.Length > 0) failures.Add("Mail:Host is empty while other keys of Mail are set; name the server or remove them.");
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
        if (options.Port is < 1 or > 65535) failures.Add($"Mail:Port is {options.Port}; it must be 1 to 65535.");
        if (EmailAddress.TryParse(options.From) is null) failures.Add("Mail:From is no e-mail address.");
        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(5)) failures.Add($"Mail:Timeout is {options.Timeout}; it must be 00:00:01 to 00:05:00.");
        if (options.TrustedCertificatePath.Length > 0 && !File.Exists(options.TrustedCertificatePath)) failures.Add("Mail:TrustedCertificatePath: there is no such file.");
        if (options.Password.Length > 0 && options.UserName.Length == 0) failures.Add("Mail:Password is set without Mail:UserName.");
        if (options.UserName.Length > 0 && !options.UseTls) failures.Add("Mail:UseTls is off while Mail:UserName is set: the password would travel in the open.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
