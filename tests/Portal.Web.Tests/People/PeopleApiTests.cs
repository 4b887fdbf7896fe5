using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Portal.Tests;

namespace Portal.Web.Tests.People;

public class PeopleApiTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("support", "ana@example.org", HttpStatusCode.OK)]
    [InlineData("support", "an", HttpStatusCode.UnprocessableEntity)]
    [InlineData("viewer", "ana@example.org", HttpStatusCode.UnprocessableEntity)]
    [InlineData("nobody", "ana@example.org", HttpStatusCode.Forbidden)]
    public async Task Find_EachRole_IsAnsweredWithinItsRights(string user, string query, HttpStatusCode expected)
    {
        using var api = await web.ApiAsync(user);

        using var answer = await api.PostAsJsonAsync("/api/v1/people/find", new { query }, Cancel);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Reinvite_UnknownLink_IsNotFoundInWords()
    {
        using var api = await web.ApiAsync("support");

        using var answer = await api.PostAsync($"/api/v1/people/{Guid.CreateVersion7()}/0123/reinvite", null, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("link-not-found", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["code"]);
    }

    [Theory, Trait("Failure", "F37")]
    [InlineData("support", HttpStatusCode.NotFound)]
    [InlineData("viewer", HttpStatusCode.Forbidden)]
    public async Task AddAndExtend_UnknownLink_AreAnsweredWithinTheRoles(string user, HttpStatusCode expected)
    {
        using var api = await web.ApiAsync(user);
        var endsAt = new DateTimeOffset(2999, 1, 1, 0, 0, 0, TimeSpan.Zero);

        using var added = await api.PostAsJsonAsync($"/api/v1/people/{Guid.CreateVersion7()}", new { email = "guest@example.org", endsAt }, Cancel);
        using var extended = await api.PutAsJsonAsync($"/api/v1/people/{Guid.CreateVersion7()}/0123/end", new { endsAt }, Cancel);

        Assert.Equal((expected, expected), (added.StatusCode, extended.StatusCode));
    }

    [Fact]
    public async Task Acts_AsViewer_AreForbidden()
    {
        using var api = await web.ApiAsync("viewer");

        using var answer = await api.PostAsync($"/api/v1/people/{Guid.CreateVersion7()}/0123/sync", null, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
