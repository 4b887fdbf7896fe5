using System.CommandLine;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.TestFlight.Releases;

namespace Portal.Cli;

/// <summary><c>portal releases list|create|there|again|monitor</c>.</summary>
internal static class ReleaseCommands
{
    public static Command Releases(Cli cli)
    {
        var link = new Argument<string>("link") { Description = "The link's id, its group or its team" };
        var build = new Argument<string>("build") { Description = "The build's id" };
        var release = new Argument<Guid>("release") { Description = "The release's id" };
        var published = new Option<bool>("--published") { Description = "Published instead of a draft" };
        var mode = new Argument<ReleaseMode>("mode") { Description = "Off, Draft or Published" };
        var mail = new Option<string?>("--mail-to") { Description = "Addresses to mail, separated by commas" };
        return new Command("releases", "Releases that new builds make in Centercode")
        {
            cli.Acts(new Command("list", "A link's builds and their releases") { link }, async call =>
            {
                using var portal = call.Connect();
                var lines = await portal.GetAsync<IReadOnlyList<BuildHistoryLine>>($"/api/v1/links/{await SyncCommands.FindLinkAsync(call, portal, call.Get(link))}/releases", call.Cancel);
                call.Output.WriteTable(lines, "No build came to the group yet.", ["build", "seen", "release", "state", "id", "why"],
                    lines.Select(line => new[] { line.BuildId, $"{line.SeenAt:u}", line.Release?.Title ?? line.Number, line.Release is { } made ? $"{made.State}" : "none", $"{line.Release?.Id}", line.Release?.Problem?.ToString() ?? line.WhyNone.InWords() }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("create", "Create the release of a build by hand") { link, build, published }, async call =>
            {
                using var portal = call.Connect();
                var id = await SyncCommands.FindLinkAsync(call, portal, call.Get(link));
                return Show(call, await portal.PostAsync<ReleaseView>($"/api/v1/links/{id}/releases", new { buildId = call.Get(build), mode = call.Get(published) ? "Published" : "Draft" }, call.Cancel));
            }),
            cli.Acts(new Command("there", "You looked in Centercode: the release is there") { release }, call => SettleAsync(call, call.Get(release), true)),
            cli.Acts(new Command("again", "You looked in Centercode: it is not there, create it again") { release }, call => SettleAsync(call, call.Get(release), false)),
            cli.Acts(new Command("monitor", "Change what new builds of a link make") { link, mode, mail }, async call =>
            {
                using var portal = call.Connect();
                var id = await SyncCommands.FindLinkAsync(call, portal, call.Get(link));
                var before = await portal.GetAsync<MonitorView>($"/api/v1/links/{id}/build-monitoring", call.Cancel);
                var after = await portal.PutAsync<MonitorView>($"/api/v1/links/{id}/build-monitoring", new { mode = $"{call.Get(mode)}", mailTo = call.Get(mail) ?? before.MailTo, connectionId = before.OwnConnection ? null : before.ConnectionId }, call.Cancel);
                if (call.Output.Json) call.Output.WriteJson(after);
                call.Output.Say($"New builds make: {after.Mode}.");
                return ExitCodes.Ok;
            }),
        };
    }

    private static async Task<int> SettleAsync(Call call, Guid release, bool isThere)
    {
        using var portal = call.Connect();
        return Show(call, await portal.PostAsync<ReleaseView>($"/api/v1/releases/{release}/settle", new { isThere }, call.Cancel));
    }

    private static int Show(Call call, ReleaseView release)
    {
        if (call.Output.Json) call.Output.WriteJson(release);
        call.Output.Say($"{release.Title}: {release.State}.");
        return ExitCodes.Ok;
    }
}
