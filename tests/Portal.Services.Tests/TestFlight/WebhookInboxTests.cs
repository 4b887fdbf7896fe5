using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Services.Data;
using Portal.Services.TestFlight.Events;
using Portal.Services.Tests.AppStoreConnect;
using Portal.Tests;
using Portal.Tests.Credentials;

namespace Portal.Services.Tests.TestFlight;

/// <summary>What Apple tells is taken only with its signature, once, and means no more than "look".</summary>
public sealed class WebhookInboxTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private WebhookInbox Inbox => _portal.Get<WebhookInbox>();
    private WebhookService Service => _portal.Get<WebhookService>();
    private string AppId => _portal.World.AppId("Aurora Notes");

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Receive_SignedEvent_HasTheAppLookedAtOnceHoweverOftenItComes()
    {
        var (id, secret) = await AddAsync();
        var body = Event("e1");

        var receipts = new[] { await Inbox.ReceiveAsync(id, Sign(secret, body), body, Cancel), await Inbox.ReceiveAsync(id, "hmacsha256=" + Sign(secret, body), body, Cancel) };

        Assert.All(receipts, receipt => Assert.Equal(WebhookReceipt.Taken, receipt));
        Assert.Equal(1, await _portal.QueryAsync(db => db.AppleWebhookEvents.CountAsync(Cancel)));
        Assert.NotNull(await _portal.QueryAsync(db => db.AppLooks.Select(look => look.NextAt).SingleAsync(Cancel)));
    }

    [Fact]
    public async Task Receive_WrongSignatureOrAddressOrSecret_IsRefusedAndWritesNothing()
    {
        var (id, secret) = await AddAsync();
        var body = Event("e1");
        var events = await _portal.QueryAsync(db => db.AuditEvents.CountAsync(Cancel));

        var receipts = new[]
        {
            await Inbox.ReceiveAsync(id, null, body, Cancel), await Inbox.ReceiveAsync(id, "", body, Cancel), await Inbox.ReceiveAsync(id, Sign("another", body), body, Cancel),
            await Inbox.ReceiveAsync(id, Sign(secret, Event("e2")), body, Cancel), await Inbox.ReceiveAsync(Guid.NewGuid(), Sign(secret, body), body, Cancel),
            // One byte more, which no JSON reader would mind.
            await Inbox.ReceiveAsync(id, Sign(secret, body), (byte[])[.. body, (byte)' '], Cancel),
        };

        Assert.All(receipts, receipt => Assert.Equal(WebhookReceipt.Refused, receipt));
        Assert.Equal((0, 0, events), (await _portal.QueryAsync(db => db.AppleWebhookEvents.CountAsync(Cancel)), await _portal.QueryAsync(db => db.AppLooks.CountAsync(Cancel)), await _portal.QueryAsync(db => db.AuditEvents.CountAsync(Cancel))));
    }

    [Fact]
    public async Task Receive_SignedButNoEvent_IsUnreadableAndWritesNothing()
    {
        var (id, secret) = await AddAsync();

        foreach (var text in new[] { "", "null", "{", "[[[[", "{\"data\":{\"id\":{},\"type\":\"a\"}}", new string('[', 20_000) })
        {
            var body = Encoding.UTF8.GetBytes(text);
            Assert.Equal(WebhookReceipt.Unreadable, await Inbox.ReceiveAsync(id, Sign(secret, body), body, Cancel));
        }

        Assert.Equal(0, await _portal.QueryAsync(db => db.AppleWebhookEvents.CountAsync(Cancel)));
    }

    [Fact]
    public async Task Receive_SameEventAtOnce_IsTakenOnce()
    {
        var (id, secret) = await AddAsync();
        var body = Event("e1");

        var receipts = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Inbox.ReceiveAsync(id, Sign(secret, body), body, Cancel)));

        Assert.Contains(WebhookReceipt.Taken, receipts);
        Assert.Equal(1, await _portal.QueryAsync(db => db.AppleWebhookEvents.CountAsync(Cancel)));
    }

    [Fact]
    public async Task Receive_Ping_IsKeptAndAsksAppleNothing()
    {
        var (id, secret) = await AddAsync();
        var body = Event("p1", "webhookPingCreated");

        Assert.Equal(WebhookReceipt.Taken, await Inbox.ReceiveAsync(id, Sign(secret, body), body, Cancel));

        Assert.NotNull((await Service.FindAsync(AppId, Actors.Viewer, Cancel))!.LastEventAt);
        Assert.Equal(0, await _portal.QueryAsync(db => db.AppLooks.CountAsync(Cancel)));
    }

    [Fact]
    public async Task Receive_OldEvents_AreForgottenAfterAWeek()
    {
        var (id, secret) = await AddAsync();
        var (old, later) = (Event("old"), Event("later"));
        await Inbox.ReceiveAsync(id, Sign(secret, old), old, Cancel);

        _portal.Clock.Advance(TimeSpan.FromDays(8));
        await Inbox.ReceiveAsync(id, Sign(secret, later), later, Cancel);

        Assert.Equal(["later"], await _portal.QueryAsync(db => db.AppleWebhookEvents.Select(e => e.EventId).ToListAsync(Cancel)));
    }

    [Fact]
    [Trait("Invariant", "25")]
    public async Task Add_Webhook_KeepsItsSecretSealedAndOnRecord()
    {
        var (id, secret) = await AddAsync();

        var row = await _portal.QueryAsync(db => db.AppleWebhooks.SingleAsync(Cancel));
        Assert.Equal($"https://portal.example/hooks/app-store-connect/{id}", row.Url);
        Assert.False(row.SealedSecret.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0);
        Assert.DoesNotContain(secret, string.Concat(await _portal.QueryAsync(db => db.AuditEvents.Select(e => e.Payload).ToListAsync(Cancel).ContinueWith(all => all.Result.Select(Encoding.UTF8.GetString), Cancel))), StringComparison.Ordinal);
        Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => Service.AddAsync(AppId, Actors.Support, Cancel))).Problem.Code);
    }

    [Theory]
    [Trait("Invariant", "37")]
    [InlineData("500-after-commit", 1)]
    [InlineData("500", 2)]
    public async Task Add_AnswerLost_LooksBeforeItAsksAgain(string fault, int asked)
    {
        _portal.World.AddFault(fault, "POST", "/webhooks");
        var lost = (await Assert.ThrowsAsync<ProblemException>(() => Service.AddAsync(AppId, Actors.ProgramManager, Cancel))).Problem;

        var there = await Service.AddAsync(AppId, Actors.ProgramManager, Cancel);

        Assert.Equal(("webhook-unconfirmed", true), (lost.Code, there.Confirmed));
        Assert.Equal(asked, _key.Calls().Count(call => call is { Method: "POST" } && call.Path.EndsWith("/webhooks", StringComparison.Ordinal)));
        await Service.RemoveAsync(AppId, Actors.ProgramManager, Cancel);
        Assert.Null(await Service.FindAsync(AppId, Actors.Viewer, Cancel));
    }

    private async Task<(Guid Id, string Secret)> AddAsync()
    {
        var hook = await Service.AddAsync(AppId, Actors.ProgramManager, Cancel);
        var row = await _portal.QueryAsync(db => db.AppleWebhooks.SingleAsync(Cancel));
        return (hook.Id, Encoding.UTF8.GetString(_portal.Get<WebhookSecrets>().Open(row.Id, row.SealedSecret)!));
    }

    private static byte[] Event(string id, string type = "buildBetaDetailExternalBuildStateUpdated") => Encoding.UTF8.GetBytes($$"""{"data":{"type":"{{type}}","id":"{{id}}","version":1,"attributes":{} } }""");

    private static string Sign(string secret, byte[] body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
