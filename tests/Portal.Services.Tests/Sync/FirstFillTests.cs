using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>A group filled for the first time beyond what an hour has: the bar's 10,000 with smaller numbers. The benchmark <c>first-fill</c> has the large ones.</summary>
public sealed class FirstFillTests
{
    private const int People = 400;
    private const int HourLimit = 100;

    [Fact, Trait("Failure", "F32"), Trait("Invariant", "37")]
    public async Task Run_RestartedThreeTimesWithinApplesHours_EndsAsEarlyAsTheyAllowAndInvitesNobodyTwice()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, People);
        stage.World.Switches = stage.World.Switches with { HourLimit = HourLimit };
        var begun = stage.Portal.Clock.GetUtcNow();
        var asked = await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager);

        await RestartedRun.CarryOutAsync(stage.Portal, asked.RunId, [50, 150, 390]);

        var run = await stage.Sync.RunAsync(asked.RunId, Actors.Viewer);
        Assert.Equal((RunState.Succeeded, null), (run.State, run.Problem));
        Assert.Equal(stage.InTeam(), stage.InGroup());
        Assert.DoesNotContain(stage.World.Outbox.Where(m => m.Kind is "invitation" or "reinvitation").CountBy(m => m.To, StringComparer.OrdinalIgnoreCase), mails => mails.Value > 1);
        Assert.DoesNotContain(stage.World.Ledger.Entries, call => call.Status == 429);
        // What no portal can do without: one look, one call each, one look back, in hours less what is kept for people.
        var earliest = TimeSpan.FromHours((People + 1) / (HourLimit - CallBudget.Reserve(HourLimit)));
        Assert.InRange(run.FinishedAt!.Value - begun, TimeSpan.Zero, earliest * 1.05);
    }

    [Fact, Trait("Invariant", "27")]
    public async Task Run_WithPeopleWaitingForTheirTurn_SaysSentOnlyOfThoseWhoseRequestIsOnRecord()
    {
        await using var stage = await SyncStage.StartAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, 30);
        stage.World.AddFault("hold", "POST", "/v1/betaTesters", times: 1_000);
        var running = stage.RunAsync();
        while (stage.World.Ledger.Entries.Count(call => call is { Method: "POST", PathTemplate: "/v1/betaTesters" }) < 4) await Task.WhenAny(running, Task.Delay(20));
        // Four are on their way, two are ready to go.
        while (await stage.DataAsync(db => db.KeyUses.CountAsync(use => use.Method == "POST")) < 6) await Task.WhenAny(running, Task.Delay(20));

        var sent = await stage.DataAsync(db => db.RunItems.CountAsync(item => item.Outcome == ItemOutcome.Sent));
        var owned = await stage.DataAsync(db => db.Memberships.CountAsync());
        var intents = await stage.DataAsync(db => db.KeyUses.CountAsync(use => use.Method == "POST"));
        stage.World.Faults.Clear();
        await running;

        Assert.Equal((6, 6, 6), (sent, owned, intents));
    }
}
