using System.CommandLine;
using Portal.Services.Audit;

namespace Portal.Cli;

/// <summary><c>portal audit keys new</c>.</summary>
internal static class AuditProofCommands
{
    public static Command Keys(Cli cli)
    {
        var folder = new Argument<string>("folder") { Description = "Where both go, apart from the database" };
        var origin = new Option<string>("--origin") { Description = "The record's name in its checkpoints, such as portal.example.com/audit", DefaultValueFactory = _ => "portal/audit" };
        return new Command("keys", "The keys that make the record tamper-evident")
        {
            cli.Acts(new Command("new", "Make the key that marks events and the key that signs checkpoints. Keep them apart from the database; whoever holds them and the database can write another record.") { folder, origin }, call =>
            {
                var path = Path.GetFullPath(call.Get(folder));
                try
                {
                    var verifier = AuditKeyFiles.Make(path, call.Get(origin)!);
                    if (call.Output.Json) call.Output.WriteJson(new { keyFolder = path, verifierKey = verifier });
                    call.Output.Say($"Audit__KeyFolder={path}");
                    call.Output.Note($"Auditors check checkpoints with {verifier}");
                    return Task.FromResult(ExitCodes.Ok);
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
                {
                    throw new CliException(CliProblems.AuditKeys(failure.Message), ExitCodes.Problem);
                }
            }),
        };
    }
}
