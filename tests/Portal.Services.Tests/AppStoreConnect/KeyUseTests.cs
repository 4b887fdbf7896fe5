using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Services.AppStoreConnect;
using Portal.Services.Data;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>Every request made with a key stands in the record before it is sent; nothing else is sent.</summary>
public sealed class KeyUseTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Invariant", "27")]
    public async Task Requests_OfEveryKindAndFate_JoinApplesOwnCountOneToOne()
    {
        var world = _key.World;
        var app = world.AppId("Borealis Maps");
        world.AddFault("401");
        world.AddFault("reset", after: 2);
        world.AddFault("500-after-commit", "POST");
        world.AddFault("truncated", "GET", "/builds");
        await _key.Client.ProbeAsync(_key.Use, Cancel);
        await Assert.ThrowsAsync<AppleException>(() => _key.Client.CreateGroupAsync(_key.Use, app, "New one", false, Cancel));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _key.Client.ListBuildsAsync(_key.Use, app, Cancel)));
        await _key.Client.ListGroupTestersAsync(_key.Use, world.GroupId("Borealis Maps", "Borealis field testers"), Cancel);

        var uses = await _key.UsesAsync();
        var calls = _key.Calls();
        Assert.Equal(calls.Count, uses.Count);
        Assert.Equal(
            calls.GroupBy(call => (call.TokenHash!, call.Method, call.PathTemplate)).OrderBy(group => group.Key).Select(group => (group.Key, group.Count())),
            uses.GroupBy(use => (use.TokenHash, use.Method, use.PathTemplate)).OrderBy(group => group.Key).Select(group => (group.Key, group.Count())));
        Assert.All(uses, use => Assert.NotNull(use.OutcomeAt));
    }

    [Fact, Trait("Invariant", "27")]
    public async Task Request_OnItsWay_HasACommittedIntentWithoutOutcome()
    {
        _key.World.AddFault("hold");
        var reading = _key.Client.ListAppsAsync(_key.Use with { RunId = null }, Cancel);
        await _key.World.Faults.WaitUntilHeldAsync(Cancel);
        var use = Assert.Single(await _key.UsesAsync());
        Assert.Equal(("GET", "/v1/apps", "test", Actors.ProgramManager.Id, (DateTimeOffset?)null), (use.Method, use.PathTemplate, use.Purpose, use.ActorId, use.OutcomeAt));
        Assert.Equal(Assert.Single(_key.Calls()).TokenHash, use.TokenHash);
        Assert.True(use.IntentAt <= _key.Calls()[0].At);
        _key.World.Faults.Release();
        await reading;
        var after = Assert.Single(await _key.UsesAsync());
        Assert.Equal((200, 13), (after.Status, after.Items));
        Assert.InRange(after.RemainingThisHour!.Value, 1, 3_600);
    }

    [Fact, Trait("Invariant", "27"), Trait("Invariant", "39")]
    public async Task Request_WhoseFenceRefuses_IsNeitherSignedNorSentNorRecorded()
    {
        var use = _key.Use with { Fence = (_, _) => throw new InvalidOperationException("The lease is gone.") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => _key.Client.ListAppsAsync(use, Cancel));
        Assert.Empty(_key.Calls());
        Assert.Empty(await _key.UsesAsync());
    }

    [Fact, Trait("Invariant", "27")]
    public async Task Request_WhenTheIntentCannotBeCommitted_IsNotSent()
    {
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        await using (var db = _portal.Get<Database>().Open())
        {
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE key_uses RENAME TO key_uses_gone", Cancel);
        }
        await Assert.ThrowsAnyAsync<DbUpdateException>(() => _key.Client.ListAppsAsync(_key.Use, Cancel));
        Assert.Single(_key.Calls());
    }

    [Fact, Trait("Invariant", "27")]
    public async Task Request_FirstOfItsKeyWhoseIntentCannotBeCommitted_IsNotSignedEither()
    {
        Guid version;
        await using (var db = _portal.Get<Database>().Open())
        {
            version = await db.CredentialVersions.Where(v => v.CredentialId == _key.Use.CredentialId).Select(v => v.Id).SingleAsync(Cancel);
            await db.Credentials.ExecuteUpdateAsync(set => set.SetProperty(c => c.ScopedReads, false), Cancel);
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER no_intent BEFORE INSERT ON key_uses BEGIN SELECT RAISE(ABORT, 'full'); END", Cancel);
        }
        await Assert.ThrowsAnyAsync<DbUpdateException>(() => _key.Client.ListAppsAsync(_key.Use, Cancel));
        Assert.Empty(_key.Calls());
        Assert.Null(_portal.Get<AppleTokens>().Current(version, ""));

        await using (var db = _portal.Get<Database>().Open()) await db.Database.ExecuteSqlRawAsync("DROP TRIGGER no_intent", Cancel);
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        Assert.NotNull(_portal.Get<AppleTokens>().Current(version, ""));
    }

    [Fact, Trait("Invariant", "27")]
    public async Task KeyUse_OfARefusalThatRepeatsAnAddress_HoldsNoAddress()
    {
        var group = _key.World.GroupId("Aurora Notes", "Aurora beta testers");
        var ana = EmailAddress.TryParse("ana@example.org")!;
        _key.World.Switches = _key.World.Switches with { ExistingTesterConflicts = true };
        await _key.Client.CreateTesterAsync(_key.Use, group, ana, null, null, Cancel);
        await Assert.ThrowsAsync<AppleException>(() => _key.Client.CreateTesterAsync(_key.Use, group, ana, null, null, Cancel));
        await _key.Client.FindTestersAsync(_key.Use, _key.World.AppId("Aurora Notes"), [ana], Cancel);
        Assert.All(await _key.UsesAsync(), use => Assert.DoesNotContain("@", $"{use.PathTemplate}{use.AppleDetail}{use.Purpose}"));
        Assert.Equal("•••", AppleErrorBody.Read("""{"errors":[{"code":"X","detail":"ana@example.org"}]}"""u8.ToArray()).Detail);
    }

    [Fact]
    public async Task Requests_WithOneKey_AreAtMostFourInFlight()
    {
        _key.World.AddFault("hold", times: 10);
        var reads = Enumerable.Range(0, 10).Select(_ => _key.Client.ListAppsAsync(_key.Use, Cancel)).ToList();
        while (_key.World.Faults.Held.Count < 4) await _key.World.Faults.WaitUntilHeldAsync(Cancel);
        Assert.Equal(4, _key.Calls().Count);
        // Two more are ready to go: their intents are on record, no further ones.
        while ((await _key.UsesAsync()).Count < 6) await Task.Delay(5, Cancel);
        Assert.Equal((4, 6), (_key.Calls().Count, (await _key.UsesAsync()).Count));
        _key.World.Faults.Clear();
        await Task.WhenAll(reads);
        Assert.Equal(10, _key.Calls().Count);
    }

    [Fact]
    public async Task Tokens_WithinTheirLife_AreReusedAndThenSignedAnew()
    {
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        _portal.Clock.Advance(TimeSpan.FromMinutes(13));
        await _key.Client.ListAppsAsync(_key.Use, Cancel);
        var hashes = (await _key.UsesAsync()).Select(use => use.TokenHash).ToList();
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[1], hashes[2]);
        Assert.All(await _key.UsesAsync(), use => Assert.InRange(use.TokenExpiresAt!.Value - use.IntentAt, TimeSpan.Zero, TimeSpan.FromMinutes(15)));
    }

    [Fact, Trait("Invariant", "33")]
    [Trait("Failure", "F34")]
    public async Task Request_WhenTheClockIsOff_IsNotSignedUntilItIsSetRight()
    {
        var clock = new CrookedClock(_portal.Clock);
        await using var portal = await PortalFixture.StartAsync(configure: services => services.Add(new(typeof(TimeProvider), clock)));
        var key = await AppleKey.StoreAsync(portal);
        clock.Off = TimeSpan.FromSeconds(20);
        await key.Client.ListAppsAsync(key.Use, Cancel);
        clock.Off = TimeSpan.FromSeconds(45);
        var blocked = await Assert.ThrowsAsync<AppleException>(() => key.Client.ListAppsAsync(key.Use, Cancel));
        Assert.Equal(("clock-skew", FailureReach.Credential, Turn.Operator), (blocked.Problem.Code, blocked.Reach, blocked.Problem.Turn));
        Assert.Single(key.Calls());
        clock.Off = TimeSpan.Zero;
        await key.Client.ListAppsAsync(key.Use, Cancel);
    }

    [Fact, Trait("Invariant", "33")]
    [Trait("Failure", "F34")]
    public async Task Request_FirstOneWithAClockFarAhead_EndsInClockSkewAfterApplesRefusal()
    {
        var clock = new CrookedClock(_portal.Clock) { Off = TimeSpan.FromMinutes(30) };
        await using var portal = await PortalFixture.StartAsync(configure: services => services.Add(new(typeof(TimeProvider), clock)));
        var key = await AppleKey.StoreAsync(portal);
        var blocked = await Assert.ThrowsAsync<AppleException>(() => key.Client.ListAppsAsync(key.Use, Cancel));
        Assert.Equal("clock-skew", blocked.Problem.Code);
        Assert.Single(key.Calls());
    }

    [Fact]
    public async Task Request_WithARetiredCredential_IsRefused()
    {
        await using (var db = _portal.Get<Database>().Open())
        {
            await db.Credentials.Where(row => row.Id == _key.Row.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, CredentialStatus.Retired), Cancel);
        }
        var refused = await Assert.ThrowsAsync<AppleException>(() => _key.Client.ListAppsAsync(_key.Use, Cancel));
        Assert.Equal(("credential-retired", FailureReach.Credential), (refused.Problem.Code, refused.Reach));
        Assert.Empty(_key.Calls());
    }

    /// <summary>The portal's clock, set wrong by a human hand: its counter of passing time goes on as before.</summary>
    private sealed class CrookedClock(TimeProvider right) : TimeProvider
    {
        public TimeSpan Off { get; set; }
        public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + Off;
        public override long GetTimestamp() => right.GetTimestamp();
        public override long TimestampFrequency => right.TimestampFrequency;
    }

    [Fact]
    [Trait("Invariant", "27")]
    public async Task Request_Refused_IsInTheAuditWithItsIntentAndItsFailure()
    {
        await using var portal = await PortalFixture.StartAsync();
        var key = await AppleKey.StoreAsync(portal);
        key.World.AddFault("403-agreement", "GET", "/v1/apps");

        await Assert.ThrowsAsync<AppleException>(() => key.Client.ListAppsAsync(key.Use, CancellationToken.None));

        var use = Assert.Single(await key.UsesAsync());
        await using var db = portal.Get<Database>().Open();
        var events = await db.AuditEvents.AsNoTracking().Where(e => e.TargetId == use.Id.ToString()).OrderBy(e => e.At).Select(e => e.Code).ToListAsync();
        Assert.Equal(["key.used", "key.use-failed"], events);
    }
}
