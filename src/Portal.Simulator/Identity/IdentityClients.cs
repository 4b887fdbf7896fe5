using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Portal.Simulator.Identity;

/// <summary>Registers the two clients when the simulator starts.</summary>
internal sealed class IdentityClients(IServiceProvider services, IConfiguration configuration) : IHostedService
{
    /// <summary>The portal itself: confidential, its secret is <c>Identity:PortalSecret</c>.</summary>
    public const string Portal = "portal";

    /// <summary>The command line: public, device code.</summary>
    public const string Cli = "portal-cli";

    private static readonly string[] _loopbacks = ["http://localhost", "http://127.0.0.1", "https://localhost", "https://127.0.0.1"];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await applications.CreateAsync(PortalClient(configuration["Identity:PortalSecret"] ?? "portal-demo-secret"), cancellationToken);
        await applications.CreateAsync(CliClient(), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static OpenIddictApplicationDescriptor PortalClient(string secret)
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = Portal,
            ClientSecret = secret,
            ClientType = ClientTypes.Confidential,
            // Native: the port of a loopback address is free, as the portal's is in tests.
            ApplicationType = ApplicationTypes.Native,
            DisplayName = "Portal",
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession,
                Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            },
        };
        AllowScopes(client);
        foreach (var loopback in _loopbacks)
        {
            client.RedirectUris.Add(new Uri($"{loopback}/signin-oidc"));
            client.PostLogoutRedirectUris.Add(new Uri($"{loopback}/signout-callback-oidc"));
        }

        return client;
    }

    private static OpenIddictApplicationDescriptor CliClient()
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = Cli,
            ClientType = ClientTypes.Public,
            ApplicationType = ApplicationTypes.Native,
            DisplayName = "Portal command line",
            Permissions =
            {
                Permissions.Endpoints.DeviceAuthorization, Permissions.Endpoints.Token,
                Permissions.GrantTypes.DeviceCode, Permissions.GrantTypes.RefreshToken,
            },
        };
        AllowScopes(client);
        return client;
    }

    private static void AllowScopes(OpenIddictApplicationDescriptor client)
    {
        foreach (var scope in new[] { Scopes.Profile, Scopes.Email, IdentityProvider.GroupsClaim, IdentityProvider.ApiScope })
        {
            client.Permissions.Add(Permissions.Prefixes.Scope + scope);
        }
    }
}
