using System.CommandLine;
using System.CommandLine.Parsing;

namespace Portal.Cli;

/// <summary>The commands of <c>portal</c>, one file per feature word.</summary>
public static class CommandLine
{
    /// <summary>Parses and runs one command.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Surroundings around)
    {
        var cli = new Cli(around);
        var root = new RootCommand($"Links, runs, people and audit of the portal, at a prompt. Ends with {ExitCodes.InWords}.")
        {
            cli.Portal, cli.Json,
            SignInCommands.SignIn(cli), SignInCommands.SignOut(cli), SignInCommands.WhoAmI(cli), SessionCommands.Sessions(cli),
            SyncCommands.Sync(cli), SyncCommands.Links(cli), SyncCommands.Runs(cli), ApprovalCommands.Approvals(cli), BreakGlassCommands.BreakGlass(cli), AlertCommands.Alerts(cli),
            BuildCommands.Builds(cli), ReleaseCommands.Releases(cli), RuleCommands.Rules(cli),
            PeopleCommands.People(cli), AuditCommands.Audit(cli), KeyUseCommands.KeyUses(cli),
            DatabaseCommands.Db(cli), KeyRingCommands.KeyRing(cli),
        };
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = around.Out, Error = around.Error, EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
    }
}

/// <summary>What the process ends with.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;
    /// <summary>The portal refused or could not; the problem is on standard error.</summary>
    public const int Problem = 1;
    /// <summary>The command was not understood.</summary>
    public const int Usage = 2;
    /// <summary>Not signed in, or no longer.</summary>
    public const int NotSignedIn = 3;
    /// <summary>The run is over and did not succeed.</summary>
    public const int RunNotSucceeded = 4;
    /// <summary>The portal did not answer.</summary>
    public const int Unreachable = 5;
    /// <summary>Interrupted; a run goes on without its watcher.</summary>
    public const int Interrupted = 130;

    internal const string InWords = "0 done, 1 refused, 2 not understood, 3 not signed in, 4 the run did not succeed, 5 the portal did not answer";
}

/// <summary>What a command line stands in; tests bring their own.</summary>
/// <param name="Out">Standard output: results alone.</param>
/// <param name="Error">Standard error: prompts and problems.</param>
/// <param name="ProfileFolder">Where sign-ins are kept.</param>
/// <param name="Time">The clock that says when a token is over.</param>
/// <param name="Variable">Reads an environment variable.</param>
public sealed record Surroundings(TextWriter Out, TextWriter Error, string ProfileFolder, TimeProvider Time, Func<string, string?> Variable)
{
    /// <summary>Standard input, for what must stand in no argument.</summary>
    public TextReader In { get; init; } = Console.In;

    /// <summary>The process's own.</summary>
    public static Surroundings OfThisProcess() => new(Console.Out, Console.Error,
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "portal"),
        TimeProvider.System, Environment.GetEnvironmentVariable);
}
