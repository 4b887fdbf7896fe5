using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Services.Data;
using Xunit;

namespace Portal.Tests.Data;

/// <summary>What the code handles is no failure in the log; what nobody expected is.</summary>
public class DatabaseLogTests
{
    [Theory, EachDatabase]
    public async Task Log_NewDatabaseAndAKeyStoredTwice_SaysNothing(DatabaseKind kind)
    {
        var log = new Lines();
        await using var portal = await StartAsync(kind, log);
        await using var db = portal.Get<Database>().Open();
        db.Secrets.Add(new PortalSecretRow { Name = "address-hash", Sealed = [1] });

        var failure = await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancel));

        Assert.True(Database.IsUniqueViolation(failure));
        Assert.Empty(log.Failures);
    }

    [Theory, EachDatabase]
    public async Task Log_CommandNobodyExpectedToFail_IsAFailure(DatabaseKind kind)
    {
        var log = new Lines();
        await using var portal = await StartAsync(kind, log);
        await using var db = portal.Get<Database>().Open();

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.Database.ExecuteSqlRawAsync("delete from no_such_table", Cancel));
        await db.Database.ExecuteSqlRawAsync("drop table portal_secrets", Cancel);
        db.Secrets.Add(new PortalSecretRow { Name = "lost", Sealed = [1] });
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancel));

        Assert.Contains(log.Failures, line => line.Contains("no_such_table", StringComparison.Ordinal));
        Assert.Contains(log.Failures, line => line.Contains("portal_secrets", StringComparison.Ordinal));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<PortalFixture> StartAsync(DatabaseKind kind, Lines log) =>
        PortalFixture.StartAsync(kind, configure: services => services.AddLogging(logging => logging.ClearProviders().AddProvider(log)));

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _failures = new();

        public IEnumerable<string> Failures => _failures;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) _failures.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
