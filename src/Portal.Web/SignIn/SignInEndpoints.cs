using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain;
using Portal.Services.SignIn;
using Portal.Web.Hosting;
using Portal.Web.Layout;

namespace Portal.Web.SignIn;

/// <summary><c>/sign-in</c>, <c>/sign-out</c> and the page that explains a failed sign-in.</summary>
internal static class SignInEndpoints
{
    public const string SignInPath = "/sign-in";
    public const string SignOutPath = "/sign-out";
    public const string FailedPath = "/sign-in/failed";
    public const string SignedOutPath = "/signed-out";

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").AllowAnonymous();
        open.MapGet(SignInPath, Begin).RequireRateLimiting(RateLimits.SignIn);
        open.MapGet(FailedPath, () => Documents.Message("Sign-in did not succeed",
            new Problem("sign-in-failed", "The identity provider did not confirm who you are, or the attempt took too long. Sign in again; if it happens twice, ask whoever runs the portal.") { Turn = Turn.Requester },
            "Sign in again", SignInPath));
        open.MapGet(SignedOutPath, () => Documents.Message("You are signed out", null, "Sign in", SignInPath));
        routes.MapPost(SignOutPath, EndAsync).RequireAuthorization(SignInPolicies.SignedIn);
    }

    private static ChallengeHttpResult Begin(string? returnUrl, string? login_hint)
    {
        var properties = new AuthenticationProperties { RedirectUri = ReturnUrl.Local(returnUrl) };
        if (login_hint is { Length: > 0 and <= 200 })
        {
            properties.SetParameter(SignInEvents.HintKey, login_hint);
        }

        return TypedResults.Challenge(properties, [OpenIdConnectDefaults.AuthenticationScheme]);
    }

    private static async Task<IResult> EndAsync(HttpContext http, IAntiforgery antiforgery, SignInAudit audit, CallerActor caller)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Results.BadRequest();
        }

        await audit.SignedOutAsync(caller.Actor, http.RequestAborted);
        return Results.SignOut(new AuthenticationProperties { RedirectUri = SignedOutPath },
            [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]);
    }
}
