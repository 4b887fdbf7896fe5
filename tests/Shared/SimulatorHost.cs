using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Simulator;
using Portal.Simulator.Identity;

namespace Portal.Tests;

/// <summary>The outside world in this process, on a free loopback port, spoken to over HTTP alone; tests also reach its side doors.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SimulatorHost(WebApplication app) => _app = app;

    /// <summary>Such as <c>http://127.0.0.1:40123</c>, without a slash at its end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>State, faults, ledger, outbox: what the pages and JSON under <c>/sim</c> show.</summary>
    public World World => _app.Services.GetRequiredService<World>();

    /// <summary>Who is at the identity provider, and in which groups.</summary>
    public IdentityDirectory People => _app.Services.GetRequiredService<IdentityDirectory>();

    /// <summary>Tells sites that a session is over.</summary>
    public LogoutSender Logouts => _app.Services.GetRequiredService<LogoutSender>();

    /// <summary>Starts it on this clock.</summary>
    public static async Task<SimulatorHost> StartAsync(TimeProvider clock)
    {
        var host = new SimulatorHost(SimulatorApp.Build([], builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(clock);
        }));
        await host._app.StartAsync();
        host.Address = host._app.Urls.Single();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        // Requests a test left on hold would keep the server from stopping.
        World.Faults.Clear();
        await _app.DisposeAsync();
    }
}
