using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Portal.Services.AppStoreConnect;

internal static class AppStoreConnectRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AppStoreConnectOptions>().Bind(configuration.GetSection("AppStoreConnect")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AppStoreConnectOptions>, AppStoreConnectOptionsRules>();
        services.AddSingleton<AppStoreConnectClient>();
    }
}
