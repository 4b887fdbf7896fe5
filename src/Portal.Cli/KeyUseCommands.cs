using System.CommandLine;
using System.Globalization;
using Portal.Domain.Credentials;

namespace Portal.Cli;

/// <summary><c>portal key-uses list</c> and <c>export</c>.</summary>
internal static class KeyUseCommands
{
    public static Command KeyUses(Cli cli)
    {
        var filters = new Filters();
        var take = new Option<int>("--take") { Description = "How many at most", DefaultValueFactory = _ => 50 };
        var fold = new Option<bool>("--fold") { Description = "One line for a run" };
        var format = new Option<string>("--format") { Description = "csv or jsonl", DefaultValueFactory = _ => "jsonl" };
        return new Command("key-uses", "Every request made with a key")
        {
            cli.Acts(filters.On(new Command("list", "Requests, newest first") { take, fold }), async call =>
            {
                using var portal = call.Connect();
                var page = await portal.GetAsync<KeyUsePage>($"/api/v1/key-uses?size={call.Get(take)}&fold={call.Get(fold)}{filters.Query(call)}", call.Cancel);
                call.Output.WriteTable(page, "No request matches.", ["when", "credential", "who", "why", "request", "app", "outcome", "stands out", "use"],
                    page.Entries.Select(u => new[] { $"{u.At:u}", $"{u.CredentialLabel} v{u.Version}", u.ActorName, u.Fold is { } run ? $"run, {run.Count} requests" : u.Purpose, $"{u.Method} {u.PathTemplate}", u.AppName ?? u.AppId ?? "", $"{u.Status}{(u.ErrorCode is null ? "" : " " + u.ErrorCode)}", string.Join(' ', u.Flags), $"{u.Id}" }));
                foreach (var foreign in page.Foreign) call.Output.Say($"{foreign.Label}: about {foreign.Calls} calls with this key were not ours, {foreign.From:u} to {foreign.To:u}.");
                if (page.Orphans > 0) call.Output.Say($"{page.Orphans} requests have no outcome: --flag NoOutcome lists them.");
                return ExitCodes.Ok;
            }),
            cli.Acts(filters.On(new Command("export", "Every matching request, oldest first, on standard output") { format }), async call =>
            {
                using var portal = call.Connect();
                await portal.CopyAsync($"/api/v1/key-uses/export?format={Uri.EscapeDataString(call.Get(format)!)}{filters.Query(call)}", call.Around.Out, call.Cancel);
                return ExitCodes.Ok;
            }),
        };
    }

    /// <summary>The ledger's filters as options.</summary>
    private sealed class Filters
    {
        private readonly Option<Guid?> _credential = new("--credential") { Description = "Only with this key, by the credential's id" };
        private readonly Option<Guid?> _run = new("--run") { Description = "Only of this run" };
        private readonly Option<string?> _person = new("--person") { Description = "Only of people whose name holds this" };
        private readonly Option<string?> _when = new("--when") { Description = "day, week, month, this-month, last-month, or a time such as 2026-01-31T14:00Z" };
        private readonly Option<string?> _to = new("--to") { Description = "Only before this time" };
        private readonly Option<string?> _method = new("--method") { Description = "GET, POST, PATCH or DELETE" };
        private readonly Option<string?> _purpose = new("--purpose") { Description = "Only for this purpose, word for word" };
        private readonly Option<string?> _app = new("--app") { Description = "Only on this app, by Apple's id" };
        private readonly Option<KeyUseResult?> _outcome = new("--outcome") { Description = "How it ended" };
        private readonly Option<KeyUseFlag?> _flag = new("--flag") { Description = "What stands out" };

        public Command On(Command command)
        {
            foreach (var option in new Option[] { _credential, _run, _person, _when, _to, _method, _purpose, _app, _outcome, _flag }) command.Options.Add(option);
            return command;
        }

        public string Query(Call call) => string.Concat(new (string Name, string? Value)[]
        {
            ("credential", call.Get(_credential)?.ToString()), ("run", call.Get(_run)?.ToString()), ("person", call.Get(_person)), ("when", call.Get(_when)), ("to", call.Get(_to)),
            ("method", call.Get(_method)), ("purpose", call.Get(_purpose)), ("app", call.Get(_app)), ("outcome", call.Get(_outcome)?.ToString()), ("flag", call.Get(_flag)?.ToString()),
        }.Where(part => part.Value is not null).Select(part => string.Create(CultureInfo.InvariantCulture, $"&{part.Name}={Uri.EscapeDataString(part.Value!)}")));
    }
}
