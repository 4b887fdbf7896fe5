using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Services.Credentials;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Web.Tests.Sync;

/// <summary>The portal killed at each named step of a run and started again (F32): the right membership, nobody invited twice.</summary>
public sealed class KillTests
{
    private const int OnceWriting = -1;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("after the intent, one new tester", "hold", "POST", "/v1/betaTesters", 40)]
    [InlineData("after Apple's commit, before the outcome, one new tester", "hold-after-commit", "POST", "/v1/betaTesters", 40)]
    [InlineData("after Apple's commit, before the outcome, many known testers", "hold-after-commit", "POST", "/relationships/betaTesters", 0)]
    [InlineData("while verifying", "hold", "GET", "/betaTesters", OnceWriting)]
    [Trait("Invariant", "37")]
    [Trait("Failure", "F32")]
    public async Task Run_PortalKilledAndStartedAgain_EndsWithTheTeamAndNobodyInvitedTwice(string step, string fault, string method, string path, int after)
    {
        Assert.NotEmpty(step);
        await using var web = await WebFixture.StartAsync(settings: Unscheduled());
        var sync = web.Services.GetRequiredService<SyncService>();
        var link = await LinkAsync(web, sync);
        var settings = new Dictionary<string, string?>(web.Settings) { ["Sync:Enabled"] = "true" };
        if (after is not OnceWriting) web.World.AddFault(fault, method, path, times: 1, after: after);
        var asked = await sync.RequestAsync(link.Id, SyncMode.Real, Actors.ProgramManager);

        using (var first = PortalProcess.Start(settings))
        {
            if (after is OnceWriting)
            {
                // Everything is read before the first write: what is read next is the read-back.
                await UntilAsync(() => web.World.Ledger.Entries.Any(call => call.Method == "POST" && call.Path.StartsWith("/v1/", StringComparison.Ordinal)));
                web.World.AddFault(fault, method, path);
            }
            await UntilAsync(() => web.World.Faults.Held.Count > 0);
            first.Kill();
        }
        web.World.Faults.Clear();
        using var second = PortalProcess.Start(settings);
        var run = await OverAsync(web, sync, asked.RunId);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(1, run.Resumes);
        Assert.Equal(InTeam(web), InGroup(web, link.GroupId));
        Assert.All(web.World.Outbox.Where(m => m.GroupId == link.GroupId).GroupBy(m => m.To.ToLowerInvariant()), mails => Assert.Single(mails));
        Assert.Equal(run.ToAdd, run.Confirmed);

        // Whoever was added by a request whose answer nobody heard is known to be ours: all would go when they leave the team.
        web.World.ShrinkTeam("aurora-beta", 1);
        var preview = await sync.RequestAsync(link.Id, SyncMode.Preview, Actors.ProgramManager);
        Assert.Equal(InGroup(web, link.GroupId).Count() - InTeam(web).Count(), (await OverAsync(web, sync, preview.RunId)).ToRemove);
    }

    [Fact]
    [Trait("Invariant", "39")]
    [Trait("Failure", "F32")]
    public async Task Run_PortalStalledBetweenIntentAndSendAndOvertaken_SendsNothingLate()
    {
        await using var web = await WebFixture.StartAsync(settings: Unscheduled());
        var sync = web.Services.GetRequiredService<SyncService>();
        var uses = web.Services.GetRequiredService<KeyUseLedger>();
        async Task<int> UsesAsync(KeyUseResult result) => (await uses.ListAsync(new KeyUseFilter(Result: result), Actors.SecurityReviewer, size: 1, cancel: TestContext.Current.CancellationToken)).Shown;
        var link = await LinkAsync(web, sync);
        var settings = new Dictionary<string, string?>(web.Settings) { ["Sync:Enabled"] = "true" };
        web.World.AddFault("hold", "POST", "/v1/betaTesters", times: 4, after: 40);
        var asked = await sync.RequestAsync(link.Id, SyncMode.Real, Actors.ProgramManager);

        using var first = PortalProcess.Start(settings);
        // Four are on their way; the intents of two more are on record, and they wait to be sent.
        for (var until = DateTime.UtcNow + Patience; web.World.Faults.Held.Count < 4 || await UsesAsync(KeyUseResult.NoAnswer) < 6; await Task.Delay(100))
            Assert.True(DateTime.UtcNow < until, "It did not come to that in time.");
        first.Stall();
        web.World.Faults.Clear();
        RunView run;
        int writes;
        using (PortalProcess.Start(settings))
        {
            run = await OverAsync(web, sync, asked.RunId);
            writes = Writes(web);
        }
        first.GoOn();
        for (var until = DateTime.UtcNow + Patience; await UsesAsync(KeyUseResult.NotSent) < 2; await Task.Delay(100))
            Assert.True(DateTime.UtcNow < until, "Nothing says what became of the two.");

        Assert.Equal((RunState.Succeeded, 1), (run.State, run.Resumes));
        Assert.Equal(writes, Writes(web));
        Assert.Equal(InTeam(web), InGroup(web, link.GroupId));
        Assert.All(web.World.Outbox.Where(m => m.GroupId == link.GroupId).GroupBy(m => m.To.ToLowerInvariant()), mails => Assert.Single(mails));
    }

    private static int Writes(WebFixture web) => web.World.Ledger.Entries.Count(call => call.Method is "POST" or "DELETE" && call.Path.StartsWith("/v1/", StringComparison.Ordinal));

    private static Dictionary<string, string?> Unscheduled() => new()
    {
        ["Centercode:AllowLoopback"] = "true", ["Sync:Enabled"] = "false", ["Sync:LeaseSeconds"] = "5", ["Sync:InFlightSeconds"] = "2", ["Sync:ReadBackSeconds"] = "0",
    };

    private static async Task<RunView> OverAsync(WebFixture web, SyncService sync, Guid runId)
    {
        RunView run;
        do
        {
            await Task.Delay(250);
            run = await sync.RunAsync(runId, Actors.Viewer);
        }
        while (!run.IsOver && run.RequestedAt + Patience > web.Clock.GetUtcNow());
        return run;
    }

    private static async Task<LinkView> LinkAsync(WebFixture web, SyncService sync)
    {
        var credentials = web.Services.GetRequiredService<CredentialService>();
        var issued = web.World.CreateKey();
        var key = await credentials.AddAppleKeyAsync(new NewAppleKey { Label = "Team key", KeyId = issued.KeyId, IssuerId = issued.IssuerId, File = Encoding.ASCII.GetBytes(issued.P8), FileName = $"AuthKey_{issued.KeyId}.p8" }, Actors.KeyCustodian);
        var connection = await credentials.AddCentercodeAsync(new NewCentercodeKey { Label = "Community", CommunityAddress = $"{web.Simulator.Address}/centercode", ApiKey = web.World.CentercodeApiKey }, Actors.KeyCustodian);
        var app = web.World.AppId("Aurora Notes");
        return await sync.CreateLinkAsync(new NewLink
        {
            ProjectKey = "aurora", ReleaseTypeKey = "public-beta", TeamName = "aurora-beta", SourceKind = SourceKind.DataPackage, ConnectionId = connection.Id,
            SourceUrl = $"{web.Simulator.Address}/centercode/api/data/aurora-beta?format=csv", Mapping = new ColumnMapping("User ID", "Apple Account Email"),
            CredentialId = key.Id, AppId = app, GroupId = web.World.GroupId("Aurora Notes", "Aurora beta testers"), CentercodeSyncIsOff = true,
        }, Actors.ProgramManager);
    }

    private static async Task UntilAsync(Func<bool> so)
    {
        for (var until = DateTime.UtcNow + Patience; !so(); await Task.Delay(100))
            Assert.True(DateTime.UtcNow < until, "It did not come to that in time.");
    }

    private static IEnumerable<string> InTeam(WebFixture web) => web.World.TeamMembers("aurora-beta").Select(m => m.AppleEmail?.Trim().ToLowerInvariant() ?? "").Where(e => e.Length > 0).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> InGroup(WebFixture web, string groupId) => web.World.GroupMembers(groupId).Select(m => m.Email!.ToLowerInvariant()).Order(StringComparer.Ordinal);
}
