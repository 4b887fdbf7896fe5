using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Portal.Tests;

namespace Portal.Web.Tests.Api;

public class PortalApiTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Me_WithToken_NamesThePersonAndRoles()
    {
        using var api = await web.ApiAsync("several");

        var me = await api.GetFromJsonAsync<JsonNode>("/api/v1/me", _cancel);

        Assert.Equal("several", (string?)me!["id"]);
        Assert.Equal(["Support", "ProgramManager", "KeyCustodian"], me["roles"]!.AsArray().Select(role => (string?)role));
    }

    [Fact]
    public async Task Me_WithoutToken_IsUnauthorized()
    {
        using var anonymous = web.Browser(followRedirects: false);

        using var answer = await anonymous.GetAsync("/api/v1/me", _cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Me_WithoutRole_SaysSoAsProblemDetails()
    {
        using var api = await web.ApiAsync("nobody");

        using var answer = await api.GetAsync("/api/v1/me", _cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonNode>(_cancel);
        Assert.Equal("no-role", (string?)problem!["code"]);
        Assert.Equal("urn:portal:no-role", (string?)problem["type"]);
        Assert.Contains("none of your groups", (string?)problem["detail"]);
    }

    [Fact]
    public async Task SignIn_Anonymous_TellsACommandLineWhereToGo()
    {
        using var anonymous = web.Browser();

        var info = await anonymous.GetFromJsonAsync<JsonNode>("/api/v1/sign-in", _cancel);

        Assert.Equal($"{web.Simulator.Address}/identity", (string?)info!["authority"]);
        Assert.Equal("portal-cli", (string?)info["clientId"]);
        Assert.Contains("portal-api", (string?)info["scope"]);
    }

    [Fact]
    public async Task OpenApi_WithToken_DescribesTheApiAlone()
    {
        using var api = await web.ApiAsync("viewer");

        var document = await api.GetFromJsonAsync<JsonNode>("/openapi/v1.json", _cancel);

        Assert.StartsWith("3.", (string?)document!["openapi"]);
        Assert.Contains("/api/v1/me", document["paths"]!.AsObject().Select(path => path.Key));
        Assert.All(document["paths"]!.AsObject(), path => Assert.StartsWith("/api/v1/", path.Key));
    }

    [Fact]
    public async Task OpenApi_NotSignedIn_IsNotShown()
    {
        using var anonymous = web.Browser(followRedirects: false);

        using var answer = await anonymous.GetAsync("/openapi/v1.json", _cancel);

        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }
}
