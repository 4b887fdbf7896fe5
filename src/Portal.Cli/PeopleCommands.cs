using System.CommandLine;
using Portal.Domain;
using Portal.Domain.People;
using Portal.Domain.Sync;
using Portal.Services.People;
using Portal.Services.Sync;

namespace Portal.Cli;

/// <summary><c>portal people find|preview|sync</c>.</summary>
internal static class PeopleCommands
{
    private sealed record UnreadLink(string LinkTitle, Problem Problem);

    private sealed record Found(IReadOnlyList<PersonHit> Hits, bool More, IReadOnlyList<UnreadLink> Unread);

    private sealed record Person(string LinkTitle, string Name, IReadOnlyList<PersonStep> Steps, NextStep Next);

    public static Command People(Cli cli)
    {
        var query = new Argument<string>("query") { Description = "An address, a name or a user id" };
        var link = new Option<string?>("--link") { Description = "Which link, for who is in several: its id, group or team" };
        var plan = new Option<string?>("--plan") { Description = "Hash of the plan a preview showed: this plan and no other" };
        return new Command("people", "Testers and members")
        {
            InvitationCommands.Invite(cli),
            cli.Acts(new Command("preview", "Plan one person alone and change nothing") { query, link }, call => RunAsync(call, call.Get(query), call.Get(link), "preview", null)),
            cli.Acts(new Command("sync", "Sync one person alone") { query, link, plan }, call => RunAsync(call, call.Get(query), call.Get(link), "sync", call.Get(plan))),
            cli.Acts(new Command("find", "Where somebody stands, and the one next step") { query }, async call =>
            {
                using var portal = call.Connect();
                // In the body: addresses do not belong into URLs, which proxies keep.
                var found = await portal.PostAsync<Found>("/api/v1/people/find", new { query = call.Get(query) }, call.Cancel);
                call.Output.WriteTable(found, "Nobody like that in any linked team or group.", ["person", "address", "link", "in team", "in group", "state"],
                    found.Hits.Select(hit => new[] { hit.Name, hit.Email, hit.LinkTitle, YesNo(hit.InTeam), YesNo(hit.InGroup), hit.State }));
                foreach (var link in found.Unread) call.Output.Note($"{link.LinkTitle} could not be looked into: {link.Problem}");
                if (found.More) call.Output.Note("There are more; ask for something longer.");
                if (!call.Output.Json && found.Hits is [var only]) await ShowAsync(call, portal, only);
                return ExitCodes.Ok;
            }),
        };
    }

    private static async Task<int> RunAsync(Call call, string query, string? ofLink, string act, string? plan)
    {
        using var portal = call.Connect();
        var linkId = ofLink is null ? (Guid?)null : await SyncCommands.FindLinkAsync(call, portal, ofLink);
        var hits = (await portal.PostAsync<Found>("/api/v1/people/find", new { query }, call.Cancel)).Hits.Where(hit => linkId is null || hit.LinkId == linkId).ToList();
        if (hits is not [var hit]) throw new CliException(CliProblems.NotOnePerson(hits.Count), ExitCodes.Problem);
        var path = $"/api/v1/people/{hit.LinkId}/{Uri.EscapeDataString(hit.Id)}";
        var run = await portal.PostAsync<RunRequested>($"{path}/{act}{(plan is null ? "" : $"?plan={Uri.EscapeDataString(plan)}")}", new { }, call.Cancel);
        PersonRunView? last = null;
        var said = new HashSet<PersonRunStep>();
        await foreach (var view in portal.EventsAsync<PersonRunView>($"{path}/runs/{run.RunId}/events", call.Cancel))
        {
            last = view;
            if (call.Output.Json) call.Output.WriteJson(view, oneLine: true);
            else foreach (var step in view.Steps.Where(step => step.At is not null && said.Add(step))) call.Output.Say($"{step.At:HH:mm:ss} {step.Name}: {step.Words}");
            if (view.Run.State is RunState.AwaitingApproval) break;
        }
        foreach (var step in last?.Steps.Where(step => step.At is null) ?? []) call.Output.Say($"         {step.Name}: {step.Words}");
        if (last?.Run.Problem is { } problem) call.Output.Complain(problem);
        if (last?.Run is { Mode: SyncMode.Preview, State: RunState.Planned } preview)
        {
            call.Output.Say($"portal people sync does it; with --plan {preview.PlanHash} this very plan and no other.");
            return ExitCodes.Ok;
        }
        return last?.Run.State is RunState.Succeeded ? ExitCodes.Ok : ExitCodes.RunNotSucceeded;
    }

    private static async Task ShowAsync(Call call, PortalClient portal, PersonHit hit)
    {
        var person = await portal.GetAsync<Person>($"/api/v1/people/{hit.LinkId}/{Uri.EscapeDataString(hit.Id)}", call.Cancel);
        foreach (var step in person.Steps) call.Output.Say($"  {step.Name}: {step.Words}");
        call.Output.Say($"Next: {person.Next.Words}");
    }

    private static string YesNo(bool? answer) => answer switch { true => "yes", false => "no", null => "not known" };
}
