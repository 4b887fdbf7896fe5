using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Centercode;
using Portal.Services.Data;
using Portal.Services.Mail;
using Portal.Services.SignIn;
using Portal.Services.TestFlight.Events;
using Portal.Services.TestFlight.Releases;
using Portal.Services.TestFlight.Rules;

namespace Portal.Services.TestFlight;

internal static class TestFlightRegistration
{
    public static void Register(IServiceCollection services)
    {
        // 10,000 testers are about 3 MB; what is larger than this would silently not be kept.
        services.Configure<HybridCacheOptions>(cache => cache.MaximumPayloadBytes = 32 * 1024 * 1024);
        services.AddSingleton<BuildNudge>();
        services.AddSingleton<BuildWatch>();
        services.AddSingleton<ReleaseSender>();
        services.AddSingleton<ReleaseMail>();
        services.AddSingleton<AutoBuildSteps>();
        services.AddSingleton<AutoBuildRunner>();
        services.AddSingleton<AppLooks>();
        services.AddSingleton<BuildWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<BuildWorker>());
        services.AddSingleton(provider => new ReleaseService(provider.GetRequiredService<AccessGuard>(), provider.GetRequiredService<Database>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<AppleShelf>(),
            provider.GetRequiredService<BuildNudge>(), provider.GetRequiredService<Mailer>(), provider.GetRequiredService<IOptions<CentercodeOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AutoBuildService(provider.GetRequiredService<AccessGuard>(), provider.GetRequiredService<Database>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<AppleShelf>(),
            provider.GetRequiredService<BuildNudge>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton(provider => new WebhookInbox(provider.GetRequiredService<Database>(), provider.GetRequiredService<WebhookSecrets>(), provider.GetRequiredService<AppleReads>(), provider.GetRequiredService<BuildNudge>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new WebhookService(provider.GetRequiredService<AccessGuard>(), provider.GetRequiredService<Database>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<AppStoreConnectClient>(),
            provider.GetRequiredService<AppleShelf>(), provider.GetRequiredService<WebhookSecrets>(), provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AppleReads>();
        services.AddSingleton<AppleShelf>();
        services.AddSingleton(provider => new TestFlightService(provider.GetRequiredService<AccessGuard>(), provider.GetRequiredService<AppleShelf>(),
            provider.GetRequiredService<AppStoreConnectClient>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<Database>()));
    }
}
