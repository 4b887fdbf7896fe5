using System.CommandLine;
using Portal.Services.Alerts;
using Portal.Services.Sync;

namespace Portal.Cli;

/// <summary><c>portal alerts list|show|acknowledge</c>.</summary>
internal static class AlertCommands
{
    public static Command Alerts(Cli cli)
    {
        var id = new Argument<Guid>("alert") { Description = "The alert's id" };
        var all = new Option<bool>("--all") { Description = "Those that are over too" };
        var note = new Option<string?>("--note") { Description = "What others should know" };
        return new Command("alerts", "What needs a person")
        {
            cli.Acts(new Command("list", "Alerts, those nobody took first") { all }, async call =>
            {
                using var portal = call.Connect();
                var page = await portal.GetAsync<Page<AlertView>>($"/api/v1/alerts?all={(call.Get(all) ? "true" : "false")}&take=200", call.Cancel);
                call.Output.WriteTable(page, "Nothing needs a person.", ["id", "what", "state", "whose turn", "since", "taken by", "code"],
                    page.Items.Select(a => new[] { $"{a.Id}", a.Title, $"{a.State}", $"{a.Problem.Turn}", $"{a.OpenedAt:u}", a.AcknowledgedByName, a.Problem.Code }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("show", "One alert: what to do, and who was told") { id }, async call =>
            {
                using var portal = call.Connect();
                Show(call, await portal.GetAsync<AlertView>($"/api/v1/alerts/{call.Get(id)}", call.Cancel));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("acknowledge", "Take an alert: it is quiet until its cause changes") { id, note }, async call =>
            {
                using var portal = call.Connect();
                Show(call, await portal.PostAsync<AlertView>($"/api/v1/alerts/{call.Get(id)}/acknowledge", new { note = call.Get(note) }, call.Cancel));
                return ExitCodes.Ok;
            }),
        };
    }

    private static void Show(Call call, AlertView alert)
    {
        if (call.Output.Json)
        {
            call.Output.WriteJson(alert);
            return;
        }
        call.Output.Say($"{alert.Title}: {alert.State}, since {alert.OpenedAt:u}");
        call.Output.Say(alert.Problem.ToString());
        foreach (var name in alert.Names) call.Output.Say($"- {name}");
        call.Output.Say($"Act on it at {alert.Path}");
        if (alert.AcknowledgedAt is { } at) call.Output.Say($"Taken by {alert.AcknowledgedByName} at {at:u}{(alert.Note is null ? "" : $": {alert.Note}")}");
        foreach (var told in alert.Told) call.Output.Say($"{told.News} at {told.At:u}, {told.By}: {(told.DeliveredAt is not null ? "delivered" : told.NextTryAt is { } next ? $"{told.Failure ?? "on its way"}, again at {next:u}" : $"not delivered, {told.Failure}")}");
    }
}
