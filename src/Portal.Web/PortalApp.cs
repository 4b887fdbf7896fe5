namespace Portal.Web;

/// <summary>Puts the portal's web front end together; the demo and the tests start it in their own process.</summary>
public static class PortalApp
{
    /// <summary>Builds the portal. <paramref name="configure"/> runs before the services are registered, so a host can set configuration or its own <see cref="TimeProvider"/>.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = typeof(PortalApp).Assembly.GetName().Name });
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapStaticAssets();
        return app;
    }
}
