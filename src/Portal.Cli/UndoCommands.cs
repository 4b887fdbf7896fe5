using System.CommandLine;
using Portal.Services.Sync;

namespace Portal.Cli;

/// <summary><c>portal runs undo|retry</c>: the ways back from a run.</summary>
internal static class UndoCommands
{
    public static Command Undo(Cli cli)
    {
        var run = new Argument<Guid>("run") { Description = "The run to undo" };
        var preview = new Option<Guid?>("--preview") { Description = "The preview's run; without it, one is made and nothing is changed" };
        var reason = new Option<string?>("--reason") { Description = "Why, for the second person and the record" };
        var freeze = Freeze();
        return cli.Acts(new Command("undo", "Take out whom a run added and add again whom it removed; mails and installs stay") { run, preview, reason, freeze }, call =>
            StartAsync(call, $"/api/v1/runs/{call.Get(run)}/undo", new { preview = call.Get(preview), reason = call.Get(reason), freezeOverride = call.Get(freeze) }));
    }

    public static Command Retry(Cli cli)
    {
        var run = new Argument<Guid>("run") { Description = "The run in which something failed" };
        var freeze = Freeze();
        return cli.Acts(new Command("retry", "Try again whom a run could not do, and nobody else") { run, freeze }, call =>
            StartAsync(call, $"/api/v1/runs/{call.Get(run)}/retry", new { freezeOverride = call.Get(freeze) }));
    }

    private static Option<string?> Freeze() => new("--during-freeze") { Description = "Why the link's freeze does not hold this time; goes on record" };

    private static async Task<int> StartAsync(Call call, string path, object wanted)
    {
        using var portal = call.Connect();
        var asked = await portal.PostAsync<RunRequested>(path, wanted, call.Cancel);
        return await RunWatcher.FollowAsync(call, portal, asked.RunId);
    }
}
