using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Simulator.AppStoreConnect;
using Portal.Simulator.Centercode;
using Portal.Simulator.Identity;

namespace Portal.Simulator;

/// <summary>Puts the outside world together: Apple, a Centercode community and an identity provider on one port.</summary>
public static class SimulatorApp
{
    /// <summary>
    /// Builds the simulator. <paramref name="configure"/> runs before the services are registered: a <see cref="TimeProvider"/> it
    /// registers is used, otherwise a <see cref="VirtualClock"/>. <c>Simulator:World</c> is a <see cref="WorldSize"/>. The world is at <c>app.Services.GetRequiredService&lt;World&gt;()</c>.
    /// </summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = typeof(SimulatorApp).Assembly.GetName().Name });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning).AddFilter("OpenIddict", LogLevel.Warning);
        configure?.Invoke(builder);
        builder.Services.TryAddSingleton<TimeProvider>(_ => new VirtualClock());
        builder.Services.AddSingleton(services => new World(services.GetRequiredService<TimeProvider>(), size: builder.Configuration.GetValue<WorldSize>("Simulator:World")));
        builder.Services.AddSingleton<ApplePipeline>();
        builder.Services.AddIdentityProvider();

        var app = builder.Build();
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<World>().Faults.Clear);
        app.Use(TellTheTime);
        app.UseIdentityProvider();
        app.Map("/v1/{**path}", (HttpContext context, ApplePipeline apple) => apple.InvokeAsync(context));
        app.MapKeyPage();
        app.MapCentercode();
        app.MapSim();
        return app;
    }

    /// <summary>The Date header comes from the world's clock, as callers measure their own clock against it.</summary>
    private static Task TellTheTime(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.Date = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToString("R");
        return next(context);
    }
}
