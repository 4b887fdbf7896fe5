using System.CommandLine;
using Portal.Domain;
using Portal.Domain.People;
using Portal.Services.People;

namespace Portal.Cli;

/// <summary><c>portal people find</c>.</summary>
internal static class PeopleCommands
{
    private sealed record UnreadLink(string LinkTitle, Problem Problem);

    private sealed record Found(IReadOnlyList<PersonHit> Hits, bool More, IReadOnlyList<UnreadLink> Unread);

    private sealed record Person(string LinkTitle, string Name, IReadOnlyList<PersonStep> Steps, NextStep Next);

    public static Command People(Cli cli)
    {
        var query = new Argument<string>("query") { Description = "An address, a name or a user id" };
        return new Command("people", "Testers and members")
        {
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

    private static async Task ShowAsync(Call call, PortalClient portal, PersonHit hit)
    {
        var person = await portal.GetAsync<Person>($"/api/v1/people/{hit.LinkId}/{Uri.EscapeDataString(hit.Id)}", call.Cancel);
        foreach (var step in person.Steps) call.Output.Say($"  {step.Name}: {step.Words}");
        call.Output.Say($"Next: {person.Next.Words}");
    }

    private static string YesNo(bool? answer) => answer switch { true => "yes", false => "no", null => "not known" };
}
