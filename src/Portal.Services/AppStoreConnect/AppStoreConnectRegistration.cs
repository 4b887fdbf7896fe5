using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Data;
using Portal.Services.SignIn;
using Portal.Services.Sync;

namespace Portal.Services.AppStoreConnect;

internal static class AppStoreConnectRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AppStoreConnectOptions>().Bind(configuration.GetSection("AppStoreConnect")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AppStoreConnectOptions>, AppStoreConnectOptionsRules>();
        services.AddHttpClient(AppleWire.ClientName, http =>
        {
            http.Timeout = Timeout.InfiniteTimeSpan; // each request has its own
            http.DefaultRequestVersion = new Version(2, 0);
        }).RemoveAllLoggers() // addresses and ids of testers stand in the URLs
        .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // A reused HTTP/1.1 connection that breaks is silently used again by the handler: a request the record does not know of.
            // Plain http is the simulator's alone; Apple speaks HTTP/2, which says what was not processed.
            PooledConnectionLifetime = new Uri(provider.GetRequiredService<IOptions<AppStoreConnectOptions>>().Value.BaseUrl).Scheme == Uri.UriSchemeHttp
                ? TimeSpan.Zero : TimeSpan.FromMinutes(2),
        });
        services.AddSingleton<AppleClock>();
        services.AddSingleton<AppleTokens>();
        services.AddSingleton<KeyUseMarks>();
        services.AddSingleton<KeyUseLog>();
        services.AddSingleton<AppleWire>();
        services.AddSingleton<ScopeTrust>();
        services.AddSingleton<RunWaits>();
        services.AddSingleton<ForeignCallWatch>();
        services.AddSingleton(s => new CallForecasts(s.GetRequiredService<Database>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<KeyBudgets>(),
            s.GetRequiredService<IOptions<SyncOptions>>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AppleAttempt>();
        services.AddSingleton<KeyBudgets>();
        services.AddSingleton<AppleTransport>();
        services.AddSingleton<ApplePages>();
        services.AddSingleton<InvitationOffer>();
        services.AddSingleton<AppStoreConnectClient>();
        services.AddSingleton<TesterMirror>();
        services.AddSingleton<TesterReads>();
        services.AddSingleton<AppProbes>();
    }
}
