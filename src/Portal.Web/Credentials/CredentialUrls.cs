using Microsoft.AspNetCore.WebUtilities;
using Portal.Domain.Credentials;
using Portal.Web.Layout;

namespace Portal.Web.Credentials;

/// <summary>Addresses only this feature's own pages need; the rest stand in <see cref="PortalUrls"/>.</summary>
internal static class CredentialUrls
{
    public const string Ask = "/credentials/ask";
    public const string Deposited = "/deposit/done";

    public static string Add(CredentialKind kind) => kind is CredentialKind.AppleTeamKey ? PortalUrls.AddCredential : $"{PortalUrls.AddCredential}?kind=centercode";

    public static string Replace(Guid id) => $"{PortalUrls.Credential(id)}/replace";

    /// <summary>The credential's page, which says what to do after its key was stored.</summary>
    public static string Stored(CredentialSummary credential) => QueryHelpers.AddQueryString(PortalUrls.Credential(credential.Id), "stored", "true");

    public static string WithFlash(string url, string flash) => QueryHelpers.AddQueryString(url, FormFlash.QueryName, flash);
}
