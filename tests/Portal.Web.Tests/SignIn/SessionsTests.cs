using System.Net;
using System.Net.Http.Json;
using Portal.Cli;
using Portal.Services.SignIn;
using Portal.Tests;
using Portal.Web.SignIn.Sessions;

namespace Portal.Web.Tests.SignIn;

public sealed class SessionsTests : IAsyncLifetime
{
    private WebFixture _web = null!;

    public async ValueTask InitializeAsync() => _web = await WebFixture.StartAsync();
    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact, Trait("Invariant", "32")]
    public async Task End_OverRest_ClosesTheOpenPages()
    {
        await using var page = await OpenPage.OfAsync(_web, "viewer");
        using var api = await _web.ApiAsync("viewer");
        var session = Assert.Single((await api.GetFromJsonAsync<List<SessionView>>("/api/v1/sessions"))!);

        using var ended = await api.PostAsync($"/api/v1/sessions/{session.Id}/end", null);
        _web.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.True((await page.HearAsync()).Roles.IsEmpty);
        using var again = await page.Browser.GetAsync($"{_web.Address}/sessions");
        Assert.DoesNotContain(_web.Address, again.RequestMessage!.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task Sessions_FromThePrompt_AreListedAndEnded()
    {
        await using var page = await OpenPage.OfAsync(_web, "support", pages: 0);
        using var prompt = new Prompt(_web);
        await prompt.SignInAsync("administrator");
        var list = await prompt.RunAsync("sessions", "list", "--everybody", "--json");
        var id = (string)Assert.Single(list.Json.AsArray())!["id"]!;

        var ended = await prompt.RunAsync("sessions", "end", id);

        Assert.Equal(ExitCodes.Ok, ended.Code);
        Assert.Null(await page.NowAsync());
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari on macOS")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Linux")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/138.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone")]
    [InlineData("<script>alert(1)</script>", "Unknown browser")]
    [InlineData(null, "Unknown browser")]
    public void InWords_UserAgent_IsBrowserAndSystem(string? userAgent, string words) => Assert.Equal(words, Devices.InWords(userAgent));
}
