using Microsoft.Extensions.DependencyInjection;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>How a lease ends.</summary>
public sealed class LinkLeaseTests
{
    [Fact]
    [Trait("Invariant", "39")]
    public async Task Renewal_FailsInAWayNobodyForesaw_TheLeaseIsLost()
    {
        await using var stage = await SyncStage.StartAsync();
        var node = stage.Portal.BuildAnother();
        var lease = await node.Services.GetRequiredService<LinkLeases>().TryTakeAsync(stage.Link.Id, TestContext.Current.CancellationToken);
        var lost = new TaskCompletionSource();
        await using var _ = lease!.Lost.Register(lost.SetResult);

        // Nothing of the node answers any more, not even its database.
        await ((IAsyncDisposable)node).DisposeAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromSeconds(15));

        await lost.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => lease.DisposeAsync().AsTask());
    }
}
