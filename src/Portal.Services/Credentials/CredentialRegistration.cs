using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Portal.Services.Credentials;

/// <summary>Registers the vault and everything about credentials.</summary>
internal static class CredentialRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<VaultRing>();
        services.AddSingleton<CredentialVault>();
        services.AddSingleton<CredentialHealth>();
    }
}
