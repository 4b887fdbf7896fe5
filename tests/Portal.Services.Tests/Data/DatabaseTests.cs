using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.Data;

public class DatabaseTests
{
    [Theory, EachDatabase]
    public async Task Model_AfterMigration_HasNoPendingChanges(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await using var db = portal.Get<Database>().Open();

        Assert.False(db.Database.HasPendingModelChanges(), "The model changed: make the migrations anew.");
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
    }

    [Theory, EachDatabase]
    public async Task Append_Event_ReadsBackAsItWasHashed(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await portal.Get<AuditLog>().WriteAsync(new AuditEntry(AuditCodes.SignedIn, Actors.Viewer, "session", "s1"), TestContext.Current.CancellationToken);
        await using var db = portal.Get<Database>().Open();

        var row = await db.AuditEvents.SingleAsync(TestContext.Current.CancellationToken);

        Assert.Equal(AuditCodes.SignedIn.Name, row.Code);
        Assert.Equal(Actors.Viewer.Id, row.ActorId);
        Assert.Equal(TimeSpan.Zero, row.At.Offset);
        Assert.InRange(row.At, portal.Clock.GetUtcNow().AddMinutes(-1), portal.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Restart_SameDatabase_KeepsItsRows()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.Get<AuditLog>().WriteAsync(new AuditEntry(AuditCodes.SignedIn, Actors.Viewer, "session", "s1"), TestContext.Current.CancellationToken);

        await portal.RestartAsync();

        await using var db = portal.Get<Database>().Open();
        Assert.Equal(1, await db.AuditEvents.CountAsync(TestContext.Current.CancellationToken));
    }
}
