using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Tests;
using Xunit;

namespace Portal.Web.Tests.SignIn;

/// <summary>
/// Every REST endpoint as every role: who gets past the door and who is refused, by the table of roles. An endpoint without a
/// row fails, so a new one cannot be forgotten. What is asked for does not exist: 404, 409 and 422 are answers to somebody who may.
/// </summary>
public sealed partial class AbuseTests(WebFixture portal) : IClassFixture<WebFixture>
{
    private static readonly string[] _users = ["viewer", "support", "program-manager", "key-custodian", "security-reviewer", "administrator", "nobody"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IReadOnlyList<string> Endpoints =>
    [
        .. portal.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Table_Rows_AreEveryEndpointAndNothingElse() => Assert.Equal(Endpoints, AbuseTable.Rows.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("viewer")]
    [InlineData("support")]
    [InlineData("program-manager")]
    [InlineData("key-custodian")]
    [InlineData("security-reviewer")]
    [InlineData("administrator")]
    [InlineData("nobody")]
    public async Task Api_EveryEndpointAsRole_LetsThroughAndRefusesAsTheTableSays(string user)
    {
        using var client = await portal.ApiAsync(user);
        var wrong = new List<string>();
        foreach (var (endpoint, row) in AbuseTable.Rows)
        {
            var status = await StatusAsync(client, endpoint, row);
            var refused = status is HttpStatusCode.Forbidden;
            var may = row.Who[Array.IndexOf(_users, user)] != '.';
            if (status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.UnsupportedMediaType || (int)status >= 500 || refused == may) wrong.Add($"{endpoint}: {(int)status}, expected {(may ? "past the door" : "refused")}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Api_EveryEndpointWithoutASignIn_IsRefused()
    {
        using var stranger = portal.Browser(followRedirects: false);
        foreach (var (endpoint, row) in AbuseTable.Rows.Where(row => row.Key != "GET /api/v1/sign-in"))
            Assert.True(await StatusAsync(stranger, endpoint, row) is HttpStatusCode.Unauthorized, endpoint);
    }

    /// <summary>A cookie goes along with another site's form; nothing is written on its word.</summary>
    [Fact]
    public async Task Api_EveryWriteWithTheCookieAlone_IsRefused()
    {
        using var browser = await portal.SignInAsync("owner");
        foreach (var (endpoint, row) in AbuseTable.Rows.Where(row => !row.Key.StartsWith("GET ", StringComparison.Ordinal)))
            Assert.True(await StatusAsync(browser, endpoint, row) is HttpStatusCode.Unauthorized, endpoint);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string endpoint, AbuseTable.Row row)
    {
        var (method, path) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);
        // An id of nothing: whoever is let through finds nothing to spoil.
        path = Parameter().Replace(path, match => match.Groups[1].Value.EndsWith(":guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : "none");
        using var request = new HttpRequestMessage(new HttpMethod(method), path + row.Query);
        if (method is "POST" or "PUT" or "PATCH") request.Content = new StringContent(row.Body ?? "{}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return answer.StatusCode;
    }

    [GeneratedRegex(@"\{\*{0,2}([^}]+)\}")]
    private static partial Regex Parameter();
}
