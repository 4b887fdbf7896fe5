using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Services.Data;

/// <summary>
/// Lets SQLite itself wait for the one writer it allows: its own waiting starts at a millisecond, where the provider's
/// looks again only every 150 ms and lets several writers starve each other.
/// </summary>
internal sealed class SqliteConnections : DbConnectionInterceptor
{
    private const string Wait = "PRAGMA busy_timeout=30000";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Wait;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Wait;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
