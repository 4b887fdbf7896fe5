using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Services.Alerts;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Sync.Approvals;

internal static class ApprovalRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ApprovalsOptions>().Bind(configuration.GetSection("Approvals")).ValidateOnStart();
        services.AddSingleton<ApprovalBook>();
        services.AddSingleton<ApprovalEffects>();
        services.AddSingleton<ApprovalSweep>();
        services.AddSingleton(s => new ApprovalService(s.GetRequiredService<Database>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<ApprovalEffects>(),
            s.GetRequiredService<AuditLog>(), s.GetRequiredService<RefusalBudget>(), s.GetRequiredService<RunQueue>(), s.GetRequiredService<IOptions<ApprovalsOptions>>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BreakGlassSweep>();
        services.AddSingleton<IAlertSource, BreakGlassAlerts>();
        services.AddSingleton(s => new BreakGlassService(s.GetRequiredService<Database>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<RefusalBudget>(),
            s.GetRequiredService<AlertSweep>(), s.GetRequiredService<IOptions<ApprovalsOptions>>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<BreakGlassService>>()));
        services.AddHostedService<ApprovalWorker>();
    }
}
