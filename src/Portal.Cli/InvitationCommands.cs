using System.CommandLine;
using Portal.Domain.People;
using Portal.Services.People.Invitations;

namespace Portal.Cli;

/// <summary><c>portal people invite</c>: Apple's invitation again, to everybody of a link who needs it.</summary>
internal static class InvitationCommands
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private sealed record Started(Guid Round);

    public static Command Invite(Cli cli)
    {
        var link = new Argument<string>("link") { Description = "The link's id, its group or its team" };
        var who = new Option<ResendWho>("--who") { Description = "Silent: invited and silent for seven days; NotInvited: in the group and never invited; Both", DefaultValueFactory = _ => ResendWho.Both };
        var plan = new Option<string?>("--plan") { Description = "Hash of what was shown; without it, that is shown and nothing is sent" };
        return cli.Acts(new Command("invite", "Send Apple's invitation again to many") { link, who, plan }, async call =>
        {
            using var portal = call.Connect();
            var path = $"/api/v1/links/{await SyncCommands.FindLinkAsync(call, portal, call.Get(link))}/invitations";
            return call.Get(plan) is { } seen ? await SendAsync(call, portal, path, call.Get(who), seen) : await ShowAsync(call, portal, path, call.Get(who));
        });
    }

    private static async Task<int> ShowAsync(Call call, PortalClient portal, string path, ResendWho who)
    {
        var shown = await portal.GetAsync<ResendPlan>($"{path}?who={who}", call.Cancel);
        call.Output.WriteTable(shown, "Nobody in the group has an address.", ["person", "address", "state", "invited", "left out because"],
            shown.People.Select(p => new[] { p.Name, p.Email, p.State, $"{p.InvitedAt:u}", p.LeftOut?.Sentence }));
        if (shown.Problem is { } problem)
        {
            call.Output.Complain(problem);
            return ExitCodes.Problem;
        }
        call.Output.Note(shown.Chosen.Count == 0 ? "Nobody would be sent an invitation." : $"{shown.Chosen.Count} would be sent an invitation. To send: --who {who} --plan {shown.Hash}");
        return ExitCodes.Ok;
    }

    private static async Task<int> SendAsync(Call call, PortalClient portal, string path, ResendWho who, string plan)
    {
        var round = (await portal.PostAsync<Started>(path, new ResendWanted(who, plan), call.Cancel)).Round;
        var (view, said) = (await portal.GetAsync<ResendRound>($"{path}/{round}", call.Cancel), -1);
        while (!view.IsOver)
        {
            if (view.Done != said) call.Output.Note($"{said = view.Done} of {view.People.Count} had their turn.");
            await Task.Delay(Pause, call.Cancel);
            view = await portal.GetAsync<ResendRound>($"{path}/{round}", call.Cancel);
        }
        call.Output.WriteTable(view, "Nobody was sent one.", ["person", "address", "outcome", "state", "because"],
            view.People.Select(p => new[] { p.Name, p.Email, $"{p.Outcome}", p.InviteState, p.Problem?.Sentence }));
        if (view.Problem is { } problem) call.Output.Complain(problem);
        return view.Count(ResendOutcome.Sent) == view.People.Count ? ExitCodes.Ok : ExitCodes.RunNotSucceeded;
    }
}
