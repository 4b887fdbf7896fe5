using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Services.SignIn;
using Portal.Tests;

namespace Portal.Services.Tests.SignIn;

public class SignInAuditTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refused_OneAddressKnockingForAMinute_WritesAFewEventsAndCountsTheRest()
    {
        await using var portal = await PortalFixture.StartAsync();
        var audit = portal.Get<SignInAudit>();
        for (var i = 0; i < 200; i++)
        {
            await audit.RefusedAsync(Actor.Anonymous, "token", "192.0.2.1", Cancel);
        }

        Assert.Equal(RefusalBudget.PerCaller, await CountAsync(portal, AuditCodes.AccessRefused));

        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await audit.RefusedAsync(Actor.Anonymous, "token", "192.0.2.1", Cancel);
        Assert.Contains($"\"unrecorded-before\":{200 - RefusalBudget.PerCaller}", await LastAsync(portal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_FromEverywhereAtOnce_StaysWithinTheWholeBudget()
    {
        await using var portal = await PortalFixture.StartAsync();
        for (var i = 0; i < 300; i++)
        {
            await portal.Get<SignInAudit>().FailedAsync($"192.0.2.{i}", Cancel);
        }

        Assert.Equal(RefusalBudget.InAll, await CountAsync(portal, AuditCodes.SignInFailed));
    }

    [Fact]
    public async Task Demand_OnePersonAskingForWhatTheyMayNot_WritesAFewEventsAndCountsTheRest()
    {
        await using var portal = await PortalFixture.StartAsync();
        var guard = portal.Get<AccessGuard>();
        await Assert.ThrowsAsync<ProblemException>(() => portal.Get<AuditLog>().ExportAsync(new AuditQuery(), AuditFormat.JsonLines, Actors.Nobody, new MemoryStream(), Cancel));
        for (var i = 0; i < 100; i++) await Assert.ThrowsAsync<ProblemException>(() => guard.DemandAsync(Actors.Viewer, Permission.RunSync, Cancel));

        Assert.Equal(RefusalBudget.PerCaller + 1, await CountAsync(portal, AuditCodes.AccessRefused));

        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<ProblemException>(() => guard.DemandAsync(Actors.Viewer, Permission.RunSync, Cancel));
        Assert.Contains("\"unrecorded-before\":95", await LastAsync(portal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_StrangersKnockFromEverywhere_APersonsRefusalIsWrittenStill()
    {
        await using var portal = await PortalFixture.StartAsync();
        for (var i = 0; i < 2 * RefusalBudget.InAll; i++) await portal.Get<SignInAudit>().FailedAsync($"192.0.2.{i}", Cancel);

        await portal.Get<SignInAudit>().RefusedAsync(Actors.Viewer, "settings", "192.0.2.1", Cancel);
        await Assert.ThrowsAsync<ProblemException>(() => portal.Get<AccessGuard>().DemandAsync(Actors.Viewer, Permission.RunSync, Cancel));

        Assert.Equal(2, await CountAsync(portal, AuditCodes.AccessRefused));
    }

    [Fact]
    public async Task SignedIn_WithoutRoleAndThroughBootstrap_AreEventsOfTheirOwn()
    {
        await using var portal = await PortalFixture.StartAsync();
        var audit = portal.Get<SignInAudit>();
        await audit.SignedInAsync(Actors.Viewer with { Roles = [] }, throughBootstrap: false, Cancel);
        await audit.SignedInAsync(Actors.Viewer, throughBootstrap: true, Cancel);

        Assert.Equal(1, await CountAsync(portal, AuditCodes.SignInWithoutRole));
        Assert.Equal(1, await CountAsync(portal, AuditCodes.SignedIn));
        Assert.Equal(1, await CountAsync(portal, AuditCodes.BootstrapUsed));
    }

    private static async Task<string> LastAsync(PortalFixture portal)
    {
        await using var db = portal.Get<Database>().Open();
        return Encoding.UTF8.GetString((await db.AuditEvents.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).FirstAsync(Cancel)).Payload);
    }

    private static async Task<int> CountAsync(PortalFixture portal, AuditCode code)
    {
        await using var db = portal.Get<Database>().Open();
        return await db.AuditEvents.CountAsync(e => e.Code == code.Name, Cancel);
    }
}
