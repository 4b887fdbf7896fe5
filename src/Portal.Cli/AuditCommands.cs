using System.CommandLine;
using System.Globalization;
using Portal.Domain.Audit;

namespace Portal.Cli;

/// <summary><c>portal audit list</c> and what proves it.</summary>
internal static class AuditCommands
{
    public static Command Audit(Cli cli)
    {
        var code = new Option<string?>("--code") { Description = "Only this code, such as run.requested, or a feature's with its dot, such as run." };
        var run = new Option<Guid?>("--run") { Description = "Only of this run" };
        var actor = new Option<string?>("--actor") { Description = "Only of this person or job, by id" };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only from this time on, such as 2026-01-31T14:00Z" };
        var take = new Option<int>("--take") { Description = "How many at most", DefaultValueFactory = _ => 50 };
        return new Command("audit", "Who did what, when")
        {
            cli.Acts(new Command("list", "Events, newest first") { code, run, actor, since, take }, async call =>
            {
                var query = string.Concat(new[]
                {
                    ("code", call.Get(code)), ("run", call.Get(run)?.ToString()), ("actor", call.Get(actor)),
                    ("when", call.Get(since)?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
                }.Where(part => part.Item2 is not null).Select(part => $"&{part.Item1}={Uri.EscapeDataString(part.Item2!)}"));
                using var portal = call.Connect();
                var page = await portal.GetAsync<AuditSlice>($"/api/v1/audit?size={call.Get(take)}{query}", call.Cancel);
                call.Output.WriteTable(page, "No event matches.", ["when", "what", "who", "through", "code", "target", "event"],
                    page.Events.Select(e => new[] { $"{e.At:u}", e.Sentence, e.ActorName, e.Via, e.Code, $"{e.TargetKind} {e.TargetId}", $"{e.Id}" }));
                return ExitCodes.Ok;
            }),
            AuditProofCommands.Verify(cli), AuditProofCommands.Checkpoint(cli), AuditProofCommands.Proof(cli), AuditProofCommands.Keys(cli),
        };
    }
}
