using Microsoft.Extensions.DependencyInjection;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Audit;

/// <summary>Registers the record and what numbers it.</summary>
internal static class AuditRegistration
{
    public static void Register(IServiceCollection services)
    {
        services.AddSingleton<AddressHash>();
        services.AddSingleton(s => new AuditLog(s.GetRequiredService<Database>(), s.GetRequiredService<AddressHash>(), s.GetRequiredService<RefusalBudget>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AuditSequencer>();
        services.AddHostedService(s => s.GetRequiredService<AuditSequencer>());
    }
}
