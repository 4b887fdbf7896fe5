using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Services.Tests.Simulator;

public sealed class SnapshotTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Load_OfASavedWorld_AnswersAsBefore()
    {
        var world = simulator.World;
        var (app, group) = (world.AppId("Aurora Notes"), world.GroupId("Aurora Notes", "Aurora beta testers"));
        world.AddTesterByHand(group, "ana.horvat@example.net", "Ana", "Horvat");
        world.Accept("ana.horvat@example.net", app);
        world.UploadBuild(app, "3.0", "300", "BETA_APPROVED");
        world.AddTeamMember("aurora-beta", "Новый", "Человек", "new@example.org", null);
        world.Advance(TimeSpan.FromDays(2));
        string[] reads = ["/v1/apps?limit=200&include=betaGroups", "/v1/builds?limit=200&include=app,preReleaseVersion,buildBetaDetail", $"/v1/betaGroups/{group}/betaTesters?limit=200", $"/v1/betaTesters?filter[apps]={world.AppId("Borealis Maps")}&include=betaGroups&limit=200"];
        var before = new List<JsonNode>();
        foreach (var read in reads) before.Add(await simulator.GetAsync(read));
        var (members, mails, team, now) = (world.GroupMembers(group), world.Outbox, world.TeamMembers("aurora-beta"), world.Time.GetUtcNow());
        world.Save(_folder.File("world.json"));

        var (seeded, key) = (new World(new VirtualClock()), world.CentercodeApiKey);
        seeded.Load(_folder.File("world.json"));
        Assert.Equal((members, mails, team, key), (seeded.GroupMembers(group), seeded.Outbox, seeded.TeamMembers("aurora-beta"), seeded.CentercodeApiKey), Same);
        Assert.InRange(seeded.Time.GetUtcNow() - now, TimeSpan.Zero, TimeSpan.FromMinutes(5));

        // The same again in the running simulator, where the key it issued must go on working.
        world.RemoveTesterByHand(group, "ana.horvat@example.net");
        world.FillTeam("aurora-beta", 5);
        world.Load(_folder.File("world.json"));
        for (var n = 0; n < reads.Length; n++) Assert.Equal(before[n].ToJsonString(), (await simulator.GetAsync(reads[n])).ToJsonString());
    }

    [Fact]
    public void Load_OfASavedWorld_GivesNoIdTwice()
    {
        var world = new World(new VirtualClock());
        var group = world.GroupId("Aurora Notes", "Aurora beta testers");
        var first = world.AddTesterByHand(group, "first@example.org").Id;
        world.Save(_folder.File("world.json"));

        var again = new World(new VirtualClock());
        again.Load(_folder.File("world.json"));

        Assert.NotEqual(first, again.AddTesterByHand(group, "second@example.org").Id);
    }

    [Fact]
    public async Task Save_WithAKeyNobodyDownloaded_KeepsItsPrivateHalfOut()
    {
        using var form = new FormUrlEncodedContent([new("name", "Never downloaded"), new("role", "APP_MANAGER")]);
        using var made = await simulator.Http.PostAsync("/apple/access/integrations/api", form, TestContext.Current.CancellationToken);
        simulator.World.Save(_folder.File("world.json"));

        var saved = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("world.json"), TestContext.Current.CancellationToken))!;
        var key = saved["Keys"]!.AsArray().Single(k => (string?)k!["Name"] == "Never downloaded")!;
        using var half = ECDsa.Create();
        half.ImportSubjectPublicKeyInfo(Convert.FromBase64String((string)key["PublicKey"]!), out _);
        Assert.DoesNotContain("PRIVATE", saved.ToJsonString());
        Assert.DoesNotContain(key.AsObject(), field => field.Key.Contains("rivate"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("world.json")));
    }

    [Fact]
    public void Save_OfAnUnchangedWorld_WritesNothing()
    {
        var world = new World(new VirtualClock());

        Assert.True(world.Save(_folder.File("world.json")));
        Assert.False(world.Save(_folder.File("world.json")));
        world.ShrinkTeam("aurora-beta", 10);
        Assert.True(world.Save(_folder.File("world.json")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    public void Load_OfSomethingElse_RefusesAndChangesNothing(string content)
    {
        var world = new World(new VirtualClock());
        var issuer = world.IssuerId;
        File.WriteAllText(_folder.File("world.json"), content);

        Assert.Throws<InvalidDataException>(() => world.Load(_folder.File("world.json")));

        Assert.Equal(issuer, world.IssuerId);
        Assert.NotEmpty(world.AppId("Aurora Notes"));
    }

    [Fact]
    public void Load_OfAnotherVersion_Refuses()
    {
        var world = new World(new VirtualClock());
        world.Save(_folder.File("world.json"));
        var saved = JsonNode.Parse(File.ReadAllText(_folder.File("world.json")))!.AsObject();
        saved["Version"] = 0;
        File.WriteAllText(_folder.File("world.json"), saved.ToJsonString());

        Assert.Throws<InvalidDataException>(() => world.Load(_folder.File("world.json")));
    }

    public void Dispose() => _folder.Dispose();

    private static bool Same<T>(T left, T right) => JsonSerializer.Serialize(left, Fields) == JsonSerializer.Serialize(right, Fields);

    private static readonly JsonSerializerOptions Fields = new() { IncludeFields = true };
}
