using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portal.Cli;

namespace Portal.Tests;

/// <summary>Somebody at a prompt: a profile folder of their own, and what the command line wrote.</summary>
public sealed partial class Prompt(WebFixture web) : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly Dictionary<string, string?> _variables = [];

    public string ProfileFolder => _home.File("profile");

    /// <summary>A path below this person's home.</summary>
    public string File(string name) => _home.File(name);

    /// <summary>Runs one command.</summary>
    public async Task<Answer> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new Listener(_ => { });
        return await RunAsync(args, output, error);
    }

    /// <summary>Runs <c>portal sign-in</c>, and confirms the code it shows in a browser as this user.</summary>
    public async Task<Answer> SignInAsync(string user)
    {
        using var output = new StringWriter();
        var approval = Task.CompletedTask;
        using var error = new Listener(text =>
        {
            if (VerificationAddress().Match(text) is not { Success: true } found || approval != Task.CompletedTask) return;
            approval = ApproveAsync(found.Groups[1].Value, user);
        });
        var answer = await RunAsync(["sign-in", "--portal", web.Address], output, error);
        await approval;
        return answer;
    }

    public void Dispose() => _home.Dispose();

    private async Task ApproveAsync(string address, string user)
    {
        await DeviceSignIn.ApproveAsync(address, user);
        // The command line asks the provider every five seconds of this clock.
        web.Clock.Advance(TimeSpan.FromSeconds(6));
    }

    private async Task<Answer> RunAsync(string[] args, TextWriter output, Listener error)
    {
        var code = await CommandLine.RunAsync(args, new Surroundings(output, error, ProfileFolder, web.Clock, name => _variables.GetValueOrDefault(name)));
        return new Answer(code, output.ToString()!, error.Text);
    }

    [GeneratedRegex(@"(https?://\S+user_code=\S+)")]
    private static partial Regex VerificationAddress();

    private sealed class Listener(Action<string> heard) : StringWriter
    {
        public string Text => ToString();

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            heard(value ?? "");
        }
    }
}

/// <summary>What a command came to.</summary>
public sealed record Answer(int Code, string Out, string Error)
{
    public JsonNode Json => JsonNode.Parse(Out)!;

    public override string ToString() => new StringBuilder().Append("code ").Append(Code).AppendLine().AppendLine(Out).Append(Error).ToString();
}
