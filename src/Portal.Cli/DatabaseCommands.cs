using System.CommandLine;
using Portal.Services;

namespace Portal.Cli;

/// <summary><c>portal db migrate|check</c>: operators' commands, in this process, with the settings of the portal itself.</summary>
internal static class DatabaseCommands
{
    public static Command Db(Cli cli)
    {
        var settings = Operators.Settings();
        return new Command("db", "The portal's database, on the portal's own machine")
        {
            settings,
            cli.Acts(new Command("migrate", "Bring the database to this version"), call => Operators.RunAsync(call, settings, async services =>
            {
                await services.MigratePortalAsync(call.Cancel);
                return await CheckAsync(call, services);
            })),
            cli.Acts(new Command("check", "Say whether the database answers and is of this version"), call => Operators.RunAsync(call, settings, services => CheckAsync(call, services))),
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
}
