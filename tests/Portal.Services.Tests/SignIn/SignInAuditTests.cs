using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
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
        await using var db = portal.Get<Database>().Open();
        var last = await db.AuditEvents.OrderByDescending(e => e.At).FirstAsync(Cancel);
        Assert.Contains($"\"unrecorded-before\":{200 - RefusalBudget.PerCaller}", System.Text.Encoding.UTF8.GetString(last.Payload));
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

    private static async Task<int> CountAsync(PortalFixture portal, AuditCode code)
    {
        await using var db = portal.Get<Database>().Open();
        return await db.AuditEvents.CountAsync(e => e.Code == code.Name, Cancel);
    }
}
