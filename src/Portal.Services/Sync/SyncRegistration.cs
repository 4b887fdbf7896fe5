using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Centercode;
using Portal.Services.Data;
using Portal.Services.People;
using Portal.Services.SignIn;
using Portal.Services.Sync.Approvals;
using Portal.Services.Sync.Foreign;

namespace Portal.Services.Sync;

internal static class SyncRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SyncOptions>().Bind(configuration.GetSection("Sync")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SyncOptions>, SyncOptionsRules>();
        services.AddSingleton<RunQueue>();
        services.AddSingleton<LinkLeases>();
        services.AddSingleton<LedgerKeeper>();
        ApprovalRegistration.Register(services, configuration);
        ForeignRegistration.Register(services);
        services.AddSingleton<RunBook>();
        services.AddSingleton<RunItems>();
        services.AddSingleton<MembershipReader>();
        services.AddSingleton<GroupBuilds>();
        services.AddSingleton<KnownTesterReader>();
        services.AddSingleton<QuietChecks>();
        services.AddSingleton<SyncReader>();
        services.AddSingleton<SyncBatches>();
        services.AddSingleton<SyncApplier>();
        services.AddSingleton<SyncVerifier>();
        services.AddSingleton<WorkSlots>();
        services.AddSingleton<SyncRunner>();
        services.AddSingleton(s => new SyncService(s.GetRequiredService<Database>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<AccessGuard>(),
            s.GetRequiredService<AppStoreConnectClient>(), s.GetRequiredService<TeamSourceService>(), s.GetRequiredService<PersonIds>(), s.GetRequiredService<ApprovalBook>(), s.GetRequiredService<RunQueue>(), s.GetRequiredService<TimeProvider>()));
        services.AddHostedService<SyncWorker>();
    }
}

internal sealed class SyncOptionsRules : IValidateOptions<SyncOptions>
{
    public ValidateOptionsResult Validate(string? name, SyncOptions options)
    {
        var failures = new List<string>();
        Check(nameof(options.RunsAtOnce), options.RunsAtOnce, 1, 64);
        Check(nameof(options.LeaseSeconds), options.LeaseSeconds, 5, 600);
        Check(nameof(options.InFlightSeconds), options.InFlightSeconds, 0, 600);
        Check(nameof(options.BatchSize), options.BatchSize, 1, 1000);
        Check(nameof(options.LargestBatch), options.LargestBatch, 1, 10_000);
        Check(nameof(options.ReadLagSeconds), options.ReadLagSeconds, 0, 600);
        Check(nameof(options.Parallel), options.Parallel, 1, 32);
        Check(nameof(options.ReadBacks), options.ReadBacks, 1, 10);
        Check(nameof(options.ReadBackSeconds), options.ReadBackSeconds, 0, 60);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string key, int value, int least, int most)
        {
            if (value < least || value > most) failures.Add($"Sync:{key} is {value}; it must be from {least} to {most}.");
        }
    }
}
