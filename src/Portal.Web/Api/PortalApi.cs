using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Portal.Web.Alerts;
using Portal.Web.Audit;
using Portal.Web.Credentials;
using Portal.Web.Hosting;
using Portal.Web.People;
using Portal.Web.People.Invitations;
using Portal.Web.SignIn;
using Portal.Web.SignIn.Sessions;
using Portal.Web.Sync;
using Portal.Web.Sync.Approvals;
using Portal.Web.Sync.Foreign;
using Portal.Web.TestFlight;
using Portal.Web.TestFlight.Releases;

namespace Portal.Web.Api;

/// <summary>
/// The REST API: one group under <c>/api/v1</c>, for bearer tokens of the portal's own provider. Each feature maps its
/// endpoints in an <c>XApi.cs</c> beside its pages; a <see cref="Domain.ProblemException"/> becomes problem details by itself.
/// </summary>
internal static class PortalApi
{
    public const string Path = "/api/v1";
    public const string DocumentPath = "/openapi/{documentName}.json";

    public static void AddApi(this IServiceCollection services)
    {
        // Enums as words: a client reads the same whatever order the code declares them in.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        services.AddOpenApi("v1", Describe);
    }

    private static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith(Path[1..], StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Portal", Version = "v1", Description = "Links, runs, builds, releases, people and audit of the portal, for whoever is signed in at its identity provider." };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = $"An access token of the provider that GET {Path}/sign-in names." },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
    }

    public static void MapApi(this WebApplication app)
    {
        app.MapOpenApi(DocumentPath).RequireAuthorization(SignInPolicies.AnyRole);
        var open = app.MapGroup(Path).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn).WithTags("Sign-in");
        open.MapGet("/sign-in", SignInInfo).WithSummary("Where and how a command line signs in");

        var api = app.MapGroup(Path).RequireAuthorization(SignInPolicies.AnyRole).RequireRateLimiting(RateLimits.Api)
            .DisableAntiforgery().AddEndpointFilter(ApiProblems.FilterAsync)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("/me", (CallerActor caller) => new Me(caller.Actor.Id, caller.Actor.Name, [.. caller.Actor.Roles.Order().Select(role => role.ToString())]))
            .WithTags("Sign-in").WithSummary("Who the token speaks for, and their roles");
        api.MapSessions();
        api.MapPeople();
        api.MapInvitations();
        api.MapAudit();
        api.MapKeyUses();
        api.MapSync();
        api.MapApprovals();
        api.MapBreakGlass();
        api.MapAlerts();
        api.MapForeign();
        api.MapTestFlight();
        api.MapReleases();
    }

    private static SignInInfo SignInInfo(IOptions<SignInOptions> options) =>
        new(options.Value.Authority, options.Value.CliClientId, options.Value.CliScopes);
}

/// <summary>What a command line needs to sign somebody in by device code.</summary>
/// <param name="Authority">The OpenID Connect provider's address.</param>
/// <param name="ClientId">The command line's public client there.</param>
/// <param name="Scope">Scopes to ask for, separated by spaces.</param>
public sealed record SignInInfo(string Authority, string ClientId, string Scope);

/// <summary>The caller.</summary>
/// <param name="Id">Subject at the provider.</param>
/// <param name="Name">Name as the provider gives it.</param>
/// <param name="Roles">Roles of the moment.</param>
public sealed record Me(string Id, string Name, IReadOnlyList<string> Roles);
