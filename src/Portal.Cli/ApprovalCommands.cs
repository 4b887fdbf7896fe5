using System.CommandLine;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;

namespace Portal.Cli;

/// <summary><c>portal approvals list|show|allow|reject</c>.</summary>
internal static class ApprovalCommands
{
    public static Command Approvals(Cli cli)
    {
        var id = new Argument<Guid>("request") { Description = "The request's id" };
        var all = new Option<bool>("--all") { Description = "Decided ones too" };
        var reason = new Option<string>("--reason") { Description = "Why, for the record", Required = true };
        var count = new Option<int?>("--count") { Description = "The number it is about, where one person may confirm alone" };
        var chosen = new Option<Guid[]>("--only") { Description = "Only this person of a held run (id of the run's item); may be repeated", AllowMultipleArgumentsPerToken = true };
        return new Command("approvals", "What waits for a second person")
        {
            cli.Acts(new Command("list", "Requests that wait, newest first") { all }, async call =>
            {
                using var portal = call.Connect();
                var page = await portal.GetAsync<Page<ApprovalView>>($"/api/v1/approvals?all={(call.Get(all) ? "true" : "false")}&take=200", call.Cancel);
                call.Output.WriteTable(page, "Nothing waits for a second person.", ["id", "what", "about", "state", "adds", "removals", "asked for by", "asked", "until"],
                    page.Items.Select(a => new[] { $"{a.Id}", $"{a.Kind}", a.Subject, a.NotFourEyes ? $"{a.State}, not four eyes" : $"{a.State}", $"{a.Adds}", $"{a.Removals}", a.RequestedByName, $"{a.RequestedAt:u}", $"{a.ExpiresAt:u}" }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("show", "One request and what it would change") { id }, async call =>
            {
                using var portal = call.Connect();
                Show(call, await portal.GetAsync<ApprovalView>($"/api/v1/approvals/{call.Get(id)}", call.Cancel));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("allow", "Allow what somebody else asked for") { id, reason, count, chosen }, async call =>
            {
                using var portal = call.Connect();
                var only = call.Get(chosen) is { Length: > 0 } some ? some : null;
                Show(call, await portal.PostAsync<ApprovalView>($"/api/v1/approvals/{call.Get(id)}/allow", new { reason = call.Get(reason), typedCount = call.Get(count), chosen = only }, call.Cancel));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("reject", "Reject it, or take one's own back") { id, reason }, async call =>
            {
                using var portal = call.Connect();
                Show(call, await portal.PostAsync<ApprovalView>($"/api/v1/approvals/{call.Get(id)}/reject", new { reason = call.Get(reason) }, call.Cancel));
                return ExitCodes.Ok;
            }),
        };
    }

    private static void Show(Call call, ApprovalView approval)
    {
        if (call.Output.Json)
        {
            call.Output.WriteJson(approval);
            return;
        }
        call.Output.Say($"{approval.Kind} of {approval.Subject}: {approval.State}{(approval.NotFourEyes ? ", not four eyes" : "")}");
        call.Output.Say(approval.Problem.ToString());
        foreach (var change in approval.Changes) call.Output.Say($"{change.Name}: {change.Before} → {change.After}");
        if (approval.TakesEffectAt is { } at) call.Output.Say($"Takes effect at {at:u}.");
        if (approval.RunId is { } run) call.Output.Say($"The run is {run}: portal runs show {run}");
    }
}
