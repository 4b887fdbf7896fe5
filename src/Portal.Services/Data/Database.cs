using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Portal.Services.Data;

/// <summary>Opens contexts of the configured provider. Every unit of work opens its own and disposes it.</summary>
internal sealed class Database(IServiceProvider services, IOptions<DatabaseOptions> options)
{
    private readonly SemaphoreSlim _writing = new(1);

    public PortalDbContext Open() => options.Value.IsPostgres
        ? services.GetRequiredService<IDbContextFactory<PostgresPortalDbContext>>().CreateDbContext()
        : services.GetRequiredService<IDbContextFactory<SqlitePortalDbContext>>().CreateDbContext();

    /// <summary>
    /// One transaction. SQLite has one writer at a time: those of this process wait for each other here, without a thread each,
    /// and not in the file's lock.
    /// </summary>
    public async Task WriteAsync(Func<PortalDbContext, Task> write, CancellationToken cancel)
    {
        await using var db = Open();
        var isOneAtATime = db.Database.IsSqlite();
        if (isOneAtATime) await _writing.WaitAsync(cancel);
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await write(db);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        finally
        {
            if (isOneAtATime) _writing.Release();
        }
    }

    public async Task MigrateAsync(CancellationToken cancel)
    {
        await using var db = Open();
        await db.Database.MigrateAsync(cancel);
        // Readers and one writer at a time without blocking each other.
        if (db.Database.IsSqlite()) await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancel);
    }

    public async Task<bool> IsReachableAsync(CancellationToken cancel)
    {
        await using var db = Open();
        return await db.Database.CanConnectAsync(cancel);
    }

    public async Task<DatabaseState> CheckAsync(CancellationToken cancel)
    {
        await using var db = Open();
        var provider = options.Value.IsPostgres ? "PostgreSQL" : "SQLite";
        return await db.Database.CanConnectAsync(cancel)
            ? new DatabaseState(provider, true, [.. await db.Database.GetPendingMigrationsAsync(cancel)])
            : new DatabaseState(provider, false, []);
    }

    /// <summary>Whether saving failed because a uniqueness rule of the database said no (SQLite 2067 and 1555, SQLSTATE 23505).</summary>
    public static bool IsUniqueViolation(DbUpdateException failure) => IsUniqueViolation(failure.InnerException);

    internal static bool IsUniqueViolation(Exception? failure) => failure switch
    {
        Microsoft.Data.Sqlite.SqliteException sqlite => sqlite.SqliteExtendedErrorCode is 2067 or 1555,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        _ => false,
    };

    internal static void Register(IServiceCollection services)
    {
        services.AddSingleton<Database>();
        services.AddSingleton<DatabaseFailures>();
        services.AddDbContextFactory<SqlitePortalDbContext>((provider, db) => Telling(provider, db)
            .UseSqlite(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString).AddInterceptors(new SqliteConnections()));
        services.AddDbContextFactory<PostgresPortalDbContext>((provider, db) => Telling(provider, db)
            .UseNpgsql(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString));
    }

    private static DbContextOptionsBuilder Telling(IServiceProvider provider, DbContextOptionsBuilder db) => db
        .ConfigureWarnings(warnings => warnings.Log((RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)))
        .AddInterceptors(provider.GetRequiredService<DatabaseFailures>());
}

/// <summary>How the database stands.</summary>
/// <param name="Provider">SQLite or PostgreSQL.</param>
/// <param name="Reachable">Whether it answers.</param>
/// <param name="PendingMigrations">What this version would add to it; empty when it does not answer.</param>
public sealed record DatabaseState(string Provider, bool Reachable, IReadOnlyList<string> PendingMigrations);

/// <summary>For <c>dotnet ef</c> only.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqlitePortalDbContext>
{
    public SqlitePortalDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqlitePortalDbContext>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>For <c>dotnet ef</c> only.</summary>
internal sealed class PostgresDesign : IDesignTimeDbContextFactory<PostgresPortalDbContext>
{
    public PostgresPortalDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresPortalDbContext>().UseNpgsql("Host=localhost").Options);
}
