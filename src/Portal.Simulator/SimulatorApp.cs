using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Simulator.Identity;

namespace Portal.Simulator;

/// <summary>Puts the outside world together: Apple, a Centercode community and an identity provider on one port.</summary>
public static class SimulatorApp
{
    /// <summary>Builds the simulator. <paramref name="configure"/> runs before the services are registered.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = typeof(SimulatorApp).Assembly.GetName().Name });
        configure?.Invoke(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddIdentityProvider();
        var app = builder.Build();
        app.UseIdentityProvider();
        return app;
    }
}
