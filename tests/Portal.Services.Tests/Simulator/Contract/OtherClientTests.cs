using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Simulator;

namespace Portal.Services.Tests.Simulator;

/// <summary>App Store Connect clients that none of us wrote (npm, locked in <c>tests/app-store-connect-clients</c>) find nothing strange here.</summary>
public sealed class OtherClientTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData("node-app-store-connect-api")]
    [InlineData("@rage-against-the-pixel/app-store-connect-api")]
    public async Task Client_OfAnother_ListsPagesReadsAndAdds(string client)
    {
        var world = simulator.World;
        world.Switches = new Switches { Origin = "https://api.appstoreconnect.apple.com" };
        var (app, group) = (world.AppId("Borealis Maps"), world.GroupId("Borealis Maps", "Borealis field testers"));
        var before = world.GroupMembers(group).Select(m => m.Id).ToList();
        var address = $"walked.by.{client.Length}@example.com";

        var seen = await WalkAsync(client, app, group, address);

        Assert.Equal(4, (int)seen["groups"]!);
        Assert.Equal(["apps"], seen["included"]!.AsArray().Select(i => (string)i!));
        Assert.Equal(before, seen["testers"]!.AsArray().Select(t => (string)t!));
        Assert.Equal(before[0], (string)seen["read"]!);
        var added = Assert.Single(world.GroupMembers(group), m => m.Email == address);
        Assert.Equal(added.Id, (string)seen["added"]!);
        Assert.Single(world.Outbox, m => m.To == address);
        Assert.True(seen["calls"]!.AsArray().Count(c => ((string)c!).Contains("cursor=")) >= 4, seen["calls"]!.ToJsonString());
    }

    private async Task<JsonNode> WalkAsync(string client, string app, string group, string address)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.Combine(RepositoryRoot(), "tests", "app-store-connect-clients"),
        };
        foreach (var argument in new[] { "walk.mjs", client, simulator.Http.BaseAddress!.ToString().TrimEnd('/'), app, group, address })
        {
            start.ArgumentList.Add(argument);
        }
        using var node = Process.Start(start)!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(cancel), node.StandardError.ReadToEndAsync(cancel));
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(simulator.Key, JsonSerializerOptions.Web));
        node.StandardInput.Close();
        await node.WaitForExitAsync(cancel);
        Assert.True(node.ExitCode == 0, $"{await errors} (tests/run installs the clients with npm ci in tests/app-store-connect-clients)");
        return JsonNode.Parse(await output)!;
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Portal.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        return folder;
    }
}
