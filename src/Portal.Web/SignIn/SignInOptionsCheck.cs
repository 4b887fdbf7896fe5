using Microsoft.Extensions.Options;
using Portal.Domain.SignIn;

namespace Portal.Web.SignIn;

/// <summary>Says everything that is wrong with the section at once, each line naming its key.</summary>
internal sealed class SignInOptionsCheck : IValidateOptions<SignInOptions>
{
    public ValidateOptionsResult Validate(string? name, SignInOptions options)
    {
        var wrong = Complaints(options).ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Complaints(SignInOptions options)
    {
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) || authority.Scheme is not ("https" or "http"))
        {
            yield return "SignIn:Authority must be the address of an OpenID Connect provider, such as https://login.example.com.";
        }
        else if (authority.Scheme is "http" && options.RequireHttps)
        {
            yield return "SignIn:Authority must use https; SignIn:RequireHttps=false allows http for a provider on this machine.";
        }
        else if (authority.Scheme is "http" && !authority.IsLoopback)
        {
            yield return "SignIn:Authority may use http only for a provider on this machine (a loopback address).";
        }

        if (string.IsNullOrWhiteSpace(options.ClientId))
        {
            yield return "SignIn:ClientId is missing.";
        }

        if (!options.Scopes.Split(' ').Contains("openid"))
        {
            yield return "SignIn:Scopes must contain openid.";
        }

        if (string.IsNullOrWhiteSpace(options.GroupsClaim))
        {
            yield return "SignIn:GroupsClaim is missing.";
        }

        if (string.IsNullOrWhiteSpace(options.ApiAudience))
        {
            yield return "SignIn:ApiAudience is missing.";
        }

        if (options.Roles.Count == 0 && string.IsNullOrWhiteSpace(options.BootstrapGroup))
        {
            yield return "SignIn:Roles gives nobody a role. Map a group of the provider to a role, or name a SignIn:BootstrapGroup to begin with.";
        }

        foreach (var (group, names) in options.Roles)
        {
            if (SignInOptions.RolesOf(names ?? "") is null)
            {
                yield return $"SignIn:Roles:{group} must name roles out of {string.Join(", ", Enum.GetNames<Role>())}.";
            }
        }

        if (options.SessionLifetime < TimeSpan.FromMinutes(5) || options.SessionLifetime > TimeSpan.FromDays(1))
        {
            yield return "SignIn:SessionLifetime must lie between 5 minutes and one day.";
        }

        if (options.ProviderSilence < TimeSpan.FromMinutes(1) || options.ProviderSilence > TimeSpan.FromDays(1))
        {
            yield return "SignIn:ProviderSilence must lie between one minute and one day.";
        }

        if (options.AttemptsPerMinute is < 1 or > 100_000)
        {
            yield return "SignIn:AttemptsPerMinute must lie between 1 and 100000.";
        }
    }
}
