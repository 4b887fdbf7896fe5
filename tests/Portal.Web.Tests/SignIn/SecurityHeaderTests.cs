using System.Net;
using System.Text.RegularExpressions;
using Portal.Tests;
using Xunit;

namespace Portal.Web.Tests.SignIn;

public sealed class SecurityHeaderTests(WebFixture portal)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/css/portal.css")]
    [InlineData("/health/live")]
    [InlineData("/no-such-file.txt")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/settings")]
    [InlineData("/sign-in/failed")]
    [InlineData("/signed-out")]
    public async Task Answer_Any_CarriesTheHeaders(string path)
    {
        using var browser = await portal.SignInAsync("viewer");
        using var answer = await browser.GetAsync(path, Cancel);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Matches(@"script-src 'self' 'nonce-[\w+/=]{20,}';", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task Page_InlineScripts_BearTheNonceOfTheirAnswerAndNothingComesFromElsewhere()
    {
        using var browser = await portal.SignInAsync("viewer");
        using var answer = await browser.GetAsync("/", Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        var nonce = Regex.Match(Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), "nonce-([^']+)").Groups[1].Value;

        Assert.All(Regex.Matches(page, "<script(?![^>]*src=)[^>]*>"), script => Assert.Contains($"nonce=\"{nonce}\"", WebUtility.HtmlDecode(script.Value)));
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        using var again = await browser.GetAsync("/", Cancel);
        Assert.DoesNotContain(nonce, Assert.Single(again.Headers.GetValues("Content-Security-Policy")));
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.OK)]
    public async Task Circuit_OfAForeignOrigin_IsRefused(string? origin, HttpStatusCode expected)
    {
        using var browser = await portal.SignInAsync("viewer");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", origin ?? portal.Address);
        using var answer = await browser.SendAsync(request, Cancel);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Circuit_NotSignedIn_IsRefused()
    {
        using var browser = portal.Browser(followRedirects: false);
        using var answer = await browser.PostAsync("/_blazor/negotiate?negotiateVersion=1", null, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
