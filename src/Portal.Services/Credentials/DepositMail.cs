using Portal.Domain.Credentials;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>The words of the mail that carries a deposit link.</summary>
internal static class DepositMail
{
    public static string Text(DepositRequestRow row, Uri address)
    {
        var what = row.Kind is CredentialKind.AppleTeamKey ? "an App Store Connect team key (role App Manager)" : "an API key of a Centercode community";
        var note = row.Note.Length == 0 ? "" : $"\n{row.RequestedByName} writes:\n{row.Note}\n";
        return $"""
            {row.RequestedByName} asks you to deposit {what} for "{row.Label}".
            {note}
            Open this link, sign in, and follow the steps on the page. You will see this request and nothing else:
            {address}

            The link works until a key deposited through it was seen to work, at the latest until {row.ExpiresAt:yyyy-MM-dd HH:mm} UTC. Do not send a key by mail or chat.
            """;
    }
}
