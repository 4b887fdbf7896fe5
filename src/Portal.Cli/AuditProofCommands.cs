using System.CommandLine;
using Portal.Domain.Audit.Proof;
using Portal.Services.Audit;

namespace Portal.Cli;

/// <summary><c>portal audit verify|checkpoint|proof</c> over REST, and <c>portal audit keys new</c>.</summary>
internal static class AuditProofCommands
{
    public static Command Verify(Cli cli) => cli.Acts(new Command("verify", "Read the whole record and say what is wrong with it; ends with 1 when something is"), async call =>
    {
        using var portal = call.Connect();
        var read = await portal.PostAsync<AuditVerification>("/api/v1/audit/verification", new { }, call.Cancel);
        if (call.Output.Json) call.Output.WriteJson(read);
        call.Output.Say(read.IsWhole ? $"The record is whole up to event {read.WholeUpTo:N0} ({read.WholeUpToAt:u})." : $"The record is damaged. It is whole up to event {read.WholeUpTo:N0}.");
        foreach (var finding in read.Findings) call.Output.Say($"  {finding.Words}");
        call.Output.Say(read.Covered == 0 ? "No checkpoint stands outside the database yet." : $"Checkpoints outside the database cover {read.Covered:N0} events; {read.Above:N0} came later and could be cut off unseen until the next one.");
        if (read.Refused > 0) call.Output.Say($"{read.Refused:N0} rows were not written by the portal and are left out.");
        return read is { IsWhole: true, Refused: 0 } ? ExitCodes.Ok : ExitCodes.Problem;
    });

    public static Command Checkpoint(Cli cli) => cli.Acts(new Command("checkpoint", "Sign a checkpoint now and print it as a signed note"), async call =>
    {
        using var portal = call.Connect();
        var signed = await portal.PostAsync<CheckpointView>("/api/v1/audit/checkpoint", new { }, call.Cancel);
        if (call.Output.Json) call.Output.WriteJson(signed);
        call.Output.Say(signed.Note.TrimEnd('\n'));
        call.Output.Note($"Check it with {signed.VerifierKey}");
        return ExitCodes.Ok;
    });

    public static Command Proof(Cli cli)
    {
        var ofEvent = new Option<Guid?>("--event") { Description = "That this event is in the record" };
        var from = new Option<long?>("--from") { Description = "That the record of this size …" };
        var to = new Option<long?>("--to") { Description = "… is the beginning of the record of this size" };
        return cli.Acts(new Command("proof", "A proof as JSON: --event ID, or --from N --to M") { ofEvent, from, to }, async call =>
        {
            using var portal = call.Connect();
            if (call.Get(ofEvent) is { } id) call.Output.WriteJson(await portal.GetAsync<InclusionProof>($"/api/v1/audit/proofs/inclusion?event={id}", call.Cancel));
            else if (call.Get(from) is { } first && call.Get(to) is { } second) call.Output.WriteJson(await portal.GetAsync<ConsistencyProof>($"/api/v1/audit/proofs/consistency?from={first}&to={second}", call.Cancel));
            else throw new CliException(CliProblems.WhichProof, ExitCodes.Usage);
            return ExitCodes.Ok;
        });
    }

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
