using Microsoft.Extensions.DependencyInjection;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.People;
using Portal.Services.SignIn;

namespace Portal.Services.Sync.Foreign;

internal static class ForeignRegistration
{
    public static void Register(IServiceCollection services)
    {
        services.AddSingleton<GroupWatch>();
        services.AddSingleton(s => new ForeignChangeService(s.GetRequiredService<Database>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<PersonIds>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new UnmanagedService(s.GetRequiredService<Database>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<PersonIds>(), s.GetRequiredService<TimeProvider>()));
    }
}
