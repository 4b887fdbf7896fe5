using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Alerts;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Alerts;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.Alerts;

/// <summary>A portal whose only causes are those a test names.</summary>
internal static class AlertStage
{
    public static readonly AlertCause Broken = new("test:one", "The bridge is out", new Problem("bridge-out", "The bridge is out. A program manager builds it up again.") { Turn = Turn.ProgramManager },
        new AlertSubject(AlertSubjectKind.Links), Permission.SeeTestFlight)
    { Names = ["North", "South"] };

    public static Task<PortalFixture> StartAsync(Causes causes, DatabaseKind kind = DatabaseKind.Sqlite, IReadOnlyDictionary<string, string?>? settings = null) =>
        PortalFixture.StartAsync(kind, settings, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<IAlertSource>(services, causes));

    public static async Task SweepAsync(this PortalFixture portal, TimeSpan after = default)
    {
        portal.Clock.Advance(after);
        await portal.Get<AlertSweep>().RunAsync(TestContext.Current.CancellationToken);
        await portal.Get<AlertDelivery>().RunAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<IReadOnlyList<AlertView>> AlertsAsync(this PortalFixture portal, Actor? actor = null) =>
        (await portal.Get<AlertService>().ListAsync(new AlertQuery(OpenOnly: false), actor ?? Actors.ProgramManager, TestContext.Current.CancellationToken)).Items;

    public static async Task<T> DataAsync<T>(this PortalFixture portal, Func<PortalDbContext, Task<T>> read)
    {
        await using var db = portal.Get<Database>().Open();
        return await read(db);
    }
}

/// <summary>A source that finds what it is told.</summary>
internal sealed class Causes(params AlertCause[] now) : IAlertSource
{
    public IReadOnlyList<AlertCause> Now { get; set; } = now;
    public bool IsOutOfOrder { get; set; }

    public Task<IReadOnlyList<AlertCause>> CausesAsync(PortalDbContext db, DateTimeOffset now, CancellationToken cancel) =>
        IsOutOfOrder ? throw new InvalidOperationException("Thrown by the test: the source cannot be asked.") : Task.FromResult(Now);
}
