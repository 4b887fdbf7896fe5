using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.TestFlight;

internal static class TestFlightRegistration
{
    public static void Register(IServiceCollection services)
    {
        // 10,000 testers are about 3 MB; what is larger than this would silently not be kept.
        services.Configure<HybridCacheOptions>(cache => cache.MaximumPayloadBytes = 32 * 1024 * 1024);
        services.AddSingleton<AppleReads>();
        services.AddSingleton<AppleShelf>();
        services.AddSingleton(provider => new TestFlightService(provider.GetRequiredService<AccessGuard>(), provider.GetRequiredService<AppleShelf>(),
            provider.GetRequiredService<AppStoreConnectClient>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<Database>()));
    }
}
