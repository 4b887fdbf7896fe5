using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Portal.Domain.SignIn;
using Portal.Services.SignIn;
using Portal.Web.SignIn.Sessions;

namespace Portal.Web.SignIn;

/// <summary>What happens at the edges of a sign-in: the hint that goes out, the session that begins, the failure that is explained.</summary>
internal static class SignInEvents
{
    public const string HintKey = "login_hint";

    public static void Attach(OpenIdConnectOptions options)
    {
        options.Events.OnRedirectToIdentityProvider = context =>
        {
            if (context.Properties.Parameters.TryGetValue(HintKey, out var hint))
            {
                context.ProtocolMessage.LoginHint = (string?)hint;
            }

            return Task.CompletedTask;
        };
        options.Events.OnTicketReceived = context =>
        {
            ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(SessionTickets.NewKey());
            var actors = context.HttpContext.RequestServices.GetRequiredService<ActorReader>();
            return AuditOf(context.HttpContext).SignedInAsync(actors.ActorFrom(context.Principal), actors.ThroughBootstrap(context.Principal), context.HttpContext.RequestAborted);
        };
        options.Events.OnRemoteFailure = async context =>
        {
            context.HttpContext.RequestServices.GetRequiredService<ILogger<SignInOptions>>()
                .LogWarning("Sign-in failed: {Kind}", context.Failure?.GetType().Name);
            await AuditOf(context.HttpContext).FailedAsync(AddressOf(context.HttpContext), context.HttpContext.RequestAborted);
            context.Response.Redirect(SignInEndpoints.FailedPath);
            context.HandleResponse();
        };
    }

    /// <summary>A token that was not accepted, or none where one is needed.</summary>
    public static void Attach(JwtBearerOptions options) => options.Events = new JwtBearerEvents
    {
        OnChallenge = context => context.AuthenticateFailure is null
            ? Task.CompletedTask
            : AuditOf(context.HttpContext).RefusedAsync(Actor.Anonymous with { Via = "api" }, "token", AddressOf(context.HttpContext), context.HttpContext.RequestAborted),
    };

    /// <summary>Where a request comes from, for counting.</summary>
    public static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static SignInAudit AuditOf(HttpContext http) => http.RequestServices.GetRequiredService<SignInAudit>();
}
