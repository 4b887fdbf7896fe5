using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Services;
using Portal.Services.Audit;
using Portal.Simulator;
using Xunit;

namespace Portal.Tests;

/// <summary>
/// The portal's real services on a real database, and the simulator in this process, all on one virtual clock.
/// As a class fixture it uses SQLite; <see cref="StartAsync"/> makes one for a single test, on either database.
/// The portal's background work (schedule, runner) runs only after <see cref="StartJobsAsync"/>.
/// </summary>
public sealed class PortalFixture : IAsyncLifetime
{
    /// <summary>A setting of this fixture's alone: faults of the portal's own are not written out.</summary>
    public const string Quiet = "Tests:Quiet";

    private readonly DatabaseKind _kind;
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _settings = [];
    private Action<IServiceCollection>? _configure;
    private IHost? _host;
    private SimulatorHost? _simulator;
    private TestDatabase? _database;

    public PortalFixture() : this(DatabaseKind.Sqlite)
    {
    }

    private PortalFixture(DatabaseKind kind) => _kind = kind;

    /// <summary>Portal and simulator both live by it: <c>Clock.Advance(…)</c> turns both.</summary>
    public VirtualClock Clock { get; } = new();

    /// <summary>The outside world.</summary>
    public SimulatorHost Simulator => _simulator ?? throw new InvalidOperationException("Not started.");

    /// <summary>State of the outside world, past its HTTP door.</summary>
    public World World => Simulator.World;

    /// <summary>The portal's services.</summary>
    public IServiceProvider Services => (_host ?? throw new InvalidOperationException("Not started.")).Services;

    /// <summary>Where the certificate of the vault stands.</summary>
    public string CertificatePath => _folder.File("vault.p12");

    /// <summary>Where the audit's keys and its checkpoints stand.</summary>
    public string AuditFolder => _folder.File("audit");

    /// <summary>A service of the portal.</summary>
    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Starts one for a single test; dispose it.</summary>
    /// <param name="kind">The database.</param>
    /// <param name="settings">Configuration beside, or instead of, the fixture's own.</param>
    /// <param name="configure">Runs after AddPortal.</param>
    public static async Task<PortalFixture> StartAsync(DatabaseKind kind = DatabaseKind.Sqlite, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var fixture = new PortalFixture(kind) { _configure = configure };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>()) fixture._settings[key] = value;
        await fixture.InitializeAsync();
        return fixture;
    }

    public async ValueTask InitializeAsync()
    {
        VaultCertificate.WriteTo(CertificatePath);
        AuditKeyFiles.Make(AuditFolder, "portal.example/audit");
        _database = await TestDatabase.CreateAsync(_kind, _folder);
        _simulator = await SimulatorHost.StartAsync(Clock);
        _host = Build();
        await Services.MigratePortalAsync();
    }

    /// <summary>Starts the portal's background work, as the web front end does.</summary>
    public Task StartJobsAsync() => _host!.StartAsync();

    /// <summary>A setting from the next start on.</summary>
    public void Set(string key, string? value) => _settings[key] = value;

    /// <summary>Throws the portal's process away, without letting its work finish, and builds another on the same database. Jobs are not started.</summary>
    public async Task RestartAsync()
    {
        await DisposeHostAsync();
        _host = Build();
    }

    /// <summary>Another portal on the same database, clock and simulator: a second machine. Dispose it.</summary>
    public IHost BuildAnother() => Build();

    public async ValueTask DisposeAsync()
    {
        await DisposeHostAsync();
        if (_simulator is not null) await _simulator.DisposeAsync();
        _folder.Dispose();
    }

    private IHost Build()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = Environments.Production });
        builder.Configuration.AddInMemoryCollection(_database!.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Portal:PublicUrl"] = "https://portal.example",
            ["KeyRing:CertificatePath"] = CertificatePath,
            ["KeyRing:CertificatePassword"] = VaultCertificate.Password,
            ["Audit:KeyFolder"] = AuditFolder,
            ["AppStoreConnect:BaseUrl"] = $"{Simulator.Address}/",
            // Paced by what the simulator says alone: tests that are about the pace turn the clock.
            ["AppStoreConnect:AssumedPerMinute"] = "0",
            ["AppStoreConnect:TeamKeysPage"] = $"{Simulator.Address}/apple/access/integrations/api",
            ["Centercode:AllowLoopback"] = "true",
            // The clock runs in real time: a test that wants Apple's lag sets it.
            ["Sync:ReadLagSeconds"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(_settings);
        // Faults of the portal's own must be seen: they end up in the test's output, but where a test makes hundreds of them.
        builder.Logging.SetMinimumLevel(_settings.ContainsKey(Quiet) ? LogLevel.None : LogLevel.Error).AddSimpleConsole();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddPortal(builder.Configuration);
        _configure?.Invoke(builder.Services);
        return builder.Build();
    }

    private async Task DisposeHostAsync()
    {
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        _host = null;
    }
}
