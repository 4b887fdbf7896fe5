using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

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
            return Task.CompletedTask;
        };
        options.Events.OnRemoteFailure = context =>
        {
            context.HttpContext.RequestServices.GetRequiredService<ILogger<SignInOptions>>()
                .LogWarning("Sign-in failed: {Reason}", context.Failure?.Message);
            context.Response.Redirect(SignInEndpoints.FailedPath);
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }
}
