using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Services;

namespace Portal.Cli;

/// <summary>What operators' commands share: they run in this process, with the settings of the portal itself.</summary>
internal static class Operators
{
    public static Option<string?> Settings() =>
        new("--settings") { Description = "The portal's settings file; appsettings.json here when not named. Environment variables come on top.", Recursive = true };

    public static async Task<int> RunAsync(Call call, Option<string?> settings, Func<IServiceProvider, Task<int>> act)
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
