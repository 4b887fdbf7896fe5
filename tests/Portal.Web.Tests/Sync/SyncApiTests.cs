using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Web.Tests.Sync;

/// <summary>A link from a team of twelve to an empty group, over REST.</summary>
public sealed class SyncApiTests : IAsyncLifetime
{
    private static readonly CancellationToken _cancel = TestContext.Current.CancellationToken;
    private WebFixture _web = null!;
    private LinkView _link = null!;

    public async ValueTask InitializeAsync()
    {
        _web = await WebFixture.StartAsync(settings: new Dictionary<string, string?> { ["Centercode:AllowLoopback"] = "true" });
        var credentials = _web.Services.GetRequiredService<CredentialService>();
        var issued = _web.World.CreateKey();
        var key = await credentials.AddAppleKeyAsync(new NewAppleKey { Label = "Team key", IssuerId = issued.IssuerId, FileName = $"AuthKey_{issued.KeyId}.p8", File = System.Text.Encoding.UTF8.GetBytes(issued.P8) }, Actors.KeyCustodian, _cancel);
        var connection = await credentials.AddCentercodeAsync(new NewCentercodeKey { Label = "Community", CommunityAddress = $"{_web.Simulator.Address}/centercode", ApiKey = _web.World.CentercodeApiKey }, Actors.KeyCustodian, _cancel);
        _link = await _web.Services.GetRequiredService<SyncService>().CreateLinkAsync(new NewLink
        {
            ProjectKey = "aurora", ReleaseTypeKey = "early-access", TeamName = "Ember insiders", SourceKind = SourceKind.DataPackage, ConnectionId = connection.Id,
            SourceUrl = $"{_web.Simulator.Address}/centercode/api/data/ember-insiders?format=json", Mapping = new("User ID", "Apple Account Email", "Email", "First Name", "Last Name"),
            CredentialId = key.Id, AppId = _web.World.AppId("Aurora Notes"), NewGroupName = "Ember insiders", CentercodeSyncIsOff = true,
        }, Actors.ProgramManager, _cancel);
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task Preview_OfALink_IsFollowedToItsEndAndShowsAddressesByRole()
    {
        using var manager = await _web.ApiAsync("program-manager");
        using var viewer = await _web.ApiAsync("viewer");

        using var started = await manager.PostAsJsonAsync($"/api/v1/links/{_link.Id}/runs", new { mode = "preview" }, _cancel);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var run = started.Headers.Location!.ToString();
        Assert.False((bool)(await started.Content.ReadFromJsonAsync<JsonNode>(_cancel))!["joined"]!);

        var events = await viewer.GetStringAsync($"{run}/events", _cancel);
        Assert.Contains("event: run", events);
        Assert.Contains("\"state\":\"Planned\"", events);

        var seen = await ItemsAsync(manager, run);
        var masked = await ItemsAsync(viewer, run);
        Assert.NotEmpty(seen);
        Assert.Equal(seen.Count, masked.Count);
        Assert.Contains(seen, email => !email.Contains("•••", StringComparison.Ordinal));
        Assert.All(masked, email => Assert.Contains("•••", email));
        Assert.DoesNotContain(seen, address => events.Contains(address, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Run_StartedBySupport_IsRefusedWithItsCode()
    {
        using var support = await _web.ApiAsync("support");

        using var answer = await support.PostAsJsonAsync($"/api/v1/links/{_link.Id}/runs", new { mode = "real" }, _cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonNode>(_cancel);
        Assert.Equal("access-refused", (string?)problem!["code"]);
        Assert.Contains("program manager", (string?)problem["detail"]);
        Assert.Equal(0, (int)(await support.GetFromJsonAsync<JsonNode>("/api/v1/runs", _cancel))!["total"]!);
    }

    [Fact]
    public async Task Run_InAModeThereIsNot_IsRefusedAndSaysWhich()
    {
        using var manager = await _web.ApiAsync("program-manager");

        using var answer = await manager.PostAsJsonAsync($"/api/v1/links/{_link.Id}/runs", new { mode = "maybe" }, _cancel);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("run-mode-unreadable", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(_cancel))!["code"]);
    }

    [Fact]
    public async Task Link_ThatIsNot_IsNotFound()
    {
        using var viewer = await _web.ApiAsync("viewer");

        using var answer = await viewer.GetAsync($"/api/v1/links/{Guid.NewGuid()}", _cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task People_Downloaded_AreMaskedForAViewerAndRunNoFormula()
    {
        _web.World.AddTeamMember("ember-insiders", "=HYPERLINK(1)", "Formula", "formula@example.com", "formula@example.com");
        using var manager = await _web.ApiAsync("program-manager");
        using var started = await manager.PostAsJsonAsync($"/api/v1/links/{_link.Id}/runs", new { mode = "preview" }, _cancel);
        var run = started.Headers.Location!.ToString();
        await manager.GetStringAsync($"{run}/events", _cancel);
        var file = $"{run.Replace("/api/v1", "", StringComparison.Ordinal)}/people.csv";
        using var managersBrowser = await _web.SignInAsync("program-manager");
        using var viewersBrowser = await _web.SignInAsync("viewer");

        var whole = await managersBrowser.GetStringAsync(file, _cancel);
        var masked = await viewersBrowser.GetStringAsync(file, _cancel);

        Assert.Contains("'=HYPERLINK(1)", whole);
        Assert.DoesNotContain(",=", whole);
        Assert.Contains("formula@example.com", whole);
        Assert.DoesNotContain("formula@example.com", masked);
        Assert.Contains("•••@example.com", masked);
    }

    private static async Task<List<string>> ItemsAsync(HttpClient client, string run) =>
        [.. (await client.GetFromJsonAsync<JsonNode>($"{run}/items?take=1000", _cancel))!["items"]!.AsArray().Select(item => (string?)item!["email"]).OfType<string>()];
}
