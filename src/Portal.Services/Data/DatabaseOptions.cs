namespace Portal.Services.Data;

/// <summary>Section <c>Database</c>: where the portal keeps its rows.</summary>
public sealed class DatabaseOptions
{
    /// <summary><c>Sqlite</c> (embedded, one machine) or <c>PostgreSql</c> (one or more).</summary>
    public string Provider { get; set; } = "Sqlite";

    /// <summary>The provider's connection string.</summary>
    public string ConnectionString { get; set; } = "Data Source=portal.db";

    internal bool IsPostgres => string.Equals(Provider, "PostgreSql", StringComparison.OrdinalIgnoreCase);
    internal bool IsSqlite => string.Equals(Provider, "Sqlite", StringComparison.OrdinalIgnoreCase);
}
