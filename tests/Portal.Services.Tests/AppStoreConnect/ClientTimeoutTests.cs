using Portal.Domain;
using Portal.Services.AppStoreConnect;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>An Apple that takes a request and says nothing.</summary>
public sealed class ClientTimeoutTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;
    private string _group = "";

    public async ValueTask InitializeAsync()
    {
        // Long enough that a busy machine answers in time, short enough to wait for.
        _portal = await PortalFixture.StartAsync(settings: new Dictionary<string, string?> { ["AppStoreConnect:TimeoutSeconds"] = "3" });
        _key = await AppleKey.StoreAsync(_portal);
        _group = _key.World.GroupId("Aurora Notes", "Aurora beta testers");
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_NoAnswerInTime_IsReadAgainAndBothStandInTheRecord()
    {
        _key.World.AddFault("timeout");
        Assert.True((await _key.Client.ListGroupTestersAsync(_key.Use, _group, Cancel)).Complete);
        var uses = await _key.UsesAsync();
        Assert.Equal((0, 200), (uses[0].Status, uses[^1].Status));
        Assert.Equal(_key.Calls().Count, uses.Count);
    }

    [Fact, Trait("Invariant", "37")]
    public async Task Write_NoAnswerInTimeAfterTheCommit_IsNotRepeatedAndSaysItMayBeDone()
    {
        _key.World.AddFault("timeout-after-commit", "POST");
        var failed = await Assert.ThrowsAsync<AppleException>(() => _key.Client.CreateTesterAsync(_key.Use, _group, EmailAddress.TryParse("ana@example.org")!, "Ana", null, Cancel));
        Assert.Equal((true, FailureReach.Passing, "apple-no-answer"), (failed.MayHaveCommitted, failed.Reach, failed.Problem.Code));
        Assert.Single(_key.Calls(), call => call.Method == "POST");
        Assert.Single(_key.World.GroupMembers(_group));
    }
}
