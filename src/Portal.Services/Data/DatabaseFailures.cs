using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Portal.Services.Data;

/// <summary>
/// Logs what fails in the database, except what is asked in order to fail: a uniqueness rule that says who was first, and the look
/// at the history of migrations in a database that has none. The framework's own lines cannot tell them apart.
/// </summary>
internal sealed class DatabaseFailures(ILogger<DatabaseFailures> log) : DbCommandInterceptor, ISaveChangesInterceptor
{
    public override void CommandFailed(DbCommand command, CommandErrorEventData failed) => Report(command, failed);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData failed, CancellationToken cancel = default)
    {
        Report(command, failed);
        return Task.CompletedTask;
    }

    // A failed command inside the save was reported already.
    public void SaveChangesFailed(DbContextErrorEventData failed)
    {
        if (failed.Exception.InnerException is not DbException) log.LogError(failed.Exception, "Saving to the database failed. (database-failed)");
    }

    public Task SaveChangesFailedAsync(DbContextErrorEventData failed, CancellationToken cancel = default)
    {
        SaveChangesFailed(failed);
        return Task.CompletedTask;
    }

    // The text has names of columns and parameters, never values.
    private void Report(DbCommand command, CommandErrorEventData failed)
    {
        if (Database.IsUniqueViolation(failed.Exception) || IsHistoryMissing(command, failed.Exception)) return;
        log.LogError(failed.Exception, "A command of the database failed after {Milliseconds:N0} ms. (database-failed) {Command}", failed.Duration.TotalMilliseconds, command.CommandText);
    }

    private static bool IsHistoryMissing(DbCommand command, Exception failure) =>
        command.CommandText.Contains("__EFMigrationsHistory", StringComparison.Ordinal)
        && failure is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } or SqliteException { SqliteErrorCode: 1 };
}
