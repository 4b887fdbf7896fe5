using System.CommandLine;
using System.Net.Http.Json;

namespace Portal.Cli;

/// <summary><c>portal sign-in</c>, <c>sign-out</c>, <c>whoami</c>.</summary>
internal static class SignInCommands
{
    private sealed record Info(string Authority, string ClientId, string Scope);

    private sealed record Me(string Id, string Name, IReadOnlyList<string> Roles);

    public static Command SignIn(Cli cli) => cli.Acts(new Command("sign-in", "Sign in at a portal by a code typed in any browser"), async call =>
    {
        var file = new SessionFile(call.Around.ProfileFolder);
        var portal = call.PortalAsked ?? (file.Find(null) is { } last ? new Uri(last.Portal) : throw new CliException(CliProblems.WhichPortal, ExitCodes.Usage));
        using var http = new HttpClient { BaseAddress = portal };
        var info = (await http.GetFromJsonAsync<Info>("/api/v1/sign-in", Output.Web, call.Cancel))!;
        var device = new DeviceCode(http, call.Around.Time);
        var prompt = await device.BeginAsync(info.Authority, info.ClientId, info.Scope, call.Cancel);
        call.Output.Note($"Open {prompt.CompleteAddress ?? prompt.Address} in a browser and confirm the code {prompt.UserCode}.");
        var tokens = await device.WaitAsync(info.Authority, info.ClientId, prompt, call.Cancel);
        file.Keep(new Session(SessionFile.KeyOf(portal), info.Authority, info.ClientId, tokens.AccessToken, tokens.RefreshToken, call.Around.Time.GetUtcNow().AddSeconds(tokens.ExpiresIn)));
        return await WhoAsync(call);
    });

    public static Command SignOut(Cli cli) => cli.Acts(new Command("sign-out", "Forget the sign-in kept on this machine"), call =>
    {
        var file = new SessionFile(call.Around.ProfileFolder);
        if (file.Find(call.PortalAsked) is not { } session || !file.Forget(session.Portal)) throw new CliException(CliProblems.NotSignedIn, ExitCodes.NotSignedIn);
        call.Output.Say($"Signed out of {session.Portal}. The provider may still know the browser.");
        return Task.FromResult(ExitCodes.Ok);
    });

    public static Command WhoAmI(Cli cli) => cli.Acts(new Command("whoami", "Say who is signed in, where, with which roles"), WhoAsync);

    private static async Task<int> WhoAsync(Call call)
    {
        using var portal = call.Connect();
        var me = await portal.GetAsync<Me>("/api/v1/me", call.Cancel);
        if (call.Output.Json) call.Output.WriteJson(me);
        call.Output.Say($"Signed in as {me.Name} ({string.Join(", ", me.Roles)}).");
        return ExitCodes.Ok;
    }
}
