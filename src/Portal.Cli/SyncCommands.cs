using System.CommandLine;
using Portal.Domain.Sync;
using Portal.Services.Sync;

namespace Portal.Cli;

/// <summary><c>portal sync preview|start|watch|cancel</c>, <c>links list</c>, <c>runs list|show</c>.</summary>
internal static class SyncCommands
{
    public static Command Sync(Cli cli)
    {
        var link = new Argument<string>("link") { Description = "The link's id, its group or its team" };
        var run = new Argument<Guid>("run") { Description = "The run's id" };
        var noWatch = new Option<bool>("--no-watch") { Description = "Do not wait for the end; the run goes on by itself" };
        var freeze = new Option<string?>("--during-freeze") { Description = "Why the link's freeze does not hold this time; goes on record" };
        var plan = new Option<string?>("--plan") { Description = "Hash of the plan a preview showed: this plan and no other" };
        return new Command("sync", "Preview and run syncs")
        {
            cli.Acts(new Command("preview", "Plan a sync and change nothing") { link, noWatch }, call => StartAsync(call, call.Get(link), "preview", null, null, !call.Get(noWatch))),
            cli.Acts(new Command("start", "Sync now") { link, plan, freeze, noWatch }, call => StartAsync(call, call.Get(link), "real", call.Get(plan), call.Get(freeze), !call.Get(noWatch))),
            cli.Acts(new Command("watch", "Follow a run until it is over") { run }, async call =>
            {
                using var portal = call.Connect();
                return await RunWatcher.FollowAsync(call, portal, call.Get(run));
            }),
            cli.Acts(new Command("cancel", "Ask a run to stop before its next step") { run }, async call =>
            {
                using var portal = call.Connect();
                var view = await portal.PostAsync<RunView>($"/api/v1/runs/{call.Get(run)}/cancel", new { }, call.Cancel);
                if (call.Output.Json) call.Output.WriteJson(view);
                call.Output.Say($"Asked. The run is {view.State}.");
                return ExitCodes.Ok;
            }),
        };
    }

    public static Command Links(Cli cli)
    {
        var group = new GroupCommands(cli);
        var link = new Argument<string>("link") { Description = "The link's id, its group or its team" };
        return new Command("links", "Links of teams to groups")
        {
            EndCommand.End(cli), group.Unmanaged(), group.Adopt(), group.Leave(), group.Changes(), group.Answer(),
            cli.Acts(new Command("remove-set-up-group", "Remove the internal group the portal made to set a link up, while nobody is in it") { link }, async call =>
            {
                using var portal = call.Connect();
                var view = await portal.DeleteAsync<LinkView>($"/api/v1/links/{await FindLinkAsync(call, portal, call.Get(link))}/set-up-group", call.Cancel);
                if (call.Output.Json) call.Output.WriteJson(view);
                if (view.SetupGroupProblem is { } problem) call.Output.Complain(problem);
                else call.Output.Say("The set-up group is gone.");
                return view.SetupGroupProblem is null ? ExitCodes.Ok : ExitCodes.Problem;
            }),
            cli.Acts(new Command("list", "Every link and how it stands"), async call =>
            {
                using var portal = call.Connect();
                var links = await portal.GetAsync<IReadOnlyList<LinkView>>("/api/v1/links", call.Cancel);
                call.Output.WriteTable(links, "No team is linked to a group yet.", ["id", "team", "app", "group", "state", "in team", "in group", "to add", "to remove", "last check"],
                    links.Select(l => new[] { $"{l.Id}", l.TeamName, l.AppName, l.GroupName, $"{l.State}", $"{l.TeamCount}", $"{l.GroupCount}", $"{l.DriftToAdd}", $"{l.DriftToRemove}", $"{l.LastCheckAt:u}" }));
                return ExitCodes.Ok;
            }),
        };
    }

