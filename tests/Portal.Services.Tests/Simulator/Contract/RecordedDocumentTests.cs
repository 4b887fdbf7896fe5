using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>The documents other clients recorded: same members, links and nulls.</summary>
public sealed class RecordedDocumentTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private const string Apple = "https://api.appstoreconnect.apple.com";

    [Fact]
    public async Task App_FoundByItsBundle_LooksAsRecorded()
    {
        simulator.World.Switches = new Switches { Origin = Apple };
        var id = simulator.World.AppId("Borealis Maps");
        var document = await simulator.GetAsync("/v1/apps?filter[bundleId]=com.example.borealismaps&limit=200");
        var recorded = JsonNode.Parse($$"""
            { "data": [{ "type": "apps", "id": "{{id}}",
                "attributes": { "accessibilityUrl": null, "name": "Borealis Maps", "bundleId": "com.example.borealismaps", "primaryLocale": "en-US", "isOrEverWasMadeForKids": false, "subscriptionStatusUrl": null },
                "relationships": {
                  "betaTesters": { "links": { "self": "{{Apple}}/v1/apps/{{id}}/relationships/betaTesters" } },
                  "betaGroups": { "links": { "self": "{{Apple}}/v1/apps/{{id}}/relationships/betaGroups", "related": "{{Apple}}/v1/apps/{{id}}/betaGroups" } } },
                "links": { "self": "{{Apple}}/v1/apps/{{id}}" } }],
              "links": { "self": "{{Apple}}/v1/apps?filter%5BbundleId%5D=com.example.borealismaps&limit=200" },
              "meta": { "paging": { "total": 1, "limit": 200 } } }
            """)!;
        AssertHolds(recorded, document, "");
        Assert.Equal(["data", "links", "meta"], document.Select(p => p.Key));
        Assert.Equal(["type", "id", "attributes", "relationships", "links"], document["data"]![0]!.AsObject().Select(p => p.Key));
    }

    [Fact]
    public async Task Included_ToMany_LooksAsRecorded()
    {
        var app = simulator.World.AppId("Borealis Maps");
        var document = await simulator.GetAsync($"/v1/apps?filter[id]={app}&include=betaGroups,builds");
        Assert.Equal(10, (int)document["data"]![0]!["relationships"]!["betaGroups"]!["meta"]!["paging"]!["limit"]!);
        var testers = await simulator.GetAsync($"/v1/betaTesters?filter[apps]={app}&include=betaGroups&limit=200");
        var included = testers["included"]!.AsArray().Select(i => (string)i!["id"]!).ToList();
        Assert.Equal(included.Distinct(), included);
        Assert.All(testers["included"]!.AsArray(), i => Assert.All(i!["relationships"]!.AsObject(), r => Assert.Equal(["links"], r.Value!.AsObject().Select(p => p.Key))));
    }

    [Fact]
    public async Task Dates_OfBuildsAndGroups_AreWrittenAsRecorded()
    {
        var build = (await simulator.GetAsync("/v1/builds?limit=1"))["data"]![0]!["attributes"]!;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-07:00$", (string)build["uploadedDate"]!);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-07:00$", (string)build["expirationDate"]!);
        var group = (await simulator.GetAsync("/v1/betaGroups?limit=1"))["data"]![0]!;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", (string)group["attributes"]!["createdDate"]!);
        Assert.True(Guid.TryParse((string)group["id"]!, out _));
    }

    private static void AssertHolds(JsonNode? recorded, JsonNode? answered, string at)
    {
        switch (recorded)
        {
            case JsonObject members:
                Assert.All(members, member =>
                {
                    Assert.True(answered!.AsObject().ContainsKey(member.Key), $"{at} lacks '{member.Key}'");
                    AssertHolds(member.Value, answered[member.Key], $"{at}/{member.Key}");
                });
                if (at.EndsWith("/links", StringComparison.Ordinal))
                {
                    Assert.Equal(members.Select(m => m.Key), answered!.AsObject().Select(m => m.Key));
                }
                break;
            case JsonArray rows:
                Assert.Equal(rows.Count, answered!.AsArray().Count);
                AssertHolds(rows[0], answered[0], $"{at}/0");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(recorded, answered), $"{at}: recorded {recorded?.ToJsonString() ?? "null"}, answered {answered?.ToJsonString() ?? "null"}");
                break;
        }
    }
}
