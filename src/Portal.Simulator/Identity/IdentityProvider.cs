using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Portal.Simulator.Identity;

/// <summary>An OpenID provider at <c>/identity</c>, made with OpenIddict and kept in memory.</summary>
public static class IdentityProvider
{
    /// <summary>Where the provider lives: the issuer is the simulator's address with this path.</summary>
    public const string Path = "/identity";

    /// <summary>The claim that carries a person's groups.</summary>
    public const string GroupsClaim = "groups";

    /// <summary>The scope, and the audience of access tokens, of the portal's API.</summary>
    public const string ApiScope = "portal-api";

    /// <summary>Registers the provider.</summary>
    public static IServiceCollection AddIdentityProvider(this IServiceCollection services)
    {
        var store = $"identity-{Guid.NewGuid():N}";
        services.AddDbContext<IdentityDbContext>(options => options.UseInMemoryDatabase(store).UseOpenIddict());
        services.AddAuthentication();
        // Keys made here are ready at once; OpenIddict's own development certificates take seconds.
        var signing = new RsaSecurityKey(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };
        services.AddSingleton(signing);
        services.AddSingleton<IdentityDirectory>();
        services.AddSingleton<LogoutSender>();
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IdentityDbContext>())
            .AddServer(server => ConfigureServer(server, signing));
        services.AddHostedService<IdentityClients>();
        return services;
    }

    /// <summary>Answers everything below <see cref="Path"/>. The branch moves the path base, so OpenIddict finds its issuer there.</summary>
    public static void UseIdentityProvider(this IApplicationBuilder app) => app.Map(Path, branch =>
    {
        branch.Use((http, next) =>
        {
            if (http.RequestServices.GetRequiredService<IdentityDirectory>().Answers) return next(http);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        branch.UseAuthentication();
        branch.Run(IdentityEndpoints.AnswerAsync);
    });

    private static void ConfigureServer(OpenIddictServerBuilder server, RsaSecurityKey signing)
    {
        server.SetAuthorizationEndpointUris("connect/authorize")
            .SetTokenEndpointUris("connect/token")
            .SetUserInfoEndpointUris("connect/userinfo")
            .SetEndSessionEndpointUris("connect/endsession")
            .SetDeviceAuthorizationEndpointUris("connect/device")
            .SetEndUserVerificationEndpointUris("connect/verify");
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
            .AllowRefreshTokenFlow()
            .AllowDeviceAuthorizationFlow();
        server.RegisterScopes(Scopes.Profile, Scopes.Email, Scopes.OfflineAccess, GroupsClaim, ApiScope);
        server.RegisterClaims(Claims.Name, Claims.PreferredUsername, Claims.Email, GroupsClaim);

        server.AddSigningKey(signing);
        server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        server.DisableAccessTokenEncryption();
        server.AddEventHandler<OpenIddictServerEvents.HandleConfigurationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            context.Metadata["backchannel_logout_supported"] = true;
            context.Metadata["backchannel_logout_session_supported"] = true;
            return default;
        }));

        server.UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough()
            .EnableEndUserVerificationEndpointPassthrough()
            .EnableUserInfoEndpointPassthrough()
            .DisableTransportSecurityRequirement();
    }
}

/// <summary>Applications, authorizations and tokens, in memory.</summary>
internal sealed class IdentityDbContext(DbContextOptions<IdentityDbContext> options) : DbContext(options);
