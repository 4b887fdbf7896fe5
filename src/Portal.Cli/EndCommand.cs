using System.CommandLine;
using Portal.Services.Sync;

namespace Portal.Cli;

/// <summary><c>portal links end</c>: previewed, typed, allowed by a second person.</summary>
internal static class EndCommand
{
    public static Command End(Cli cli)
    {
        var link = new Argument<string>("link") { Description = "The link's id, its group or its team" };
        var preview = new Option<Guid?>("--preview") { Description = "The preview's run; without it, one is made and nothing is changed" };
        var count = new Option<int?>("--count") { Description = "How many people the preview showed" };
        var reason = new Option<string?>("--reason") { Description = "Why, for the second person and the record" };
        return cli.Acts(new Command("end", "End a project: take everyone out whom the link put in, once a second person allows it") { link, preview, count, reason }, async call =>
        {
            using var portal = call.Connect();
            var id = await SyncCommands.FindLinkAsync(call, portal, call.Get(link));
            var run = await portal.PostAsync<RunRequested>($"/api/v1/links/{id}/end", new { preview = call.Get(preview), typedCount = call.Get(count), reason = call.Get(reason) }, call.Cancel);
            return await RunWatcher.FollowAsync(call, portal, run.RunId);
        });
    }
}
