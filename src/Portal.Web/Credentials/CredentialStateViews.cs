using Portal.Domain.Credentials;
using Portal.Web.Layout.Parts;

namespace Portal.Web.Credentials;

/// <summary>How states of credentials, versions, requests and key uses are drawn: the one place.</summary>
internal static class CredentialStateViews
{
    public static StateView Of(CredentialStatus status) => status switch
    {
        CredentialStatus.Unverified => StateView.Attention("Unverified"),
        CredentialStatus.Active => StateView.Good("Active"),
        CredentialStatus.Failing => StateView.Bad("Failing"),
        CredentialStatus.Locked => StateView.Bad("Locked"),
        CredentialStatus.Retired => StateView.Quiet("Retired"),
        _ => StateView.Quiet(status.ToString()),
    };

    public static StateView Of(VersionState state) => state switch
    {
        VersionState.Active => StateView.Good("In use"),
        VersionState.Pending => StateView.Waiting("Not yet tried"),
        _ => StateView.Quiet("Retired"),
    };

    public static StateView Of(DepositState state) => state switch
    {
        DepositState.Open => StateView.Waiting("Waiting"),
        DepositState.Fulfilled => StateView.Good("Deposited"),
        DepositState.Withdrawn => StateView.Quiet("Withdrawn"),
        _ => StateView.Quiet("Expired"),
    };

    public static StateView Of(KeyUseEntry use) => use.Status switch
    {
        null => StateView.Attention("No outcome recorded"),
        0 => StateView.Attention("No answer"),
        >= 200 and < 400 => StateView.Good($"{use.Status}"),
        _ => StateView.Bad(use.ErrorCode is null ? $"{use.Status}" : $"{use.Status} {use.ErrorCode}"),
    };

    public static string ShortKind(CredentialKind kind) => kind is CredentialKind.AppleTeamKey ? "App Store Connect" : "Centercode";

    public static string Kind(CredentialKind kind) => kind is CredentialKind.AppleTeamKey ? "App Store Connect team key" : "Centercode connection";
}
