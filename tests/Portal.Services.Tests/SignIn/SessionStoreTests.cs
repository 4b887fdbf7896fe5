using Microsoft.EntityFrameworkCore;
using Portal.Services.Data;
using Portal.Services.SignIn;
using Portal.Tests;

namespace Portal.Services.Tests.SignIn;

public class SessionStoreTests
{
    private static readonly byte[] Ticket = "a ticket with tokens inside"u8.ToArray();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task Find_StoredSession_OpensUntilItsEnd(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var sessions = portal.Get<SessionStore>();
        await sessions.AddAsync("key", Actors.Viewer, Ticket, portal.Clock.GetUtcNow().AddHours(8), null, cancel: Cancel);

        Assert.Equal(Ticket, (await sessions.FindAsync("key", Cancel))?.Ticket);
        Assert.Null(await sessions.FindAsync("another key", Cancel));

        portal.Clock.Advance(TimeSpan.FromHours(8));
        Assert.Null(await sessions.FindAsync("key", Cancel));
        Assert.False(await sessions.LivesAsync("key", Cancel));
    }

    [Theory, EachDatabase]
    public async Task Remove_Session_IsGoneAndRenewalDoesNotBringItBack(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var sessions = portal.Get<SessionStore>();
        await sessions.AddAsync("key", Actors.Viewer, Ticket, portal.Clock.GetUtcNow().AddHours(8), null, cancel: Cancel);

        await sessions.RemoveAsync("key", Cancel);
        await sessions.RenewAsync("key", Ticket, portal.Clock.GetUtcNow().AddHours(8), Cancel);

        Assert.False(await sessions.LivesAsync("key", Cancel));
    }

    [Fact]
    public async Task Add_Session_LeavesNeitherKeyNorTicketReadableInTheTable()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.Get<SessionStore>().AddAsync("key", Actors.Viewer, Ticket, portal.Clock.GetUtcNow().AddHours(8), null, cancel: Cancel);

        await using var db = portal.Get<Database>().Open();
        var row = await db.Sessions.SingleAsync(Cancel);

        Assert.DoesNotContain("key", row.Id);
        Assert.Equal(-1, row.Ticket.AsSpan().IndexOf("tokens"u8));
    }

    [Fact]
    public async Task Find_AfterRestart_StillOpens()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.Get<SessionStore>().AddAsync("key", Actors.Viewer, Ticket, portal.Clock.GetUtcNow().AddHours(8), null, cancel: Cancel);

        await portal.RestartAsync();

        Assert.Equal(Ticket, (await portal.Get<SessionStore>().FindAsync("key", Cancel))?.Ticket);
    }

    [Fact]
    public async Task Add_Session_ForgetsThoseThatAreOver()
    {
        await using var portal = await PortalFixture.StartAsync();
        var sessions = portal.Get<SessionStore>();
        await sessions.AddAsync("old", Actors.Viewer, Ticket, portal.Clock.GetUtcNow().AddHours(1), null, cancel: Cancel);
        portal.Clock.Advance(TimeSpan.FromHours(2));

        await sessions.AddAsync("new", Actors.Viewer, Ticket, portal.Clock.GetUtcNow().AddHours(1), null, cancel: Cancel);

        await using var db = portal.Get<Database>().Open();
        Assert.Equal(1, await db.Sessions.CountAsync(Cancel));
    }
}
