using System.Net;
using System.Text.RegularExpressions;
using Portal.Tests;
using Xunit;

namespace Portal.Web.Tests.SignIn;

public sealed partial class SignInTests(WebFixture portal)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/links")]
    [InlineData("/no-such-page")]
    [InlineData("/audit?code=x")]
    public async Task Page_NotSignedIn_LeadsToSignInAndShowsNothing(string path)
    {
        using var browser = portal.Browser(followRedirects: false);
        using var answer = await browser.GetAsync(path, Cancel);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in?returnUrl=", answer.Headers.Location!.PathAndQuery);
        Assert.Empty(await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/css/portal.css")]
    [InlineData("/scripts/portal.js")]
    [InlineData("/fonts/inter-latin-wght-normal.woff2")]
    [InlineData("/icons/portal.svg")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/_content/MudBlazor/MudBlazor.min.css")]
    [InlineData("/signed-out")]
    [InlineData("/sign-in/failed")]
    public async Task OpenAddress_NotSignedIn_Answers(string path)
    {
        using var browser = portal.Browser(followRedirects: false);
        using var answer = await browser.GetAsync(path, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task SignIn_WithReturnUrl_LandsThere()
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync("/sign-in?login_hint=viewer&returnUrl=%2F%3Fx%3D1", Cancel);

        Assert.Equal("/?x=1", answer.RequestMessage!.RequestUri!.PathAndQuery);
    }

    [Fact]
    public async Task SignIn_CookieOfTheSession_CarriesNoToken()
    {
        using var handler = new HttpClientHandler();
        using var browser = new HttpClient(handler) { BaseAddress = new Uri(portal.Address) };
        using var answer = await browser.GetAsync("/sign-in?login_hint=viewer", Cancel);

        var session = handler.CookieContainer.GetCookies(new Uri(portal.Address)).Single(cookie => cookie.Name == "portal.session");
        Assert.True(session.HttpOnly);
        Assert.True(session.Value.Length < 600, $"{session.Value.Length} characters are more than a key");
    }

    [Theory]
    [InlineData("nobody", "none of your groups gives you a role", "no-role")]
    [InlineData("overflow", "left your groups out because you are in too many", "groups-overflowed")]
    public async Task Home_WithoutRole_SaysSoAndWhomToAsk(string user, string sentence, string code)
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync($"/sign-in?login_hint={user}", Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(sentence, page);
        Assert.Contains($"({code})", page);
        Assert.Contains("the access desk", page);
    }

    [Fact]
    public async Task SignOut_WithoutAntiforgeryToken_IsRefused()
    {
        using var browser = await portal.SignInAsync("viewer");
        using var answer = await browser.PostAsync("/sign-out", new FormUrlEncodedContent([]), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var home = await browser.GetAsync("/", Cancel);
        Assert.Equal("/", home.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task SignOut_WithToken_EndsTheSessionOnTheServer()
    {
        using var handler = new HttpClientHandler();
        using var browser = new HttpClient(handler) { BaseAddress = new Uri(portal.Address) };
        var home = await browser.GetStringAsync("/sign-in?login_hint=viewer", Cancel);
        var kept = handler.CookieContainer.GetCookies(new Uri(portal.Address))["portal.session"]!.Value;

        using var answer = await browser.PostAsync("/sign-out", new FormUrlEncodedContent([new("__RequestVerificationToken", Token().Match(home).Groups[1].Value)]), Cancel);
        Assert.Equal("/signed-out", answer.RequestMessage!.RequestUri!.AbsolutePath);

        // The cookie somebody kept a copy of opens nothing any more.
        using var thief = portal.Browser(followRedirects: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", $"portal.session={kept}" } } };
        using var refused = await thief.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
    }

    [Fact]
    public async Task Callback_Forged_ExplainsAndSignsNobodyIn()
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync("/signin-oidc?code=x&state=y", Cancel);

        Assert.Equal("/sign-in/failed", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains("(sign-in-failed)", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
