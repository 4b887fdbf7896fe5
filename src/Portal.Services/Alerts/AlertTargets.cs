using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Portal.Domain.SignIn;
using Portal.Services.Data;

namespace Portal.Services.Alerts;

/// <summary>Who is told: the settings' addresses, named in rows by a hash alone.</summary>
internal sealed class AlertTargets(IOptions<AlertsOptions> options)
{
    /// <summary>Those whose role may see it.</summary>
    public IEnumerable<(AlertChannel Channel, string Target)> Of(Permission audience, bool withMail) =>
    [
        .. options.Value.Mail.Where(mailbox => withMail && RoleTable.May(mailbox.Role, audience)).Select(mailbox => (AlertChannel.Mail, Name(mailbox.To))),
        .. options.Value.Webhooks.Where(hook => RoleTable.May(hook.Role, audience)).Select(hook => (AlertChannel.Webhook, Name(hook.Url))),
    ];

    /// <summary>The mailbox of a row; null: it was taken out of the settings.</summary>
    public AlertMailbox? Mailbox(string target) => options.Value.Mail.FirstOrDefault(mailbox => Name(mailbox.To) == target);

    /// <summary>The hook of a row; null: it was taken out of the settings.</summary>
    public AlertWebhook? Hook(string target) => options.Value.Webhooks.FirstOrDefault(hook => Name(hook.Url) == target);

    private static string Name(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)))[..32];
}
