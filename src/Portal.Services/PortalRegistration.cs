using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Services.Alerts;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Audit.Proof;
using Portal.Services.Centercode;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Services.People;
using Portal.Services.SignIn;
using Portal.Services.Sync;
using Portal.Services.TestFlight;

namespace Portal.Services;

/// <summary>Registers everything the portal does; front ends add pages, endpoints or commands.</summary>
public static class PortalRegistration
{
    /// <summary>Adds every service. Each feature registers itself in its own file.</summary>
    public static IServiceCollection AddPortal(this IServiceCollection services, IConfiguration configuration)
    {
        UseOneCulture();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHybridCache();
        AddOptions<DatabaseOptions>(services, configuration, "Database");
        AddOptions<KeyRingOptions>(services, configuration, "KeyRing");
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsRules>();
        services.AddSingleton<IValidateOptions<KeyRingOptions>, KeyRingOptionsRules>();

        Database.Register(services);
        CredentialRegistration.Register(services, configuration);
        AuditRegistration.Register(services, configuration);
        services.AddSingleton<AccessGuard>();
        SignInRegistration.Register(services);
        AppStoreConnectRegistration.Register(services, configuration);
        TestFlightRegistration.Register(services);
        CentercodeRegistration.Register(services, configuration);
        SyncRegistration.Register(services, configuration);
        PersonRegistration.Register(services);
        AlertRegistration.Register(services, configuration);
        return services;
    }

    /// <summary>Brings the database to this version. Call before the host starts.</summary>
    /// <exception cref="OptionsValidationException">The audit's keys are not there.</exception>
    public static async Task MigratePortalAsync(this IServiceProvider services, CancellationToken cancel = default)
    {
        // Without its keys nothing can be recorded, so nothing may start.
        services.GetRequiredService<AuditKeys>().Open();
        await services.GetRequiredService<Database>().MigrateAsync(cancel);
        services.GetRequiredService<PortalSecrets>().Prepare();
    }

    /// <summary>Whether the database answers.</summary>
    public static Task<bool> IsPortalReadyAsync(this IServiceProvider services, CancellationToken cancel = default) =>
        services.GetRequiredService<Database>().IsReachableAsync(cancel);

    /// <summary>How the database stands, for operators.</summary>
    public static Task<DatabaseState> CheckPortalDatabaseAsync(this IServiceProvider services, CancellationToken cancel = default) =>
        services.GetRequiredService<Database>().CheckAsync(cancel);

    /// <summary>Numbers, dates and order read the same on every machine; ICU is there for Unicode's normal forms (invariant 6).</summary>
    private static void UseOneCulture()
    {
        if (!EmailAddress.CanNormalize)
        {
            throw new OptionsValidationException("Globalization", typeof(EmailAddress),
                ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: remove this variable and install ICU (the system package libicu). Without it addresses written in two ways in Unicode would be two persons."]);
        }
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
    }

    private static void AddOptions<T>(IServiceCollection services, IConfiguration configuration, string section) where T : class =>
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateOnStart();
}

internal sealed class DatabaseOptionsRules : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        var failures = new List<string>();
        if (!options.IsPostgres && !options.IsSqlite) failures.Add($"Database:Provider is '{options.Provider}'; it must be Sqlite or PostgreSql.");
        if (string.IsNullOrWhiteSpace(options.ConnectionString)) failures.Add("Database:ConnectionString is empty.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
