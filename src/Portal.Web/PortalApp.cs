using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using Portal.Domain;
using Portal.Services;
using Portal.Web.Api;
using Portal.Web.Audit;
using Portal.Web.Credentials;
using Portal.Web.Hosting;
using Portal.Web.Layout;
using Portal.Web.SignIn;
using Portal.Web.Sync;
using Portal.Web.TestFlight.Releases;

namespace Portal.Web;

/// <summary>Puts the portal's web front end together; the demo and the tests start it in their own process.</summary>
public static class PortalApp
{
    /// <summary>Builds the portal. <paramref name="configure"/> runs before the services are registered, so a host can set configuration or its own <see cref="TimeProvider"/>.</summary>
    /// <exception cref="OptionsValidationException">One section is wrong; an <see cref="AggregateException"/> of them when several are.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = typeof(PortalApp).Assembly.GetName().Name });
        configure?.Invoke(builder);
        var unreadable = SettingsReading.Unreadable(builder.Configuration);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(RequestLimits.Set);
        AddServices(builder.Services, builder.Configuration);
        Quiet(builder.Logging);
        var app = builder.Build();
        // Before anything is made that needs a setting, so that every wrong one is told at once.
        SettingsReading.Validate(app.Services, unreadable);
        Use(app);
        Map(app);
        return app;
    }

    /// <summary>Runs until stopped. Wrong settings are listed line by line and end with 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception failure) when (failure is OptionsValidationException || failure is AggregateException { InnerExceptions: var all } && all.All(one => one is OptionsValidationException))
        {
            var wrong = failure is AggregateException many ? many.InnerExceptions.Cast<OptionsValidationException>() : [(OptionsValidationException)failure];
            Console.Error.WriteLine("The portal does not start: its settings are incomplete or wrong.");
            foreach (var line in wrong.SelectMany(one => one.Failures))
            {
                Console.Error.WriteLine($"  {line}");
            }

            return 1;
        }
    }

    /// <summary>Configuration may say otherwise; these two would drown the rest.</summary>
    private static void Quiet(ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Warning);
        // The web ring stands in the database without a wrapping certificate on purpose, see SignInRegistration.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
    }

    private static void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddPortal(configuration);
        services.AddHostedService<DatabaseMigration>();
        services.AddSignIn();
        services.AddPublicAddress();
        services.AddRateLimits();
        services.AddApi();
        services.AddSingleton<FormFlash>();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        services.AddAntiforgery(options => options.Cookie.Name = "portal.antiforgery");
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<SignInOptions>>((options, signIn) =>
            options.Cookie.SecurePolicy = signIn.Value.RequireHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest);
        services.AddMudServices();
        services.AddRazorComponents().AddInteractiveServerComponents();
    }

    private static void Use(WebApplication app)
    {
        app.UsePublicAddress();
        app.UseSecurityHeaders();
        app.UseExceptionHandler(failed => failed.Run(FailedAsync));
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    private static void Map(WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
        app.MapSignIn();
        app.MapApi();
        app.MapCredentials();
        app.MapRunExport();
        app.MapWebhooks();
        app.MapFallback("{*path:nonfile}", NotFound).RequireAuthorization(SignInPolicies.SignedIn);
        app.MapAuditExport();
        app.MapKeyUsesExport();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }

    private static IResult NotFound(HttpContext http) => http.Request.Path.StartsWithSegments("/api")
        ? ApiProblems.Of(new Problem("address-not-found", "There is nothing at this address.") { Turn = Turn.Requester })
        : Documents.Message("There is no such page", null, "Go home", PortalUrls.Home, StatusCodes.Status404NotFound);

    private static Task FailedAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/api"))
        {
            return ApiProblems.Of(new Problem("page-failed", "The portal could not answer. Nothing is known to have changed.") { Turn = Turn.Operator }).ExecuteAsync(http);
        }

        return Documents.Message("This page could not be shown",
            new Problem("page-failed", $"The portal could not show this page. Reload it; if it happens again, tell whoever runs the portal this number: {http.TraceIdentifier}.") { Turn = Turn.Operator },
            "Go home", PortalUrls.Home, StatusCodes.Status500InternalServerError).ExecuteAsync(http);
    }
}
