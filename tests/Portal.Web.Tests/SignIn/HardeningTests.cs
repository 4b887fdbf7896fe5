using System.Net;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Tests;

namespace Portal.Web.Tests.SignIn;

/// <summary>What src/Portal.Web/SignIn/README.md promises of the edge, over HTTP.</summary>
public sealed class HardeningTests(WebFixture portal) : IClassFixture<WebFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_BehindAProxyThatEndsTls_AsksForTlsForAYear()
    {
        await using var web = await WebFixture.StartAsync(settings: new Dictionary<string, string?> { ["Portal:PublicUrl"] = "https://portal.example.com" });
        using var browser = web.Browser(followRedirects: false);
        foreach (var path in new[] { "/signed-out", "/css/portal.css", "/no-such-file.txt", "/api/v1/me" })
        {
            using var answer = await browser.GetAsync(path, Cancel);
            Assert.StartsWith("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cookies_WithHttps_AreSecureHttpOnlyAndOfThisHostAlone()
    {
        await using var app = PortalApp.Build([], builder =>
        {
            foreach (var (key, value) in portal.Settings) builder.Configuration[key] = value;
            builder.Configuration["SignIn:RequireHttps"] = "true";
            builder.Configuration["SignIn:Authority"] = "https://login.example.com";
        });
        var session = app.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme).Cookie;
        var provider = app.Services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(OpenIdConnectDefaults.AuthenticationScheme);
        var antiforgery = app.Services.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.Cookie;

        Assert.StartsWith("__Host-", session.Name, StringComparison.Ordinal);
        Assert.Null(session.Domain);
        Assert.All(new[] { session, provider.NonceCookie, provider.CorrelationCookie, antiforgery }, cookie =>
        {
            Assert.True(cookie.HttpOnly);
            Assert.Equal(CookieSecurePolicy.Always, cookie.SecurePolicy);
            Assert.True(cookie.SameSite is SameSiteMode.Lax or SameSiteMode.Strict);
        });
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/me")]
    [InlineData("/settings")]
    [InlineData("/signed-out")]
    public async Task Answer_MadeForOnePerson_IsKeptByNobody(string path)
    {
        using var browser = await portal.SignInAsync("viewer");
        using var answer = await browser.GetAsync(path, Cancel);

        Assert.True(answer.Headers.CacheControl?.NoStore, $"{answer.Headers.CacheControl}");
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Body_LargerThanAnyoneNeeds_IsRefused()
    {
        using var api = await portal.ApiAsync("program-manager");
        using var answer = await api.PostAsync("/api/v1/people/find", new StringContent($"{{\"text\":\"{new string('a', 3 * 1024 * 1024)}\"}}", Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/audit/search", "{\"query\":")]
    [InlineData("/api/v1/audit/search", "[]")]
    [InlineData("/api/v1/audit/search", "{\"query\":{\"linkId\":\"none\"}}")]
    public async Task Api_BodyThatCannotBeRead_TellsNothingOfTheInside(string path, string body)
    {
        using var api = await portal.ApiAsync("security-reviewer");
        using var answer = await api.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain("   at ", text);
        Assert.DoesNotContain("Portal.", text);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/api/v1/sign-in")]
    public async Task SignIn_TooOftenFromOneAddress_IsAskedToWait(string path)
    {
        await using var web = await WebFixture.StartAsync(settings: new Dictionary<string, string?> { ["SignIn:AttemptsPerMinute"] = "3" });
        using var browser = web.Browser(followRedirects: false);
        var answers = new List<HttpStatusCode>();
        // Two windows may meet in these: more than both hold.
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var answer = await browser.GetAsync(path, Cancel);
            answers.Add(answer.StatusCode);
            if (answer.StatusCode is HttpStatusCode.TooManyRequests) Assert.Equal("60", Assert.Single(answer.Headers.GetValues("Retry-After")));
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Theory]
    [InlineData("%2F%09%2Fevil.example")]
    [InlineData("%2F%5Cevil.example")]
    [InlineData("%2F%2Fevil.example")]
    [InlineData("https%3A%2F%2Fevil.example")]
    [InlineData("%2F%255Cevil.example")]
    public async Task SignIn_ReturnUrlElsewhere_EndsAtHome(string returnUrl)
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync($"/sign-in?login_hint=viewer&returnUrl={returnUrl}", Cancel);

        Assert.Equal($"{portal.Address}/", answer.RequestMessage!.RequestUri!.AbsoluteUri);
    }
}
