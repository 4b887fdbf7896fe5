using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Portal.Services.Audit;
using Portal.Services.Credentials;
using Portal.Services.Data;

namespace Portal.Services.SignIn;

/// <summary>Registers sessions, the record of sign-ins, and the ring of the web.</summary>
internal static class SignInRegistration
{
    public static void Register(IServiceCollection services)
    {
        // The ring of cookies and tickets: in the database, apart from the vault's, so that a lost vault certificate signs nobody out.
        services.AddDataProtection().SetApplicationName(VaultRing.ApplicationName);
        services.AddOptions<KeyManagementOptions>().Configure<Database>((keys, database) => keys.XmlRepository = new RingRepository(database, "web"));
        services.AddSingleton<RefusalBudget>();
        services.AddSingleton(s => new SignInAudit(s.GetRequiredService<AuditLog>(), s.GetRequiredService<RefusalBudget>()));
        services.AddSingleton(s => new SessionService(s.GetRequiredService<Database>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new SessionStore(s.GetRequiredService<Database>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<IDataProtectionProvider>(), s.GetRequiredService<TimeProvider>()));
    }
}
