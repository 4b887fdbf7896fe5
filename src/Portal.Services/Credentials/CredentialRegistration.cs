using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.Mail;
using Portal.Services.SignIn;

namespace Portal.Services.Credentials;

/// <summary>Registers the vault and everything about credentials.</summary>
internal static class CredentialRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection("Mail")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsRules>();
        services.AddSingleton<Mailer>();

        services.AddSingleton<RingWraps>();
        services.AddSingleton<VaultRing>();
        services.AddSingleton<PortalSecrets>();
        services.AddSingleton<CredentialVault>();
        services.AddSingleton<SealedSecrets>();
        services.AddSingleton(s => new KeyRingRotation(s.GetRequiredService<Database>(), s.GetRequiredService<VaultRing>(), s.GetRequiredService<RingWraps>(),
            s.GetRequiredService<SealedSecrets>(), s.GetRequiredService<AuditLog>()));
        services.AddSingleton<BlockedLinks>();
        services.AddSingleton<OpenDeposits>();
        services.AddSingleton<CredentialHealth>();
        services.AddSingleton<CredentialIntake>();
        services.AddSingleton<CredentialStore>();
        services.AddSingleton<CredentialVerdicts>();
        services.AddSingleton<CredentialCheck>();
        services.AddSingleton<CredentialReader>();
        services.AddSingleton<CredentialParts>();
        services.AddSingleton(s => new CredentialService(s.GetRequiredService<Database>(), s.GetRequiredService<AuditLog>(),
            s.GetRequiredService<AccessGuard>(), s.GetRequiredService<CredentialParts>(), s.GetRequiredService<Portal.Services.Sync.Approvals.ApprovalBook>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new DepositService(s.GetRequiredService<Database>(), s.GetRequiredService<AccessGuard>(),
            s.GetRequiredService<CredentialParts>(), s.GetRequiredService<Mailer>(), s.GetRequiredService<RefusalBudget>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new KeyUseLedger(s.GetRequiredService<Database>(), s.GetRequiredService<AccessGuard>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<IOptions<KeyUsesOptions>>(), s.GetRequiredService<TimeProvider>()));
        services.AddOptions<KeyUsesOptions>().Bind(configuration.GetSection("KeyUses")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<KeyUsesOptions>, KeyUsesOptionsRules>();
    }
}
