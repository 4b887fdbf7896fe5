using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Portal.Simulator.Identity;

/// <summary>The requests OpenIddict hands on: who is it (asked of the person), who was it (asked by the portal), goodbye.</summary>
internal static class IdentityEndpoints
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>The query or form field in which the page says who was chosen.</summary>
    public const string Chosen = "as";

    public static Task AnswerAsync(HttpContext http) => http.Request.Path.Value switch
    {
        "/connect/authorize" => AuthorizeAsync(http),
        "/connect/verify" => VerifyAsync(http),
        "/connect/userinfo" => UserInfoAsync(http),
        "/connect/token" => TokenAsync(http),
        "/connect/endsession" => GoodbyeAsync(http),
        "" or "/" when HttpMethods.IsPost(http.Request.Method) => IdentityDoors.ChangeAsync(http),
        "" or "/" => IdentityPages.WriteUsersAsync(http),
        _ => NotFound(http),
    };

    /// <summary>A <c>login_hint</c> that names a user signs in at once, which keeps tests short; <c>prompt=login</c> asks all the same.</summary>
    private static Task AuthorizeAsync(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("Not an authorization request.");
        var asked = request.HasPromptValue(PromptValues.Login) || request.HasPromptValue(PromptValues.SelectAccount);
        var directory = DirectoryOf(http);
        var user = directory.Find((string?)http.Request.Query[Chosen]) ?? (asked ? null : directory.Find(request.LoginHint));
        if (user is null)
        {
            return IdentityPages.WriteChoiceAsync(http, "Sign in to Portal", name => $"{http.Request.PathBase}{http.Request.Path}{http.Request.QueryString}&{Chosen}={name}");
        }

        var issuer = http.Features.Get<OpenIddictServerAspNetCoreFeature>()!.Transaction!.BaseUri!.AbsoluteUri;
        var session = directory.Begin(user.Name, issuer, new Uri(request.RedirectUri!).GetLeftPart(UriPartial.Authority));
        return http.SignInAsync(Scheme, PrincipalOf(user, request.GetScopes(), session.Id));
    }

    /// <summary>A code or refresh token gives what is true now: a removed user or an ended session gets nothing, changed groups are new at once.</summary>
    private static async Task TokenAsync(HttpContext http)
    {
        var stored = (await http.AuthenticateAsync(Scheme)).Principal;
        var directory = DirectoryOf(http);
        if (http.GetOpenIddictServerRequest()!.IsRefreshTokenGrantType()) directory.CountRedeemed(stored?.GetClaim(Claims.Subject) ?? "");
        if (directory.Find(stored?.GetClaim(Claims.Subject)) is not { } user || !directory.Stands(stored!.GetClaim("sid")))
        {
            await http.ForbidAsync(Scheme, new AuthenticationProperties(new Dictionary<string, string?>
            {
                [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.InvalidGrant,
                [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = "The sign-in is over.",
            }));
            return;
        }

        var identity = new ClaimsIdentity(stored!.Claims.Where(claim => claim.Type != IdentityProvider.GroupsClaim), "demo", Claims.Name, Claims.Role);
        if (!user.GroupsOverflow) identity.SetClaims(IdentityProvider.GroupsClaim, [.. user.Groups]);
        identity.SetDestinations(_ => [Destinations.IdentityToken, Destinations.AccessToken]);
        await http.SignInAsync(Scheme, new ClaimsPrincipal(identity));
    }

    private static async Task GoodbyeAsync(HttpContext http)
    {
        DirectoryOf(http).End((await http.AuthenticateAsync(Scheme)).Principal?.GetClaim("sid"));
        await http.SignOutAsync(Scheme, new AuthenticationProperties { RedirectUri = "/" });
    }

    private static IdentityDirectory DirectoryOf(HttpContext http) => http.RequestServices.GetRequiredService<IdentityDirectory>();

    private static async Task VerifyAsync(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("Not a verification request.");
        var code = await http.AuthenticateAsync(Scheme);
        if (!code.Succeeded)
        {
            await IdentityPages.WriteCodeAsync(http, string.IsNullOrEmpty(request.UserCode) ? null : "That code is not known or has run out.");
            return;
        }

        if (DirectoryOf(http).Find((string?)request[Chosen]) is not { } user)
        {
            await IdentityPages.WriteChoiceAsync(http, $"Sign the command line in: code {request.UserCode}",
                name => $"{http.Request.PathBase}{http.Request.Path}?user_code={Uri.EscapeDataString(request.UserCode ?? "")}&{Chosen}={name}");
            return;
        }

        await http.SignInAsync(Scheme, PrincipalOf(user, code.Principal.GetScopes()), new AuthenticationProperties { RedirectUri = $"{http.Request.PathBase}/" });
    }

    private static async Task UserInfoAsync(HttpContext http)
    {
        var token = await http.AuthenticateAsync(Scheme);
        if (DirectoryOf(http).Find(token.Principal?.GetClaim(Claims.Subject)) is not { } user)
        {
            await http.ChallengeAsync(Scheme);
            return;
        }

        var answer = new Dictionary<string, object>
        {
            [Claims.Subject] = user.Name,
            [Claims.Name] = user.DisplayName,
            [Claims.PreferredUsername] = user.Name,
            [Claims.Email] = user.Email,
        };
        if (!user.GroupsOverflow)
        {
            answer[IdentityProvider.GroupsClaim] = user.Groups;
        }

        await http.Response.WriteAsJsonAsync(answer);
    }

    private static ClaimsPrincipal PrincipalOf(IdentityUser user, IEnumerable<string> scopes, string? session = null)
    {
        var identity = new ClaimsIdentity("demo", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Name)
            .SetClaim(Claims.Name, user.DisplayName)
            .SetClaim(Claims.PreferredUsername, user.Name)
            .SetClaim(Claims.Email, user.Email)
            .SetClaim("sid", session);
        if (user.GroupsOverflow)
        {
            // What Entra sends above 200 groups: no groups, only where they could be asked for.
            identity.SetClaim("_claim_names", JsonSerializer.SerializeToElement(new { groups = "src1" }));
            identity.SetClaim("_claim_sources", JsonSerializer.SerializeToElement(new { src1 = new { endpoint = $"https://graph.example/users/{user.Name}/getMemberObjects" } }));
        }
        else
        {
            identity.SetClaims(IdentityProvider.GroupsClaim, [.. user.Groups]);
        }

        identity.SetDestinations(_ => [Destinations.IdentityToken, Destinations.AccessToken]);
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(scopes);
        if (principal.HasScope(IdentityProvider.ApiScope))
        {
            principal.SetResources(IdentityProvider.ApiScope);
        }

        return principal;
    }

    private static Task NotFound(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
