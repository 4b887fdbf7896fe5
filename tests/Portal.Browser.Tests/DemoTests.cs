using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Portal.Demo;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Sync;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Browser.Tests;

public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithNothingStored_LeavesOneLinkToSyncAndOneWithHistory()
    {
        await using var demo = await DemoApp.StartAsync(Options(), Cancellation);

        var credentials = await Get<CredentialService>(demo).ListAsync(Actors.KeyCustodian, Cancellation);
        Assert.Equal([CredentialKind.AppleTeamKey, CredentialKind.CentercodeApiKey], credentials.Select(c => c.Kind).Order());
        Assert.All(credentials, credential => Assert.Equal(CredentialStatus.Active, credential.Status));
        var links = (await Get<SyncService>(demo).LinksAsync(Actors.ProgramManager, cancel: Cancellation)).ToDictionary(link => link.TeamName);
        Assert.Equal((LinkState.Paused, false), (links["Aurora beta team"].State, links["Aurora beta team"].FirstApplied));
        Assert.Equal((LinkState.Active, true), (links["Borealis field team"].State, links["Borealis field team"].FirstApplied));
        Assert.Equal(248 + 5 + 3, World(demo).GroupMembers(links["Borealis field team"].GroupId).Count);
    }

    [Fact]
    public async Task Start_AfterASyncAndAStop_GoesOnWithTheSameKeyAndFindsNothingToDo()
    {
        var options = Options();
        Guid link, key;
        IReadOnlyList<GroupMember> members;
        await using (var demo = await DemoApp.StartAsync(options, Cancellation))
        {
            (link, key) = await AuroraAsync(demo);
            var first = await RunAsync(demo, link, SyncMode.Real);
            Assert.Equal((RunState.Succeeded, 237), (first.State, first.ToAdd));
            members = World(demo).GroupMembers((await LinkAsync(demo, link)).GroupId);
        }

        await using var again = await DemoApp.StartAsync(options, Cancellation);

        Assert.True(again.GoesOn);
        Assert.Equal(members, World(again).GroupMembers((await LinkAsync(again, link)).GroupId));
        var verified = await Get<CredentialService>(again).VerifyAsync(key, Actors.KeyCustodian, Cancellation);
        Assert.Equal(CredentialStatus.Active, verified.Status);
        var preview = await RunAsync(again, link, SyncMode.Preview);
        Assert.Equal((RunState.Planned, 0, 0), (preview.State, preview.ToAdd, preview.ToRemove));
        Assert.Equal(2, (await Get<CredentialService>(again).ListAsync(Actors.KeyCustodian, Cancellation)).Count);
    }

    [Fact]
    public async Task Start_Empty_StoresNothing()
    {
        await using var demo = await DemoApp.StartAsync(Options() with { Empty = true }, Cancellation);

        Assert.Empty(await Get<CredentialService>(demo).ListAsync(Actors.KeyCustodian, Cancellation));
        Assert.Empty(await Get<SyncService>(demo).LinksAsync(Actors.ProgramManager, cancel: Cancellation));
    }

    [Fact]
    public async Task Prepare_Fresh_ForgetsTheEarlierDemoAndNothingElseInItsFolder()
    {
        var options = Options() with { Empty = true };
        await using (await DemoApp.StartAsync(options, Cancellation))
        {
        }

        var earlier = Directory.GetFiles(_folder.Path).Select(Path.GetFileName).ToList();
        await File.WriteAllTextAsync(_folder.File("mine.txt"), "not the demo's", Cancellation);
        using (var goingOn = DemoFolder.Prepare(options)) Assert.True(goingOn.GoesOn);
        var secret = await File.ReadAllTextAsync(_folder.File("client-secret"), Cancellation);

        // In this process the portal would be handed a pooled connection to the deleted file, so only the folder is made anew here.
        using var fresh = DemoFolder.Prepare(options with { Fresh = true });

        Assert.Contains("portal.db", earlier);
        Assert.False(fresh.GoesOn);
        Assert.Equal(["certificate-password", "client-secret", "in-use", "key-ring.pfx", "mine.txt"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.NotEqual(secret, fresh.ClientSecret);
    }

    [Fact]
    public async Task Start_WhatCannotBe_SaysWhatToDo()
    {
        var options = Options() with { Empty = true };
        await using (await DemoApp.StartAsync(options, Cancellation))
        {
            using var other = new TemporaryFolder();
            var taken = await RefusalAsync(options with { Folder = other.Path, SimulatorPort = 0 });
            Assert.Contains($"Port {options.PortalPort} is taken or not allowed", taken);
            Assert.Contains("--portal-port", taken);
            Assert.Contains("Another demo is running on", await RefusalAsync(options with { PortalPort = 0, SimulatorPort = 0 }));
        }

        Assert.Contains($"--simulator-port {options.SimulatorPort}", await RefusalAsync(options with { SimulatorPort = 0 }));
        await File.WriteAllTextAsync(_folder.File("world.json"), "{}", Cancellation);
        Assert.Contains("--fresh", await RefusalAsync(options));
        File.Delete(_folder.File("world.json"));
        Assert.Contains("--fresh", await RefusalAsync(options));
    }

    public void Dispose() => _folder.Dispose();

    private DemoOptions Options() => new(FreePort(), FreePort(), Folder: _folder.Path);

    private static async Task<string> RefusalAsync(DemoOptions options) =>
        (await Assert.ThrowsAsync<DemoException>(() => DemoApp.StartAsync(options, Cancellation))).Message;

    private static T Get<T>(DemoApp demo) where T : notnull => demo.Portal.Services.GetRequiredService<T>();

    private static World World(DemoApp demo) => demo.Simulator.Services.GetRequiredService<World>();

    private static Task<LinkView> LinkAsync(DemoApp demo, Guid link) => Get<SyncService>(demo).LinkAsync(link, Actors.ProgramManager, Cancellation);

    private static async Task<(Guid Link, Guid Key)> AuroraAsync(DemoApp demo)
    {
        var link = (await Get<SyncService>(demo).LinksAsync(Actors.ProgramManager, cancel: Cancellation)).Single(link => link.TeamName == "Aurora beta team");
        return (link.Id, link.CredentialId);
    }

    private static async Task<RunView> RunAsync(DemoApp demo, Guid link, SyncMode mode)
    {
        var asked = await Get<SyncService>(demo).RequestAsync(link, mode, Actors.ProgramManager, cancel: Cancellation);
        return await Get<SyncService>(demo).WatchAsync(asked.RunId, Actors.ProgramManager, Cancellation).FirstAsync(run => run.IsOver, Cancellation);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
