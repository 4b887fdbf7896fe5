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

    /// <summary>A credential: a Centercode key of which no rows were read yet is neither good nor bad.</summary>
    public static StateView Of(CredentialSummary credential) =>
        credential is { Kind: CredentialKind.CentercodeApiKey, Status: CredentialStatus.Unverified, Problem: null } ? StateView.Waiting("Not yet used") : Of(credential.Status);

    public static StateView Of(VersionState state) => state switch
    {
        VersionState.Active => StateView.Good("In use"),
        VersionState.Pending => StateView.Waiting("Not yet tried"),
        _ => StateView.Quiet("Retired"),
    };

    /// <summary>A request: a key may have come that was not seen to work.</summary>
    public static StateView Of(DepositRequest request) =>
        request is { State: DepositState.Open, CredentialId: not null } ? StateView.Attention("Deposited, not seen to work") : Of(request.State);

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
        _ when use.IsAnswered => StateView.Quiet($"{use.Status} not an Admin key"),
        _ => StateView.Bad(use.ErrorCode is null ? $"{use.Status}" : $"{use.Status} {use.ErrorCode}"),
    };

    public static string ShortKind(CredentialKind kind) => kind is CredentialKind.AppleTeamKey ? "App Store Connect" : "Centercode";

    public static string Kind(CredentialKind kind) => kind is CredentialKind.AppleTeamKey ? "App Store Connect team key" : "Centercode connection";
}
