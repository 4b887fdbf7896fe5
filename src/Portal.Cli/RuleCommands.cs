using System.CommandLine;
using Portal.Services.TestFlight.Rules;

namespace Portal.Cli;

/// <summary><c>portal rules show|try|remove</c>.</summary>
internal static class RuleCommands
{
    public static Command Rules(Cli cli)
    {
        var group = new Argument<string>("group") { Description = "The group's id" };
        return new Command("rules", "Auto-build rules of external groups")
        {
            cli.Acts(new Command("show", "A group's rule and what it did") { group }, async call =>
            {
                using var portal = call.Connect();
                var rule = await portal.GetAsync<RuleView>(Path(call.Get(group)), call.Cancel);
                call.Output.Say($"{(rule.Rule.Enabled ? "On" : "Off")}: versions {rule.Rule.Versions}, platform {(rule.Rule.Platform.Length == 0 ? "any" : rule.Rule.Platform)}, encryption {rule.Rule.Compliance}{(rule.ComplianceByName is { } who ? $" (answered by {who} at {rule.ComplianceAt:u})" : "")}.");
                call.Output.WriteTable(rule, "It has done nothing yet.", ["build", "rule", "done", "why"], rule.Outcomes.Select(one => new[] { one.BuildName, one.Refused ? "Refused" : $"{one.Verdict}", one.Done, one.Because }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("try", "What the rule would do with the app's newest builds, had they come now; changes nothing") { group }, async call =>
            {
                using var portal = call.Connect();
                var rule = await portal.GetAsync<RuleView>(Path(call.Get(group)), call.Cancel);
                var lines = await portal.PostAsync<IReadOnlyList<DryRunLine>>($"{Path(call.Get(group))}/dry-run", rule.Rule, call.Cancel);
                call.Output.WriteTable(lines, "The app has no build.", ["build", "verdict", "why"], lines.Select(line => new[] { $"{line.Build.Version} ({line.Build.Number})", $"{line.Decision.Verdict}", line.Decision.Because }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("remove", "Remove a group's rule; builds it gave stay") { group }, async call =>
            {
                using var portal = call.Connect();
                await portal.DoAsync(HttpMethod.Delete, Path(call.Get(group)), call.Cancel);
                call.Output.Say("The rule is removed.");
                return ExitCodes.Ok;
            }),
        };
    }

    private static string Path(string group) => $"/api/v1/groups/{Uri.EscapeDataString(group)}/auto-build-rule";
}
