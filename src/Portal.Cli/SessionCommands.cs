using System.CommandLine;
using Portal.Services.SignIn;

namespace Portal.Cli;

/// <summary><c>portal sessions list|end</c>.</summary>
internal static class SessionCommands
{
    public static Command Sessions(Cli cli)
    {
        var id = new Argument<Guid>("session") { Description = "The sign-in's id" };
        var everybody = new Option<bool>("--everybody") { Description = "Not your own alone" };
        return new Command("sessions", "Sign-ins at the portal's pages")
        {
            cli.Acts(new Command("list", "Your sign-ins, last seen first") { everybody }, async call =>
            {
                using var portal = call.Connect();
                var sessions = await portal.GetAsync<IReadOnlyList<SessionView>>($"/api/v1/sessions?everybody={(call.Get(everybody) ? "true" : "false")}", call.Cancel);
                call.Output.WriteTable(sessions, "Nobody is signed in at the pages.", ["id", "who", "where", "since", "last seen", "ends"],
                    sessions.Select(s => new[] { $"{s.Id}", s.ActorName, s.Device, $"{s.Since:u}", $"{s.LastSeenAt:u}", $"{s.EndsAt:u}" }));
                return ExitCodes.Ok;
            }),
            cli.Acts(new Command("end", "End a sign-in") { id }, async call =>
            {
                using var portal = call.Connect();
                await portal.DoAsync(HttpMethod.Post, $"/api/v1/sessions/{call.Get(id)}/end", call.Cancel);
                call.Output.Say("The sign-in is over.");
                return ExitCodes.Ok;
            }),
        };
    }
}
