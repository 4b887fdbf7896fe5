using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Portal.Simulator;
using Portal.Web;

namespace Portal.Demo;

/// <summary>Portal and simulator in one process, on two ports, with one clock. Stopped and started again it goes on where it was.</summary>
public sealed class DemoApp : IAsyncDisposable
{
    private readonly DemoFolder _folder;
    private WorldKeeper? _keeper;

    private DemoApp(DemoFolder folder, WebApplication simulator) => (_folder, Simulator) = (folder, simulator);

    /// <summary>Where the portal answers.</summary>
    public Uri PortalAddress { get; private set; } = null!;

    /// <summary>Where the simulator answers.</summary>
    public Uri SimulatorAddress { get; private set; } = null!;

    /// <summary>The running portal.</summary>
    public WebApplication Portal { get; private set; } = null!;

    /// <summary>The running simulator.</summary>
    public WebApplication Simulator { get; }

    /// <summary>Where everything is kept.</summary>
    public string FolderPath => _folder.FolderPath;

    /// <summary>It goes on with what an earlier demo stored.</summary>
    public bool GoesOn => _folder.GoesOn;

    /// <summary>Starts the simulator, then the portal against it, then stores the demo's first data unless asked not to.</summary>
    /// <exception cref="DemoException">A port or the folder is taken, or what is stored cannot be gone on with.</exception>
    public static async Task<DemoApp> StartAsync(DemoOptions options, CancellationToken cancellation = default)
    {
        // Before anything is thrown away or a server complains at length.
        DemandFree("simulator", options.SimulatorPort, "--simulator-port");
        DemandFree("portal", options.PortalPort, "--portal-port");
        var folder = DemoFolder.Prepare(options);
        var demo = new DemoApp(folder, SimulatorApp.Build([], builder => DemoSettings.ForSimulator(builder, folder, options.SimulatorPort)));
        try
        {
            await demo.StartSimulatorAsync(options, cancellation);
            await demo.StartPortalAsync(options, cancellation);
            if (!options.Empty)
            {
                await DemoSeed.StoreAsync(demo, cancellation);
            }

            return demo;
        }
        catch
        {
            await demo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when somebody asks the demo to stop.</summary>
    public async Task WaitAsync()
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = Portal.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task;
    }

    /// <summary>Stops both and saves the world.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Portal is not null)
        {
            await Portal.StopAsync();
            await Portal.DisposeAsync();
        }

        // After the portal: its last requests count too.
        await Simulator.StopAsync();
        if (_keeper is not null)
        {
            await _keeper.DisposeAsync();
        }

        await Simulator.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartSimulatorAsync(DemoOptions options, CancellationToken cancellation)
    {
        var world = Simulator.Services.GetRequiredService<World>();
        if (GoesOn)
        {
            try
            {
                world.Load(_folder.WorldPath);
            }
            catch (InvalidDataException)
            {
                throw new DemoException($"The simulated world in {FolderPath} cannot be read by this version. Start over with --fresh.");
            }
        }

        await Simulator.StartAsync(cancellation);
        SimulatorAddress = AddressOf(Simulator);
        _folder.KeepPort(SimulatorAddress.Port);
        _keeper = new WorldKeeper(world, _folder.WorldPath);
    }

    private async Task StartPortalAsync(DemoOptions options, CancellationToken cancellation)
    {
        var clock = Simulator.Services.GetRequiredService<TimeProvider>();
        Portal = PortalApp.Build([], builder => DemoSettings.ForPortal(builder, _folder, options.PortalPort, SimulatorAddress, clock));
        await Portal.StartAsync(cancellation);
        PortalAddress = AddressOf(Portal);
    }

    private static void DemandFree(string what, int port, string option)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException)
        {
            throw new DemoException($"Port {port} is taken or not allowed, so the {what} cannot listen there. Stop what uses it (another demo?), or choose a free port with {option}.");
        }
    }

    private static Uri AddressOf(WebApplication app)
    {
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        return new UriBuilder(bound) { Host = "localhost" }.Uri;
    }
}
