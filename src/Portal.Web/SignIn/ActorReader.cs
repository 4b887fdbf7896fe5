using System.Collections.Immutable;
using System.Reflection;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Portal.Domain.SignIn;

namespace Portal.Web.SignIn;

/// <summary>The one place where a provider's claims become an <see cref="Actor"/>; roles come from configuration alone.</summary>
public sealed class ActorReader(IOptionsMonitor<SignInOptions> options)
{
    /// <summary>Subject, name and roles of a signed-in principal; <see cref="Actor.Anonymous"/> for anybody else.</summary>
    /// <param name="user">Cookie or bearer principal, claims under the provider's own names.</param>
    /// <param name="via">The front end: <c>page</c>, <c>api</c>, <c>cli</c>.</param>
    public Actor ActorFrom(ClaimsPrincipal? user, string via = "page")
    {
        if (user?.Identity?.IsAuthenticated is not true || user.FindFirstValue("sub") is not { Length: > 0 } subject)
        {
            return Actor.Anonymous with { Via = via };
        }

        var name = user.FindFirstValue("name") ?? user.FindFirstValue("preferred_username") ?? user.FindFirstValue("email") ?? subject;
        return new Actor(subject, name, ActorKind.Person, RolesFrom(user), via);
    }

    /// <summary>The provider left the groups out because there were too many (Entra's overage note).</summary>
    public bool GroupsOverflowed(ClaimsPrincipal user)
    {
        var claim = options.CurrentValue.GroupsClaim;
        return !user.HasClaim(c => c.Type == claim)
            && (user.HasClaim("hasgroups", "true") || user.FindAll("_claim_names").Any(names => Names(names.Value, claim)));
    }

    /// <summary>Whether this person holds every role only because they are in the bootstrap group.</summary>
    public bool ThroughBootstrap(ClaimsPrincipal user) =>
        options.CurrentValue.BootstrapGroup is { Length: > 0 } bootstrap && user.HasClaim(options.CurrentValue.GroupsClaim, bootstrap);

    private ImmutableHashSet<Role> RolesFrom(ClaimsPrincipal user)
    {
        if (ThroughBootstrap(user))
        {
            return [.. Enum.GetValues<Role>()];
        }

        var mapped = options.CurrentValue.Roles;
        return [.. user.FindAll(options.CurrentValue.GroupsClaim)
            .Where(group => mapped.ContainsKey(group.Value))
            .SelectMany(group => SignInOptions.RolesOf(mapped[group.Value]) ?? [])];
    }

    private static bool Names(string json, string claim)
    {
        try
        {
            using var names = JsonDocument.Parse(json);
            return names.RootElement.ValueKind is JsonValueKind.Object && names.RootElement.TryGetProperty(claim, out _);
        }
        catch (JsonException)
        {
            return false; // not the note we know: treated as no groups at all
        }
    }
}

/// <summary>The doer of an HTTP request, bound by minimal APIs: <c>(CallerActor caller, …) =&gt; service.DoAsync(…, caller.Actor)</c>.</summary>
/// <param name="Actor">Who calls; <see cref="Actor.Via"/> is <c>api</c> for a bearer token (<c>cli</c> for the command line's), else <c>page</c>.</param>
public sealed record CallerActor(Actor Actor)
{
    /// <summary>Reads the caller from the request's principal.</summary>
    public static ValueTask<CallerActor?> BindAsync(HttpContext http, ParameterInfo parameter) =>
        ValueTask.FromResult<CallerActor?>(Of(http));

    /// <summary>Reads the caller from the request's principal.</summary>
    public static CallerActor Of(HttpContext http)
    {
        var bearer = http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);
        var client = http.User.FindFirstValue("client_id") ?? http.User.FindFirstValue("azp");
        var options = http.RequestServices.GetRequiredService<IOptionsMonitor<SignInOptions>>().CurrentValue;
        var via = !bearer ? "page" : client == options.CliClientId ? "cli" : "api";
        return new(http.RequestServices.GetRequiredService<ActorReader>().ActorFrom(http.User, via));
    }
}
