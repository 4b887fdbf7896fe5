using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Portal.Simulator;
using Portal.Web;

namespace Portal.Demo;

/// <summary>Portal and simulator in one process, on two ports, with one clock.</summary>
public sealed class DemoApp : IAsyncDisposable
{
    private DemoApp(WebApplication simulator, WebApplication portal, Uri simulatorAddress, Uri portalAddress) =>
        (Simulator, Portal, SimulatorAddress, PortalAddress) = (simulator, portal, simulatorAddress, portalAddress);

    /// <summary>Where the portal answers.</summary>
    public Uri PortalAddress { get; }

    /// <summary>Where the simulator answers.</summary>
    public Uri SimulatorAddress { get; }

    /// <summary>The running portal.</summary>
    public WebApplication Portal { get; }

    /// <summary>The running simulator.</summary>
    public WebApplication Simulator { get; }

    /// <summary>Starts the simulator, then the portal against it, then stores the demo's first data unless asked not to.</summary>
    public static async Task<DemoApp> StartAsync(DemoOptions options, CancellationToken cancellation = default)
    {
        var folder = DemoFolder.Prepare(options);
        var simulator = SimulatorApp.Build([], builder => DemoSettings.ForSimulator(builder, folder, options.SimulatorPort));
        await simulator.StartAsync(cancellation);
        var simulatorAddress = AddressOf(simulator);
        var clock = simulator.Services.GetRequiredService<TimeProvider>();
        var portal = PortalApp.Build([], builder => DemoSettings.ForPortal(builder, folder, options.PortalPort, simulatorAddress, clock));
        await portal.StartAsync(cancellation);
        var demo = new DemoApp(simulator, portal, simulatorAddress, AddressOf(portal));
        if (!options.Empty)
        {
            await DemoSeed.StoreAsync(demo, cancellation);
        }

        return demo;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    private static Uri AddressOf(WebApplication app)
    {
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        return new UriBuilder(bound) { Host = "localhost" }.Uri;
    }
}
