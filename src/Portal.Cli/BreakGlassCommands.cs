using System.CommandLine;
using Portal.Services.Sync.Approvals;

namespace Portal.Cli;

/// <summary><c>portal break-glass list|begin|end|review</c>.</summary>
internal static class BreakGlassCommands
{
    public static Command BreakGlass(Cli cli)
    {
        var id = new Argument<Guid>("emergency") { Description = "The emergency's id" };
        var reason = new Option<string>("--reason") { Description = "Why, for the record", Required = true };
        var minutes = new Option<int?>("--minutes") { Description = "How long, 5 to 240; else 60" };
        var note = new Option<string>("--note") { Description = "What you found", Required = true };
        return new Command("break-glass", "Decide without a second person for a while, and the review of that")
        {
            cli.Acts(new Command("list", "Emergencies, newest first"), async call =>
            {
                using var portal = call.Connect();
                Show(call, await portal.GetAsync<IReadOnlyList<BreakGlassView>>("/api/v1/break-glass", call.Cancel));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("begin", "Decide your own requests; an alert goes out at once") { reason, minutes }, async call =>
            {
                using var portal = call.Connect();
                Show(call, [await portal.PostAsync<BreakGlassView>("/api/v1/break-glass", new { reason = call.Get(reason), minutes = call.Get(minutes) }, call.Cancel)]);
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("end", "End it before its time") { id }, async call =>
            {
                using var portal = call.Connect();
                Show(call, [await portal.PostAsync<BreakGlassView>($"/api/v1/break-glass/{call.Get(id)}/end", new { }, call.Cancel)]);
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("review", "Write down what you found afterwards") { id, note }, async call =>
            {
                using var portal = call.Connect();
                Show(call, [await portal.PostAsync<BreakGlassView>($"/api/v1/break-glass/{call.Get(id)}/review", new { note = call.Get(note) }, call.Cancel)]);
                return ExitCodes.Ok;
            }),
        };
    }

    private static void Show(Call call, IReadOnlyList<BreakGlassView> all) =>
        call.Output.WriteTable(all, "Nobody has broken the glass.", ["id", "who", "why", "state", "from", "until", "allowed alone", "reviewed by"],
            all.Select(g => new[] { $"{g.Id}", g.ActorName, g.Reason, $"{g.State}", $"{g.BegunAt:u}", $"{g.EndsAt:u}", $"{g.Allowed.Count}", g.NotFourEyes ? $"{g.ReviewedByName}, not four eyes" : g.ReviewedByName }));
}
