using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Portal.Tests;
using Portal.Web.SignIn.Sessions;

namespace Portal.Web.Tests.SignIn;

/// <summary>Circuits that outlive the portal they belong to: kept for a person who may come back, until the process ends.</summary>
public sealed class SessionWatchTests
{
    [Fact]
    public async Task Stands_AfterThePortalStopped_AsksNobodyAndLeavesTheCircuitAlone()
    {
        var cancel = TestContext.Current.CancellationToken;
        var stranger = new ClaimsPrincipal(new ClaimsIdentity([new("sub", "somebody")], "test"));
        SessionWatch watch;
        await using (var web = await WebFixture.StartAsync())
        {
            await using var circuit = web.Services.CreateAsyncScope();
            watch = (SessionWatch)circuit.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
            Assert.False((await watch.CurrentAsync(stranger, cancel)).Identity!.IsAuthenticated);
        }
        Assert.Same(stranger, await watch.CurrentAsync(stranger, cancel));
    }
}
