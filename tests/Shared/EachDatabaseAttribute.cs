using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Portal.Tests;

/// <summary>
/// Runs a <c>[Theory]</c> with one <see cref="DatabaseKind"/> parameter on both databases. Where PostgreSQL's binaries are
/// missing its row is reported as skipped, by name, which fails <c>tests/run</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachDatabaseAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) => new(
    [
        new TheoryDataRow<DatabaseKind>(DatabaseKind.Sqlite),
        new TheoryDataRow<DatabaseKind>(DatabaseKind.PostgreSql) { Skip = PostgresServer.IsInstalled ? null : "PostgreSQL is not installed" },
    ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
