using System.CommandLine;
using Portal.Domain.TestFlight;
using Portal.Services.TestFlight;

namespace Portal.Cli;

/// <summary><c>portal builds list|assign|unassign|text|notify</c>.</summary>
internal static class BuildCommands
{
    private sealed record App(string Id, string Name);

    private sealed record GroupLine(string Id, string Name, bool IsInternal, int? Testers);

    private sealed record Line(Build Build, IReadOnlyList<string> Groups);

    private sealed record Found(DateTimeOffset ReadAt, IReadOnlyList<GroupLine> Groups, IReadOnlyList<Line> Builds);

    public static Command Builds(Cli cli)
    {
        var app = new Argument<string>("app") { Description = "The app's id or name" };
        var build = new Argument<string>("build") { Description = "The build's id" };
        var builds = new Option<string[]>("--build") { Description = "A build's id; may be repeated", Required = true, AllowMultipleArgumentsPerToken = true };
        var groups = new Option<string[]>("--group") { Description = "A group's id; may be repeated", Required = true, AllowMultipleArgumentsPerToken = true };
        var locale = new Option<string>("--locale") { Description = "The language", DefaultValueFactory = _ => "en-US" };
        var text = new Argument<string>("text") { Description = "What testers are asked to test" };
        return new Command("builds", "Builds and who gets them")
        {
            cli.Acts(new Command("list", "An app's builds, newest first, with the groups each reaches") { app }, async call =>
            {
                using var portal = call.Connect();
                var found = await portal.GetAsync<Found>($"/api/v1/apps/{Uri.EscapeDataString(await FindAppAsync(call, portal, call.Get(app)))}/builds", call.Cancel);
                call.Output.WriteTable(found, "The app has no build.", ["id", "version", "number", "platform", "external state", "expires", "groups"],
                    found.Builds.Select(line => new[] { line.Build.Id, line.Build.Version, line.Build.Number, line.Build.Platform, line.Build.ExternalState, $"{line.Build.ExpirationDate:yyyy-MM-dd}", string.Join(", ", line.Groups) }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("groups", "An app's groups") { app }, async call =>
            {
                using var portal = call.Connect();
                var found = await portal.GetAsync<Found>($"/api/v1/apps/{Uri.EscapeDataString(await FindAppAsync(call, portal, call.Get(app)))}/builds", call.Cancel);
                call.Output.WriteTable(found.Groups, "The app has no group.", ["id", "group", "kind", "testers"], found.Groups.Select(group => new[] { group.Id, group.Name, group.IsInternal ? "internal" : "external", $"{group.Testers}" }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("assign", "Give builds to groups") { builds, groups }, call => ChangeAsync(call, true, call.Get(groups) ?? [], call.Get(builds) ?? [])),
            cli.Acts(new Command("unassign", "Take builds from groups") { builds, groups }, call => ChangeAsync(call, false, call.Get(groups) ?? [], call.Get(builds) ?? [])),
            cli.Acts(new Command("text", "Write what testers are asked to test") { build, text, locale }, async call =>
            {
                using var portal = call.Connect();
                var texts = await portal.PutAsync<IReadOnlyList<BuildText>>($"/api/v1/builds/{Uri.EscapeDataString(call.Get(build))}/what-to-test/{Uri.EscapeDataString(call.Get(locale)!)}", new { text = call.Get(text) }, call.Cancel);
                if (call.Output.Json) call.Output.WriteJson(texts);
                call.Output.Say($"Testers read the new text in {call.Get(locale)}.");
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("notify", "Have Apple tell the testers of a build") { build }, async call =>
            {
                using var portal = call.Connect();
                await portal.DoAsync(HttpMethod.Post, $"/api/v1/builds/{Uri.EscapeDataString(call.Get(build))}/notifications", call.Cancel);
                call.Output.Say("Apple tells the testers.");
                return ExitCodes.Ok;
            }),
        };
    }

    private static async Task<int> ChangeAsync(Call call, bool give, string[] groups, string[] builds)
    {
        using var portal = call.Connect();
        var done = await portal.PostAsync<IReadOnlyList<AssignmentDone>>("/api/v1/assignments", new AssignmentChange(give, groups, builds), call.Cancel);
        call.Output.WriteTable(done, "Nothing was asked.", ["group", "build", "outcome", "why"],
            done.Select(one => new[] { one.GroupName ?? one.GroupId, one.Build is { } build ? $"{build.Version} ({build.Number})" : one.BuildId, $"{one.Outcome}", one.Problem?.ToString() }));
        return done.Any(one => one.Outcome is AssignmentOutcome.Refused) ? ExitCodes.Problem : ExitCodes.Ok;
    }

    private static async Task<string> FindAppAsync(Call call, PortalClient portal, string asked)
    {
        var apps = await portal.GetAsync<IReadOnlyList<App>>("/api/v1/apps", call.Cancel);
        return apps.FirstOrDefault(one => one.Id == asked || one.Name.Equals(asked, StringComparison.OrdinalIgnoreCase))?.Id ?? throw new CliException(CliProblems.NoSuchApp(asked), ExitCodes.Problem);
    }
}
