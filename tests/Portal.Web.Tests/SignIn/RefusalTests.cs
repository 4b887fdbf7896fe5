using System.Net;
using System.Net.Http.Headers;
using Portal.Tests;

namespace Portal.Web.Tests.SignIn;

public sealed class RefusalTests(WebFixture portal)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_RoleTooSmall_SaysWhichRoleMay()
    {
        using var browser = await portal.SignInAsync("viewer");
        using var answer = await browser.GetAsync("/settings", Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("security reviewer or administrator", page);
        Assert.Contains("(access-refused)", page);
        Assert.Contains("the access desk", page);
    }

    [Theory]
    [InlineData("not.a.token")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciIsImF1ZCI6InBvcnRhbC1hcGkifQ.")]
    public async Task Api_ForgedToken_IsRefused(string token)
    {
        using var client = portal.Browser(followRedirects: false);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync("/api/v1/me", Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Api_TokenOfTheProvider_IsThePersonAtTheirPrompt()
    {
        using var client = await portal.ApiAsync("several");
        var me = await client.GetStringAsync("/api/v1/me", Cancel);

        Assert.Contains("\"id\":\"several\"", me);
        Assert.Contains("KeyCustodian", me);
    }

    /// <summary>Another site's form or script carries the cookie along, but never a token.</summary>
    [Theory]
    [InlineData("GET", "same-origin", HttpStatusCode.OK)]
    [InlineData("GET", "cross-site", HttpStatusCode.Unauthorized)]
    [InlineData("GET", null, HttpStatusCode.Unauthorized)]
    public async Task Api_CookieAlone_ReadsForOwnPagesOnly(string method, string? site, HttpStatusCode expected)
    {
        using var browser = await portal.SignInAsync("viewer");
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/me");
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        using var answer = await browser.SendAsync(request, Cancel);

        Assert.Equal(expected, answer.StatusCode);
    }
}
