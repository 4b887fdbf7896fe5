using Portal.Domain.SignIn;

namespace Portal.Web.SignIn;

/// <summary>Section <c>SignIn</c>: the OpenID Connect provider, and which of its groups gives which role.</summary>
public sealed class SignInOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "SignIn";

    /// <summary>Issuer address of the provider, such as <c>https://login.example.com/tenant/v2.0</c>.</summary>
    public string Authority { get; set; } = "";

    /// <summary>The portal's client id at the provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The portal's client secret; empty for a public client, which PKCE alone protects.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>Scopes asked for, separated by spaces. <c>offline_access</c> brings the refresh token by which roles are asked for again.</summary>
    public string Scopes { get; set; } = "openid profile email offline_access";

    /// <summary>The claim that carries groups.</summary>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>Also ask the provider's userinfo endpoint, for providers that put groups only there.</summary>
    public bool ClaimsFromUserInfo { get; set; }

    /// <summary>Off allows plain http, for a provider on this machine only.</summary>
    public bool RequireHttps { get; set; } = true;

    /// <summary>The audience an access token for <c>/api</c> must carry.</summary>
    public string ApiAudience { get; set; } = "portal-api";

    /// <summary>The command line's public client at the provider, allowed the device code grant.</summary>
    public string CliClientId { get; set; } = "portal-cli";

    /// <summary>Scopes the command line asks for, separated by spaces; they must lead to an access token for <see cref="ApiAudience"/>.</summary>
    public string CliScopes { get; set; } = "openid profile offline_access portal-api";

    /// <summary>Provider group → role names, several joined by commas: <c>"portal-staff": "Support, KeyCustodian"</c>.</summary>
    public Dictionary<string, string> Roles { get; set; } = [];

    /// <summary>A group whose members hold every role, for the first days; a banner says so while it is used.</summary>
    public string? BootstrapGroup { get; set; }

    /// <summary>Whom to ask for access: a name, an address or a link, shown to people without a role.</summary>
    public string? AccessContact { get; set; }

    /// <summary>How long a sign-in lasts at most.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(8);

    /// <summary>How long a session stands while the provider does not answer whether the person is still there.</summary>
    public TimeSpan ProviderSilence { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Sign-ins one address may begin in a minute; anonymous refusals beyond it are answered, not recorded.</summary>
    public int AttemptsPerMinute { get; set; } = 60;

    /// <summary>Reads one value of <see cref="Roles"/>; null when a name is no role.</summary>
    internal static IReadOnlyList<Role>? RolesOf(string names)
    {
        var roles = new List<Role>();
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var plain = name.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
            if (!char.IsLetter(plain.FirstOrDefault()) || !Enum.TryParse<Role>(plain, ignoreCase: true, out var role))
            {
                return null;
            }

            roles.Add(role);
        }

        return roles.Count == 0 ? null : roles;
    }
}
