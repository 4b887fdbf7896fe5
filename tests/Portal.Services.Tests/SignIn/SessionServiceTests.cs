using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Services.Audit;
using Portal.Services.SignIn;
using Portal.Tests;

namespace Portal.Services.Tests.SignIn;

[Trait("Invariant", "32")]
public class SessionServiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task List_OwnAndEverybodys_ShowWhatTheAskerMaySee(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await SignInAsync(portal);
        var sessions = portal.Get<SessionService>();

        var own = await sessions.ListAsync(Actors.Viewer, currentKey: "one", cancel: Cancel);
        var all = await sessions.ListAsync(Actors.SecurityReviewer, everybody: true, cancel: Cancel);

        Assert.Equal(["Chrome on macOS", "Firefox on Windows"], own.Select(session => session.Device).Order());
        Assert.Equal("Firefox on Windows", Assert.Single(own, session => session.IsCurrent).Device);
        Assert.All(own, session => Assert.True(session.MayEnd));
        Assert.Equal(3, all.Count);
        Assert.All(all, session => Assert.False(session.MayEnd));
        Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => sessions.ListAsync(Actors.Viewer, everybody: true, cancel: Cancel))).Problem.Code);
    }

    [Theory, EachDatabase]
    public async Task End_OwnOrByAnAdministrator_IsOverAndOnRecord(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        await SignInAsync(portal);
        var sessions = portal.Get<SessionService>();
        var own = (await sessions.ListAsync(Actors.Viewer, currentKey: "one", cancel: Cancel)).Single(session => session.IsCurrent);
        var supports = (await sessions.ListAsync(Actors.Support, cancel: Cancel)).Single();

        await sessions.EndAsync(own.Id, Actors.Viewer, Cancel);
        await sessions.EndAsync(supports.Id, Actors.Administrator, Cancel);

        Assert.Null(await portal.Get<SessionStore>().FindAsync("one", Cancel));
        Assert.Null(await portal.Get<SessionStore>().FindAsync("three", Cancel));
        Assert.NotNull(await portal.Get<SessionStore>().FindAsync("two", Cancel));
        var events = (await portal.Get<AuditLog>().SearchAsync(new AuditQuery { Codes = ["session.ended"] }, Actors.SecurityReviewer, cancel: Cancel)).Events;
        Assert.Equal(["administrator", "viewer"], events.Select(e => e.ActorId).Order());
    }

    [Fact]
    public async Task End_SomebodyElsesWithoutTheRight_IsRefusedWhetherItIsThereOrNot()
    {
        await using var portal = await PortalFixture.StartAsync();
        await SignInAsync(portal);
        var sessions = portal.Get<SessionService>();
        var supports = (await sessions.ListAsync(Actors.Support, cancel: Cancel)).Single();

        foreach (var id in new[] { supports.Id, Guid.NewGuid() })
            Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => sessions.EndAsync(id, Actors.SecurityReviewer, Cancel))).Problem.Code);
        Assert.Equal("session-not-found", (await Assert.ThrowsAsync<ProblemException>(() => sessions.EndAsync(Guid.NewGuid(), Actors.Administrator, Cancel))).Problem.Code);
        Assert.NotNull(await portal.Get<SessionStore>().FindAsync("three", Cancel));
    }

    private static async Task SignInAsync(PortalFixture portal)
    {
        var (sessions, end) = (portal.Get<SessionStore>(), portal.Clock.GetUtcNow().AddHours(8));
        await sessions.AddAsync("one", Actors.Viewer, [1], end, null, "Firefox on Windows", Cancel);
        await sessions.AddAsync("two", Actors.Viewer, [2], end, null, "Chrome on macOS", Cancel);
        await sessions.AddAsync("three", Actors.Support, [3], end, null, "Safari on iPhone", Cancel);
    }
}
