using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Portal.Domain;
using Portal.Services.SignIn;
using Portal.Web.Hosting;
using Portal.Web.Layout;
using Portal.Web.SignIn.Sessions;

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
        open.MapPost(LogoutTokens.Path, TakeLogoutAsync).RequireRateLimiting(RateLimits.Hooks).DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(64 * 1024));
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

    /// <summary>The provider tells of ended sessions (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8).</summary>
    private static async Task<IResult> TakeLogoutAsync(HttpContext http, LogoutTokens tokens, SessionStore sessions, SignInAudit audit)
    {
        http.Response.Headers.CacheControl = "no-store";
        var token = http.Request.HasFormContentType ? (string?)(await http.Request.ReadFormAsync(http.RequestAborted))["logout_token"] : null;
        var read = await tokens.ReadAsync(token, http.RequestAborted);
        if (read.Logout is { } logout)
        {
            if (await sessions.EndedAsync(logout.Id, logout.ForgetAt, logout.Session, logout.Person, http.RequestAborted) is not null) return Results.Ok();
            read = new(null, "jti");
        }

        await audit.LogoutRefusedAsync(read.Broken!, SignInEvents.AddressOf(http), http.RequestAborted);
        return Results.Json(new { error = "invalid_request", error_description = $"The logout token was refused: {read.Broken}." }, statusCode: StatusCodes.Status400BadRequest);
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
