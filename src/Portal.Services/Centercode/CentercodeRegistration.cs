using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Services.Data;
using Portal.Services.SignIn;

namespace Portal.Services.Centercode;

/// <summary>Registers the sources of teams.</summary>
internal static class CentercodeRegistration
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CentercodeOptions>().Bind(configuration.GetSection("Centercode")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CentercodeOptions>, CentercodeOptionsRules>();
        services.AddHttpClient(CentercodeClient.HttpClientName)
            // The client's own time-out is off: the caller's covers the body too.
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(s => CentercodeConnect.Handler(s.GetRequiredService<IOptions<CentercodeOptions>>().Value))
            // The default loggers write whole addresses, whose queries may hold what nobody meant to log.
            .RemoveAllLoggers();
        services.AddSingleton<CentercodeClient>();
        services.AddSingleton<CentercodeDirectory>();
        services.AddSingleton<CsvDirectory>();
        services.AddSingleton<TeamDirectories>();
        services.AddSingleton(s => new TeamSourceService(s.GetRequiredService<CentercodeClient>(), s.GetRequiredService<Database>(), s.GetRequiredService<AccessGuard>(),
            s.GetRequiredService<IOptions<CentercodeOptions>>()));
    }
}
