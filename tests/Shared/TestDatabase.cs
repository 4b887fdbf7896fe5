namespace Portal.Tests;

/// <summary>Which database a test runs on.</summary>
public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>An empty database of one test: a file in a folder, or a database of the assembly's own cluster.</summary>
public sealed record TestDatabase(DatabaseKind Kind, string ConnectionString)
{
    /// <summary>Makes one. The folder outlives the database.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind, TemporaryFolder folder) => kind switch
    {
        DatabaseKind.PostgreSql => new(kind, await PostgresServer.CreateDatabaseAsync()),
        _ => new(kind, $"Data Source={folder.File("portal.db")};Default Timeout=30"),
    };

    /// <summary>The section <c>Database</c>.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Database:Provider", Kind.ToString()),
        new("Database:ConnectionString", ConnectionString),
    ];
}
