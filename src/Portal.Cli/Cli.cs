using System.CommandLine;
using Portal.Domain;

namespace Portal.Cli;

/// <summary>Options every command has, and how a command runs: failures become a sentence with its code, and an exit code.</summary>
internal sealed class Cli(Surroundings around)
{
    public Surroundings Around { get; } = around;

    public Option<string?> Portal { get; } = new("--portal") { Description = "Address of the portal; remembered from the last sign-in, or PORTAL_URL", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the portal's own JSON instead of a table", Recursive = true };

    /// <summary>Gives <paramref name="command"/> its act.</summary>
    public Command Acts(Command command, Func<Call, Task<int>> act)
    {
        command.SetAction((parsed, cancel) => RunAsync(new Call(this, parsed, cancel), act));
        return command;
    }

    private static async Task<int> RunAsync(Call call, Func<Call, Task<int>> act)
    {
        try
        {
            return await act(call);
        }
        catch (CliException failure)
        {
            call.Output.Complain(failure.Problem);
            return failure.ExitCode;
        }
        catch (ProblemException refused)
        {
            call.Output.Complain(refused.Problem);
            return ExitCodes.Problem;
        }
        catch (HttpRequestException unreachable)
        {
            call.Output.Complain(CliProblems.Unreachable(unreachable.Message));
            return ExitCodes.Unreachable;
        }
        catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }
}

/// <summary>One invocation of a command.</summary>
internal sealed class Call(Cli cli, ParseResult parsed, CancellationToken cancel)
{
    public CancellationToken Cancel => cancel;
    public Surroundings Around => cli.Around;
    public Output Output { get; } = new(cli.Around, parsed.GetValue(cli.Json));

    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);
    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>The portal's address as said on the command line or in the environment; null when neither does.</summary>
    public Uri? PortalAsked => (parsed.GetValue(cli.Portal) ?? cli.Around.Variable("PORTAL_URL")) is { Length: > 0 } text ? Addresses.Portal(text) : null;

    /// <summary>The portal, as whoever signed in last.</summary>
    public PortalClient Connect() => PortalClient.Open(new SessionFile(Around.ProfileFolder), PortalAsked, Around.Time);
}

/// <summary>A failure that ends the command with a code of its own.</summary>
internal sealed class CliException(Problem problem, int exitCode) : Exception(problem.ToString())
{
    public Problem Problem { get; } = problem;
    public int ExitCode { get; } = exitCode;
}
