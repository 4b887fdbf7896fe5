using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Audit;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.Audit;

public class AuditSequencerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    [Trait("Invariant", "28")]
    public async Task Number_TwoNodesWhileManyWrite_LeavesNoGapAndNoDouble(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        using var other = portal.BuildAnother();
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => WriteAsync(portal, 150), Cancel)));

        await Task.WhenAll(NumberWhileAsync(portal.Get<AuditSequencer>(), writing), NumberWhileAsync(other.Services.GetRequiredService<AuditSequencer>(), writing), writing);
        while (await portal.Get<AuditSequencer>().NumberAsync(Cancel) > 0)
        {
        }

        await using var db = portal.Get<Database>().Open();
        var leaves = await db.AuditEvents.Select(e => e.Leaf).ToListAsync(Cancel);
        Assert.Equal(Enumerable.Range(0, 600).Select(i => (long?)i), leaves.Order());
    }

    [Theory, EachDatabase]
    public async Task Number_TransactionNotYetCommitted_IsNotNumberedAndGetsTheNextNumberLater(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await WriteAsync(portal, 2);
        await portal.Get<AuditSequencer>().NumberAsync(Cancel);
        Guid late;
        await using (var db = portal.Get<Database>().Open())
        {
            late = portal.Get<AuditLog>().Append(db, new AuditEntry(AuditCodes.LinkChanged, Actors.ProgramManager, "link", "late")).Id;
            await WriteAsync(portal, 1);
            Assert.Equal(1, await portal.Get<AuditSequencer>().NumberAsync(Cancel));
            await db.SaveChangesAsync(Cancel);
        }

        Assert.Equal(1, await portal.Get<AuditSequencer>().NumberAsync(Cancel));

        await using var read = portal.Get<Database>().Open();
        Assert.Equal(3, (await read.AuditEvents.SingleAsync(e => e.Id == late, Cancel)).Leaf);
    }

    [Fact]
    public async Task Sequencer_PortalRunning_NumbersByItself()
    {
        await using var portal = await PortalFixture.StartAsync();
        await WriteAsync(portal, 5);

        await portal.StartJobsAsync();

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await using var db = portal.Get<Database>().Open();
        while (await db.AuditEvents.AnyAsync(e => e.Leaf == null, patience.Token)) await Task.Yield();
        Assert.Equal(4, await db.AuditEvents.Where(e => e.TargetId == "numbered").MaxAsync(e => e.Leaf, Cancel));
    }

    private static async Task NumberWhileAsync(AuditSequencer sequencer, Task writing)
    {
        while (!writing.IsCompleted) await sequencer.NumberAsync(Cancel);
    }

    private static async Task WriteAsync(PortalFixture portal, int count)
    {
        for (var i = 0; i < count; i++) await portal.Get<AuditLog>().WriteAsync(new AuditEntry(AuditCodes.LinkChanged, Actors.ProgramManager, "link", "numbered"), Cancel);
    }
}
