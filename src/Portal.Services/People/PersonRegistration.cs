using Microsoft.Extensions.DependencyInjection;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.People.Invitations;
using Portal.Services.SignIn;
using Portal.Services.Sync;

namespace Portal.Services.People;

/// <summary>Registers what helps one person.</summary>
internal static class PersonRegistration
{
    public static void Register(IServiceCollection services)
    {
        services.AddSingleton<PersonIds>();
        services.AddSingleton<PersonReader>();
        services.AddSingleton<Reinvitation>();
        services.AddSingleton<Suppressions>();
        services.AddSingleton<SingleRemoval>();
        services.AddSingleton<SingleAdd>();
        services.AddSingleton<InvitationPlanner>();
        services.AddSingleton<InvitationSender>();
        services.AddSingleton(s => new InvitationService(s.GetRequiredService<Database>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<AccessGuard>(),
            s.GetRequiredService<PersonIds>(), s.GetRequiredService<InvitationPlanner>(), s.GetRequiredService<TimeProvider>()));
        services.AddHostedService<InvitationWorker>();
        services.AddSingleton<PersonParts>();
        services.AddSingleton(s => new PersonService(s.GetRequiredService<Database>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<AccessGuard>(),
            s.GetRequiredService<PersonParts>(), s.GetRequiredService<SyncService>(), s.GetRequiredService<TimeProvider>()));
    }
}
