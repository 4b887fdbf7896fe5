using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Portal.Tests;

namespace Portal.Web.Tests.SignIn;

/// <summary>The same portal against an OpenID provider that none of us wrote (npm <c>oidc-provider</c>), by configuration alone.</summary>
public sealed class OtherProviderTests
{
    private const string Secret = "made up for this test alone";

    [Theory]
    [InlineData("it-testflight-managers", HttpStatusCode.OK, "_framework/blazor.web")]
    [InlineData("somebody-elses-group", HttpStatusCode.Forbidden, "none of your groups")]
    public async Task SignIn_AtAnotherProvider_GivesTheRoleOfItsGroups(string group, HttpStatusCode status, string words)
    {
        var port = FreePort();
        await using var web = await WebFixture.StartAsync(settings: new Dictionary<string, string?>
        {
            ["SignIn:Authority"] = $"http://127.0.0.1:{port}", ["SignIn:ClientId"] = "portal-elsewhere", ["SignIn:ClientSecret"] = Secret,
            ["SignIn:Scopes"] = "openid profile email groups", ["SignIn:GroupsClaim"] = "roles_of_the_firm", ["SignIn:ClaimsFromUserInfo"] = "true",
            ["SignIn:Roles:it-testflight-managers"] = "ProgramManager",
        });
        using var provider = await StartProviderAsync(port, web.Address, group);
        try
        {
            using var browser = web.Browser();
            using var login = await browser.GetAsync("/sign-in?returnUrl=/links");
            var interaction = login.RequestMessage!.RequestUri!;
            Assert.StartsWith($"http://127.0.0.1:{port}/interaction/", interaction.AbsoluteUri, StringComparison.Ordinal);
            using var consent = await browser.PostAsync(interaction, Form(("prompt", "login"), ("login", "someone"), ("password", "any")));
            using var landed = await browser.PostAsync(consent.RequestMessage!.RequestUri!, Form(("prompt", "consent")));
            using var page = await browser.GetAsync("/links");

            Assert.Equal(web.Address, landed.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority));
            Assert.Equal(status, page.StatusCode);
            Assert.Contains(words, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            provider.Kill(entireProcessTree: true);
        }
    }

    private static FormUrlEncodedContent Form(params (string Key, string Value)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Key, f.Value)));

    private static async Task<Process> StartProviderAsync(int port, string portal, string group)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, WorkingDirectory = Path.Combine(RepositoryRoot(), "tests", "oidc-provider") };
        start.ArgumentList.Add("provider.mjs");
        start.Environment["PORT"] = $"{port}";
        start.Environment["PORTAL"] = portal;
        start.Environment["GROUPS"] = group;
        start.Environment["CLIENT_SECRET"] = Secret;
        var process = Process.Start(start)!;
        for (var line = await process.StandardOutput.ReadLineAsync(); line != "READY"; line = await process.StandardOutput.ReadLineAsync())
            Assert.True(line is not null, "The provider did not start; tests/run installs it with npm ci in tests/oidc-provider.");
        return process;
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Portal.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
