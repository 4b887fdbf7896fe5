using Microsoft.Extensions.Diagnostics.HealthChecks;
using Portal.Services;

namespace Portal.Web.Hosting;

/// <summary>Whether the database answers; part of <c>/health/ready</c>.</summary>
internal sealed class DatabaseHealth(IServiceProvider services) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await services.IsPortalReadyAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database does not answer.");
}