    public static Command Runs(Cli cli)
    {
        var ofLink = new Option<string?>("--link") { Description = "Only of this link: id, group or team" };
        var take = new Option<int>("--take") { Description = "How many at most", DefaultValueFactory = _ => 20 };
        var run = new Argument<Guid>("run") { Description = "The run's id" };
        return new Command("runs", "Runs and their people")
        {
            UndoCommands.Undo(cli),
            UndoCommands.Retry(cli),
            cli.Acts(new Command("list", "Runs, newest first") { ofLink, take }, async call =>
            {
                using var portal = call.Connect();
                var filter = call.Get(ofLink) is { } asked ? $"&link={await FindLinkAsync(call, portal, asked)}" : "";
                var page = await portal.GetAsync<Page<RunView>>($"/api/v1/runs?take={call.Get(take)}{filter}", call.Cancel);
                call.Output.WriteTable(page, "No run yet.", ["id", "link", "mode", "state", "started by", "asked for", "added or removed", "of"],
                    page.Items.Select(r => new[] { $"{r.Id}", r.LinkTitle, $"{r.Mode}", $"{r.State}", r.StartedByName, $"{r.RequestedAt:u}", $"{r.Done}", $"{r.ToAdd + r.ToRemove}" }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("show", "Every person of a run, with reason and outcome") { run }, async call =>
            {
                using var portal = call.Connect();
                var page = await portal.GetAsync<Page<RunItemView>>($"/api/v1/runs/{call.Get(run)}/items?take=1000", call.Cancel);
                call.Output.WriteTable(page, "The run has no people.", ["person", "action", "reason", "outcome", "invitation"],
                    page.Items.Select(i => new[] { i.Email ?? i.Name ?? i.MemberId, $"{i.Action}", i.Reason, i.OutcomeSentence is { } more ? $"{i.Outcome}: {more}" : $"{i.Outcome}", i.InviteState }));
                return ExitCodes.Ok;
            }),
        };
    }

    private static async Task<int> StartAsync(Call call, string asked, string mode, string? plan, string? freezeOverride, bool watch)
    {
        using var portal = call.Connect();
        var link = await FindLinkAsync(call, portal, asked);
        var run = await portal.PostAsync<RunRequested>($"/api/v1/links/{link}/runs", new { mode, plan, freezeOverride }, call.Cancel);
        call.Output.Note(run.Joined ? $"Run {run.RunId} is under way already, started by {run.StartedByName} at {run.RequestedAt:u}." : $"Run {run.RunId} is queued.");
        if (watch) return await RunWatcher.FollowAsync(call, portal, run.RunId);
        if (call.Output.Json) call.Output.WriteJson(run);
        call.Output.Say($"{run.RunId}");
        return ExitCodes.Ok;
    }

    internal static async Task<Guid> FindLinkAsync(Call call, PortalClient portal, string asked)
    {
        if (Guid.TryParse(asked, out var id)) return id;
        var links = await portal.GetAsync<IReadOnlyList<LinkView>>("/api/v1/links", call.Cancel);
        var found = links.Where(l => new[] { l.GroupName, l.TeamName, l.Title, l.GroupId }.Contains(asked, StringComparer.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var one] => one.Id,
            [] => throw new CliException(CliProblems.NoSuchLink(asked), ExitCodes.Problem),
            _ => throw new CliException(CliProblems.SeveralLinks(asked, found.Count), ExitCodes.Problem),
        };
    }
}

/// <summary>Follows a run by its event stream; a broken connection is taken up again where it stands.</summary>
internal static class RunWatcher
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);
    private const int MostBreaks = 10;

    public static async Task<int> FollowAsync(Call call, PortalClient portal, Guid id)
    {
        RunView? last = null;
        for (var breaks = 0; last is not ({ IsOver: true } or { State: RunState.AwaitingApproval }); breaks++)
        {
            if (breaks > 0) await Task.Delay(_pause, call.Cancel);
            try
            {
                await foreach (var run in portal.EventsAsync<RunView>($"/api/v1/runs/{id}/events", call.Cancel))
                {
                    Show(call, last, run);
                    last = run;
                    // Until somebody decides, for three days at most: nobody waits at a prompt for that.
                    if (run.State is RunState.AwaitingApproval) break;
                }
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException && breaks < MostBreaks && !call.Cancel.IsCancellationRequested)
            {
                call.Output.Note("The connection broke; the run goes on. Connecting again.");
            }
        }
        return Summary(call, last);
    }

    private static void Show(Call call, RunView? before, RunView run)
    {
        if (call.Output.Json) call.Output.WriteJson(run, oneLine: true);
        if (before?.State == run.State && before.Done == run.Done) return;
        call.Output.Say(run.State switch
        {
            RunState.Applying => $"{run.State}: {run.Done} of {run.ToAdd + run.ToRemove}, {run.Calls} calls",
            RunState.Planned => $"{run.State}: {run.ToAdd} to add, {run.ToRemove} to remove, {run.Kept} stay, {run.Skipped} skipped, {run.Waiting} waiting",
            _ => $"{run.State}",
        });
    }

    private static int Summary(Call call, RunView run)
    {
        if (run.Problem is { } problem) call.Output.Complain(problem);
        if (run.State is RunState.AwaitingApproval)
        {
            call.Output.Say($"Held: portal approvals show {run.ApprovalId}");
            return ExitCodes.RunNotSucceeded;
        }
        if (run.Mode is SyncMode.Preview && run.State is RunState.Planned)
        {
            call.Output.Say(run.Purpose is RunPurpose.Undo ? $"Nothing was changed. portal runs undo {run.OfRunId} does it with --preview {run.Id} and a reason."
                : run.Purpose is RunPurpose.EndOfProject ? $"Nothing was changed. portal links end does it with --preview {run.Id} --count {run.ToRemove} and a reason."
                : $"Nothing was changed. portal sync start does it; with --plan {run.PlanHash} this very plan and no other.");
            return ExitCodes.Ok;
        }
        call.Output.Say($"{run.Confirmed} confirmed, {run.Pending} pending at Apple, {run.Refused} refused, {run.NotTried} not tried.");
        return run.State is RunState.Succeeded ? ExitCodes.Ok : ExitCodes.RunNotSucceeded;
    }
}
