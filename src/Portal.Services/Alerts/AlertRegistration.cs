using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Services.Audit;
using Portal.Services.Audit.Proof;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Alerts;

internal static class AlertRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AlertsOptions>().Bind(configuration.GetSection("Alerts")).ValidateOnStart();
        services.AddOptions<PortalAddress>().Bind(configuration.GetSection("Portal"));
        services.AddSingleton<IValidateOptions<AlertsOptions>, AlertsOptionsRules>();
        // Who knows of more causes adds a source here.
        services.AddSingleton<IAlertSource, SyncAlerts>();
        services.AddSingleton<IAlertSource, ApprovalAlerts>();
        services.AddSingleton<IAlertSource, ReleaseAlerts>();
        services.AddSingleton<IAlertSource, ForeignAlerts>();
        services.AddSingleton<IAlertSource, AuditAlerts>();
        services.AddSingleton<AlertTargets>();
        services.AddSingleton<AlertSweep>();
        services.AddSingleton<AlertHook>();
        services.AddSingleton<AlertDelivery>();
        services.AddSingleton(s => new AlertService(s.GetRequiredService<Database>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<AlertTargets>(), s.GetRequiredService<TimeProvider>()));
        services.AddHostedService<AlertWorker>();
    }
}
