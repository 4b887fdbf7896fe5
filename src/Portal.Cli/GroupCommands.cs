using System.CommandLine;
using Portal.Services.Sync;
using Portal.Services.Sync.Foreign;

namespace Portal.Cli;

/// <summary><c>portal links unmanaged|adopt|leave|changes|answer</c>: testers nobody manages, and other hands on the group.</summary>
internal sealed class GroupCommands(Cli cli)
{
    private readonly Argument<string> _link = new("link") { Description = "The link's id, its group or its team" };
    private readonly Option<string> _reason = new("--reason") { Description = "Why, for the record", Required = true };
    private readonly Option<string[]> _testers = new("--tester") { Description = "Apple's id of a tester; may be repeated", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _all = new("--all") { Description = "Everyone the other options fit" };
    private readonly Option<bool?> _inTeam = new("--in-team") { Description = "Only who is (true) or is not (false) in the team" };
    private readonly Option<bool> _left = new("--left-as-is") { Description = "Those somebody decided to leave as they are" };
    private readonly Option<string?> _text = new("--text") { Description = "Part of an address or name" };

    public Command Unmanaged()
    {
        var take = new Option<int>("--take") { Description = "How many at most", DefaultValueFactory = _ => 100 };
        return cli.Acts(new Command("unmanaged", "Testers in the group whom the link does not manage") { _link, _inTeam, _left, _text, take }, async call =>
        {
            using var portal = call.Connect();
            var id = await SyncCommands.FindLinkAsync(call, portal, call.Get(_link));
            var narrowed = (call.Get(_inTeam) is { } inTeam ? $"&inTeam={(inTeam ? "true" : "false")}" : "") + (call.Get(_left) ? "&leftAsIs=true" : "") + (call.Get(_text) is { } text ? $"&text={Uri.EscapeDataString(text)}" : "");
            var page = await portal.GetAsync<UnmanagedPage>($"/api/v1/links/{id}/unmanaged?take={call.Get(take)}{narrowed}", call.Cancel);
            call.Output.WriteTable(page, "Nobody in the group is unmanaged.", ["tester", "person", "name", "state", "in team", "seen since", "left as is by"],
                page.Items.Select(t => new[] { t.TesterId, t.Email, t.Name, t.State, t.InTeam ? "yes" : "no", $"{t.SeenSince:u}", t.LeftAsIsByName }));
            call.Output.Note($"{page.Items.Count} of {page.Matching} shown. Nobody decided about {page.Open}: {page.InTeam} in the team, {page.OutsideTeam} not.");
            return ExitCodes.Ok;
        });
    }

    public Command Adopt()
    {
        var outside = new Option<int?>("--outside-team") { Description = "How many of them are not in the team; without it, that is said and nothing is changed" };
        return cli.Acts(new Command("adopt", "Put unmanaged testers under the link") { _link, _testers, _all, _inTeam, _left, _text, outside, _reason }, async call =>
        {
            using var portal = call.Connect();
            var id = await SyncCommands.FindLinkAsync(call, portal, call.Get(_link));
            if (call.Get(outside) is { } count) return Done(call, "Adopted", await portal.PostAsync<Decided>($"/api/v1/links/{id}/unmanaged/adopt", Chosen(call, count), call.Cancel));
            var weighed = await portal.PostAsync<AdoptionWeighed>($"/api/v1/links/{id}/unmanaged/weigh", Chosen(call, null), call.Cancel);
            if (call.Output.Json) call.Output.WriteJson(weighed);
            else call.Output.Say($"{weighed.Chosen} chosen. {weighed.Words} To adopt them: --outside-team {weighed.OutsideTeam}");
            return ExitCodes.Ok;
        });
    }

    public Command Leave() => cli.Acts(new Command("leave", "Leave unmanaged testers as they are") { _link, _testers, _all, _inTeam, _text, _reason }, async call =>
    {
        using var portal = call.Connect();
        var id = await SyncCommands.FindLinkAsync(call, portal, call.Get(_link));
        return Done(call, "Left as they are", await portal.PostAsync<Decided>($"/api/v1/links/{id}/unmanaged/leave", Chosen(call, null), call.Cancel));
    });

    public Command Changes()
    {
        var take = new Option<int>("--take") { Description = "How many at most", DefaultValueFactory = _ => 50 };
        return cli.Acts(new Command("changes", "Changes of the group that were not ours, newest first") { _link, take }, async call =>
        {
            using var portal = call.Connect();
            var id = await SyncCommands.FindLinkAsync(call, portal, call.Get(_link));
            var page = await portal.GetAsync<Page<ForeignChangeView>>($"/api/v1/links/{id}/group-changes/people?take={call.Get(take)}", call.Cancel);
            call.Output.WriteTable(page, "Nobody else changed the group.", ["seen", "what", "person"], page.Items.Select(c => new[] { $"{c.SeenAt:u}", $"{c.Kind}", c.Email ?? "no address" }));
            var summary = await portal.GetAsync<ForeignSummary>($"/api/v1/links/{id}/group-changes", call.Cancel);
            if (summary.AskedAt is { } asked) call.Output.Note($"Asked since {asked:u}: is Centercode's own sync switched off? A program manager answers: portal links answer");
            return ExitCodes.Ok;
        });
    }

    public Command Answer()
    {
        var answer = new Argument<string>("answer") { Description = "ItWasUs, SyncIsOffNow or KnownTool" };
        return cli.Acts(new Command("answer", "Answer who else writes to the group") { _link, answer, _reason }, async call =>
        {
            using var portal = call.Connect();
            var id = await SyncCommands.FindLinkAsync(call, portal, call.Get(_link));
            var summary = await portal.PostAsync<ForeignSummary>($"/api/v1/links/{id}/group-changes/answer", new { answer = call.Get(answer), reason = call.Get(_reason) }, call.Cancel);
            if (call.Output.Json) call.Output.WriteJson(summary);
            else call.Output.Say("Answered. It is asked again only after new changes.");
            return ExitCodes.Ok;
        });
    }

    private object Chosen(Call call, int? outsideTeam) => new
    {
        testerIds = call.Get(_testers), all = call.Get(_all), inTeam = call.Get(_inTeam), leftAsIs = call.Get(_left), text = call.Get(_text), reason = call.Get(_reason), outsideTeam,
    };

    private static int Done(Call call, string what, Decided done)
    {
        if (call.Output.Json) call.Output.WriteJson(done);
        else call.Output.Say($"{what}: {done.Testers}.");
        return ExitCodes.Ok;
    }

    private sealed record Decided(int Testers);
}
