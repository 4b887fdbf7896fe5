using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.SignIn;

namespace Portal.Services.Alerts;

/// <summary>Section <c>Alerts</c>: who is told of what needs a person. In the portal everybody sees what their role may.</summary>
public sealed class AlertsOptions
{
    /// <summary>Addresses that get mail, each for the eyes of one role.</summary>
    public IList<AlertMailbox> Mail { get; set; } = [];

    /// <summary>Web hooks, signed with their secret.</summary>
    public IList<AlertWebhook> Webhooks { get; set; } = [];

    /// <summary>How long a cause is gone before its alert is over, up to a day. What comes back before is no news.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often people are reminded of what nobody acknowledged, an hour or more; zero: never.</summary>
    public TimeSpan Remind { get; set; } = TimeSpan.Zero;
}

/// <summary>Where mail about alerts goes.</summary>
public sealed class AlertMailbox
{
    /// <summary>E-mail address.</summary>
    public string To { get; set; } = "";

    /// <summary>It gets what this role may see.</summary>
    public Role Role { get; set; } = Role.ProgramManager;
}

/// <summary>A web hook for alerts.</summary>
public sealed class AlertWebhook
{
    /// <summary>https, or http on this machine. Redirects are not followed.</summary>
    public string Url { get; set; } = "";

    /// <summary>What its bodies are signed with, 32 characters or more. Never shown or logged.</summary>
    public string Secret { get; set; } = "";

    /// <summary>It gets what this role may see.</summary>
    public Role Role { get; set; } = Role.ProgramManager;
}

/// <summary>Where people open the portal, for links in mails: <c>Portal:PublicUrl</c>.</summary>
internal sealed class PortalAddress
{
    public string PublicUrl { get; set; } = "";
}

internal sealed class AlertsOptionsRules : IValidateOptions<AlertsOptions>
{
    private const int ShortestSecret = 32;

    public ValidateOptionsResult Validate(string? name, AlertsOptions options)
    {
        var failures = new List<string>();
        for (var i = 0; i < options.Mail.Count; i++)
            if (EmailAddress.TryParse(options.Mail[i].To) is null) failures.Add($"Alerts:Mail:{i}:To is no e-mail address.");
        for (var i = 0; i < options.Webhooks.Count; i++)
        {
            var hook = options.Webhooks[i];
            // Neither value is repeated here: an address may hold a secret, too.
            if (!Uri.TryCreate(hook.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0) failures.Add($"Alerts:Webhooks:{i}:Url is no web address.");
            else if (url.Scheme == "http" && !url.IsLoopback) failures.Add($"Alerts:Webhooks:{i}:Url must begin with https://; http is only for this machine.");
            if (hook.Secret.Length < ShortestSecret) failures.Add($"Alerts:Webhooks:{i}:Secret has {hook.Secret.Length} characters; it needs {ShortestSecret} or more.");
        }
        if (options.Webhooks.DistinctBy(hook => hook.Url, StringComparer.Ordinal).Count() < options.Webhooks.Count) failures.Add("Alerts:Webhooks names one address twice.");
        if (options.Mail.DistinctBy(mailbox => mailbox.To, StringComparer.OrdinalIgnoreCase).Count() < options.Mail.Count) failures.Add("Alerts:Mail names one address twice.");
        if (options.Settle < TimeSpan.Zero || options.Settle > TimeSpan.FromDays(1)) failures.Add($"Alerts:Settle is {options.Settle}; it must be 00:00:00 to 1.00:00:00.");
        if (options.Remind != TimeSpan.Zero && options.Remind < TimeSpan.FromHours(1)) failures.Add($"Alerts:Remind is {options.Remind}; it must be 00:00:00 (never), or 01:00:00 and more.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
