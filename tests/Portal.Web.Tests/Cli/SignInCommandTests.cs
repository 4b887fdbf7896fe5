using Portal.Cli;
using Portal.Tests;

namespace Portal.Web.Tests.Cli;

public class SignInCommandTests(WebFixture web) : IClassFixture<WebFixture>
{
    [Fact]
    public async Task SignIn_CodeConfirmedInABrowser_KnowsThePersonAndKeepsTheSignInPrivate()
    {
        using var prompt = new Prompt(web);

        var answer = await prompt.SignInAsync("program-manager");

        Assert.Equal(ExitCodes.Ok, answer.Code);
        Assert.Contains("Signed in as Program manager (ProgramManager).", answer.Out);
        var kept = Path.Combine(prompt.ProfileFolder, "sign-ins.json");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(prompt.ProfileFolder));
        }
    }

    [Fact]
    public async Task WhoAmI_TokenOver_RenewsItByItself()
    {
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("support");
        web.Clock.Advance(TimeSpan.FromHours(2));

        var answer = await prompt.RunAsync("whoami", "--json");

        Assert.Equal(ExitCodes.Ok, answer.Code);
        Assert.Equal("support", (string?)answer.Json["id"]);
    }

    [Fact]
    public async Task WhoAmI_NotSignedIn_SaysWhatToDoAndEndsWithItsOwnCode()
    {
        using var prompt = new Prompt(web);

        var answer = await prompt.RunAsync("whoami");

        Assert.Equal(ExitCodes.NotSignedIn, answer.Code);
        Assert.Contains("(cli-not-signed-in)", answer.Error);
        Assert.Empty(answer.Out);
    }

    [Fact]
    public async Task WhoAmI_WithoutRole_PrintsThePortalsProblem()
    {
        using var prompt = new Prompt(web);

        var answer = await prompt.SignInAsync("nobody");

        Assert.Equal(ExitCodes.Problem, answer.Code);
        Assert.Contains("none of your groups gives you a role", answer.Error);
        Assert.Contains("(no-role)", answer.Error);
    }

    [Fact]
    public async Task SignOut_AfterwardsNothingIsKept()
    {
        using var prompt = new Prompt(web);
        await prompt.SignInAsync("viewer");

        Assert.Equal(ExitCodes.Ok, (await prompt.RunAsync("sign-out")).Code);

        Assert.Equal(ExitCodes.NotSignedIn, (await prompt.RunAsync("whoami")).Code);
        Assert.DoesNotContain("eyJ", await File.ReadAllTextAsync(Path.Combine(prompt.ProfileFolder, "sign-ins.json"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("http://portal.example.com")]
    [InlineData("portal.example.com")]
    public async Task SignIn_AddressThatIsNotSafe_IsRefusedBeforeAnythingIsSent(string address)
    {
        using var prompt = new Prompt(web);

        var answer = await prompt.RunAsync("sign-in", "--portal", address);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("(cli-bad-address)", answer.Error);
    }

    [Fact]
    public async Task Anything_PortalDoesNotAnswer_EndsWithItsOwnCode()
    {
        using var prompt = new Prompt(web);

        var answer = await prompt.RunAsync("sign-in", "--portal", "http://127.0.0.1:1");

        Assert.Equal(ExitCodes.Unreachable, answer.Code);
        Assert.Contains("(cli-unreachable)", answer.Error);
    }

    [Fact]
    public async Task Anything_NotUnderstood_EndsWithUsage()
    {
        using var prompt = new Prompt(web);

        Assert.Equal(ExitCodes.Usage, (await prompt.RunAsync("sync", "perhaps")).Code);
    }
}
