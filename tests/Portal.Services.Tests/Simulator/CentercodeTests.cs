using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Portal.Services.Tests.Simulator;

public sealed class CentercodeTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Package_OfTheAuroraTeam_HoldsWhatGoesWrongWithLists()
    {
        using var response = await SendAsync(HttpMethod.Get, "/centercode/api/data/aurora-beta?format=json");
        var rows = (await response.Content.ReadFromJsonAsync<JsonArray>(Cancellation))!;
        var addresses = rows.Select(r => ((string?)r!["Apple Account Email"] ?? "").Trim()).ToList();
        Assert.Equal(250, rows.Count);
        Assert.Equal(10, addresses.Count(a => a.Length == 0));
        Assert.Equal(237, addresses.Where(a => a.Length > 0).Select(a => a.ToLowerInvariant()).Distinct().Count());
        Assert.Contains(addresses, a => a.Contains('+'));
        Assert.Contains(addresses, a => a != a.ToLowerInvariant());
        Assert.Contains(rows, r => (string)r!["Last Name"]! == "田中");
        Assert.Equal("ana.horvat@example.net", (string)Assert.Single(rows, r => (string)r!["First Name"]! == "Ana")!["Apple Account Email"]!);
        Assert.All(addresses.Where(a => a.Length > 0), a => Assert.Matches("(?i)@example\\.(com|org|net)$", a));
    }

    [Fact]
    public async Task Package_AsCsv_HasTheSameRowsQuoted()
    {
        using var response = await SendAsync(HttpMethod.Get, "/centercode/api/data/aurora-beta?format=csv");
        var lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("User ID,Username,Email,First Name,Last Name,Apple Account Email,Team", lines[0]);
        Assert.Equal(251, lines.Length);
        Assert.Contains(lines, l => l.Contains("\" "));
    }

    [Fact]
    public async Task Package_KeyAddressOrPackageWrong_IsRefused()
    {
        var before = simulator.World.Switches;
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/centercode/api/data/aurora-beta", "wrong"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/centercode/api/data/none"));
        using var removed = await simulator.Http.PostAsJsonAsync("/sim/switches", new { centercodeRemovedPackages = new[] { "aurora-beta" } }, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/centercode/api/data/aurora-beta"));
        simulator.World.Switches = before with { CentercodeRefusesAddress = true };
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("/centercode/api/data/everyone"));
        simulator.World.Switches = before with { CentercodeKeyDisabled = true };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/centercode/api/data/everyone"));
        simulator.World.Switches = before;
        simulator.World.AddFault("503", pathContains: "/centercode");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/centercode/api/data/everyone"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/centercode/api/data/everyone"));
    }

    [Fact]
    public async Task Team_ChangedByTheSideDoor_ShowsInThePackage()
    {
        using var added = await simulator.Http.PostAsJsonAsync("/sim/teams/ember-insiders/members", new { email = "late@example.com", firstName = "Late", lastName = "Comer", appleEmail = "late@example.org" }, Cancellation);
        Assert.Contains(simulator.World.TeamMembers("Ember insiders"), m => m.AppleEmail == "late@example.org");
        simulator.World.ChangeAppleEmail("ember-insiders", "late@example.com", "later@example.org");
        Assert.Contains(simulator.World.TeamMembers("ember-insiders"), m => m.AppleEmail == "later@example.org");
        using var removed = await simulator.Http.DeleteAsync("/sim/teams/ember-insiders/members/late@example.com", Cancellation);
        Assert.Equal(12, simulator.World.TeamMembers("ember-insiders").Count);
        using var shrunk = await simulator.Http.PostAsJsonAsync("/sim/teams/ember-insiders/shrink", new { keep = 3 }, Cancellation);
        Assert.Equal(3, simulator.World.TeamMembers("ember-insiders").Count);
    }

    [Fact]
    public async Task Release_Posted_IsRecordedAsItCame()
    {
        using var made = await SendAsync(HttpMethod.Post, "/centercode/api/v1/projects/aurora/releaseTypes/public-beta", new { title = "2.1 (131)", body = "<p>New</p>" });
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        Assert.Equal("2.1 (131)", Assert.Single(simulator.World.Releases).Title);
        using var unknown = await SendAsync(HttpMethod.Post, "/centercode/api/v1/projects/aurora/releaseTypes/none", new { title = "x" });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("aurora-beta", await simulator.Http.GetStringAsync("/centercode", Cancellation));
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string? key = null)
    {
        using var response = await SendAsync(HttpMethod.Get, path, key: key);
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? key = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", key ?? simulator.World.CentercodeApiKey);
        request.Content = body is null ? null : JsonContent.Create(body);
        return simulator.Http.SendAsync(request, Cancellation);
    }
}
