using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Services;

namespace Portal.Cli;

/// <summary><c>portal db migrate|check</c>: operators' commands, in this process, with the settings of the portal itself.</summary>
internal static class DatabaseCommands
{
    public static Command Db(Cli cli)
    {
        var settings = new Option<string?>("--settings") { Description = "The portal's settings file; appsettings.json here when not named. Environment variables come on top.", Recursive = true };
        return new Command("db", "The portal's database, on the portal's own machine")
        {
            settings,
            cli.Acts(new Command("migrate", "Bring the database to this version"), call => RunAsync(call, settings, async services =>
            {
                await services.MigratePortalAsync(call.Cancel);
                return await CheckAsync(call, services);
            })),
            cli.Acts(new Command("check", "Say whether the database answers and is of this version"), call => RunAsync(call, settings, services => CheckAsync(call, services))),
        };
    }

    private static async Task<int> CheckAsync(Call call, IServiceProvider services)
    {
        var state = await services.CheckPortalDatabaseAsync(call.Cancel);
        if (call.Output.Json) call.Output.WriteJson(state);
        call.Output.Say(state switch
        {
            { Reachable: false } => $"The {state.Provider} database does not answer.",
            { PendingMigrations.Count: > 0 } => $"The {state.Provider} database answers and lacks {state.PendingMigrations.Count} migrations: portal db migrate.",
            _ => $"The {state.Provider} database answers and is of this version.",
        });
        return state is { Reachable: true, PendingMigrations.Count: 0 } ? ExitCodes.Ok : ExitCodes.Problem;
    }

    private static async Task<int> RunAsync(Call call, Option<string?> settings, Func<IServiceProvider, Task<int>> act)
    {
        var file = call.Get(settings);
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath(file ?? "appsettings.json"), optional: file is null)
            .AddEnvironmentVariables()
            .Build();
        await using var services = new ServiceCollection().AddLogging().AddPortal(configuration).BuildServiceProvider();
        try
        {
            return await act(services);
        }
        catch (OptionsValidationException wrong)
        {
            throw new CliException(CliProblems.Settings(wrong.Failures), ExitCodes.Problem);
        }
    }
}
