using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Services.SignIn;
using Portal.Web.Api;
using Portal.Web.Layout;

namespace Portal.Web.SignIn;

/// <summary>Answers a signed-in person who may not: in place, with the role it takes and whom to ask.</summary>
internal sealed class Refusals(ActorReader actors, SignInAudit audit) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _usual = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext http, AuthorizationPolicy policy, PolicyAuthorizationResult result)
    {
        if (!result.Forbidden)
        {
            await _usual.HandleAsync(next, http, policy, result);
            return;
        }

        var permission = policy.Requirements.OfType<MayRequirement>().FirstOrDefault(r => r.Permission is not null)?.Permission;
        var problem = ProblemOf(actors, http.User, permission);
        await audit.RefusedAsync(CallerActor.Of(http).Actor, permission?.ToString() ?? "any-role", SignInEvents.AddressOf(http), http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        if (http.Request.Path.StartsWithSegments("/api"))
        {
            await ApiProblems.Of(problem).ExecuteAsync(http);
            return;
        }

        await Documents.Refused(problem).ExecuteAsync(http);
    }

    /// <summary>Too many groups, no role at all, or not this role.</summary>
    public static Problem ProblemOf(ActorReader actors, ClaimsPrincipal user, Permission? permission) =>
        !actors.ActorFrom(user).Roles.IsEmpty && permission is { } needed ? SignInProblems.MayNot(needed)
        : actors.GroupsOverflowed(user) ? SignInProblems.GroupsOverflowed
        : SignInProblems.NoRole;
}
