using Microsoft.AspNetCore.Authorization;
using Portal.Domain.SignIn;

namespace Portal.Web.SignIn;

/// <summary>Opens a page or endpoint to those whose roles allow <paramref name="permission"/>: <c>@attribute [May(Permission.RunSync)]</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class MayAttribute(Permission permission) : AuthorizeAttribute(permission.ToString());

/// <summary>Names of the policies beside one per <see cref="Permission"/>.</summary>
public static class SignInPolicies
{
    /// <summary>Signed in, whatever the roles: the deposit page only.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Signed in with at least one role.</summary>
    public const string AnyRole = "any-role";

    internal static void Add(AuthorizationOptions options)
    {
        var signedIn = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        options.DefaultPolicy = options.FallbackPolicy = signedIn;
        options.AddPolicy(SignedIn, signedIn);
        options.AddPolicy(AnyRole, policy => policy.RequireAuthenticatedUser().AddRequirements(new MayRequirement(null)));
        foreach (var permission in Enum.GetValues<Permission>())
        {
            options.AddPolicy(permission.ToString(), policy => policy.RequireAuthenticatedUser().AddRequirements(new MayRequirement(permission)));
        }
    }
}

/// <param name="Permission">What must be allowed; null for "any role at all".</param>
internal sealed record MayRequirement(Permission? Permission) : IAuthorizationRequirement;

internal sealed class MayHandler(ActorReader actors) : AuthorizationHandler<MayRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, MayRequirement requirement)
    {
        var actor = actors.ActorFrom(context.User);
        if (requirement.Permission is { } permission ? actor.May(permission) : !actor.Roles.IsEmpty)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
