using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Portal.Tests;
using Portal.Web.SignIn;

namespace Portal.Web.Tests.SignIn;

/// <summary>Circuits that outlive the portal they belong to: kept for a person who may come back, until the process ends.</summary>
public sealed class SessionWatchTests
{
    [Fact]
    public async Task Stands_AfterThePortalStopped_AsksNobodyAndLeavesTheCircuitAlone()
    {
        var cancel = TestContext.Current.CancellationToken;
        var nobody = new AuthenticationState(new());
        SessionWatch watch;
        await using (var web = await WebFixture.StartAsync())
        {
            await using var circuit = web.Services.CreateAsyncScope();
            watch = (SessionWatch)circuit.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
            Assert.False(await watch.StandsAsync(nobody, cancel));
        }
        Assert.True(await watch.StandsAsync(nobody, cancel));
    }
}
