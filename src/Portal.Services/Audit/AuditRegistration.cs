using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Services.Audit.Proof;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Audit;

/// <summary>Registers the record, what numbers it and what proves it.</summary>
internal static class AuditRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AuditOptions>().Bind(configuration.GetSection("Audit")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsRules>();
        services.AddSingleton<AddressHash>();
        services.AddSingleton<AuditKeys>();
        services.AddSingleton(s => new AuditLog(s.GetRequiredService<Database>(), s.GetRequiredService<AddressHash>(), s.GetRequiredService<RefusalBudget>(), s.GetRequiredService<AuditKeys>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AuditFindings>();
        services.AddSingleton<CheckpointFile>();
        services.AddSingleton<CheckpointSigner>();
        services.AddSingleton<AuditReading>();
        services.AddSingleton(s => new AuditProofService(s.GetRequiredService<Database>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<AuditProofParts>()));
        services.AddSingleton<AuditProofParts>();
        services.AddSingleton<AuditSequencer>();
        services.AddHostedService(s => s.GetRequiredService<AuditSequencer>());
        services.AddHostedService<CheckpointWorker>();
    }
}
