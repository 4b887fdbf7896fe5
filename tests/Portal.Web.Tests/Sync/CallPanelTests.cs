using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Calls;
using Portal.Services.AppStoreConnect.Budget;
using Portal.Services.Sync;
using Portal.Web.Credentials;
using Portal.Web.Sync.Runs;

namespace Portal.Web.Tests.Sync;

/// <summary>What people read of a key's calls: with a preview, while a run goes or waits, and on the key's own page.</summary>
public sealed class CallPanelTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 13, 50, 0, TimeSpan.Zero);
    private static readonly CallGauge Gauge = new(3_600, 640, 2_960, 2_240, 0, 0, 4, 4, 0, null);

    public CallPanelTests() => Services.AddSingleton(TimeProvider.System);

    private static RunView Run(SyncMode mode) => new()
    {
        Id = Guid.NewGuid(), LinkId = Guid.NewGuid(), LinkTitle = "Link", Mode = mode, Trigger = RunTrigger.Person, State = mode is SyncMode.Preview ? RunState.Planned : RunState.Applying,
        StartedByName = "Ana", StartedById = "ana", OnePerson = false, RequestedAt = Now, Revision = 1, ToAdd = 200, PlannedAt = Now,
    };

    private string Forecast(SyncMode mode, CallForecast forecast, CallGauge gauge) => Render<RunCallsPanel>(panel => panel
        .Add(p => p.Run, Run(mode)).Add(p => p.Forecast, new RunForecast(forecast, gauge))).Find("p").TextContent;

    [Fact]
    public void RunCalls_Preview_SaysCallsWhatIsLeftAndWhenItIsDone()
    {
        Assert.Equal("At most 214 calls, 2,960 left this hour, done about 14:07 UTC", Forecast(SyncMode.Preview, new(214, 2_960, Now.AddMinutes(17), false), Gauge));
        Assert.Equal("At most 1 call to go, done about 16:30 UTC, waiting for Apple's limit on the way",
            Forecast(SyncMode.Real, new(1, null, Now.AddMinutes(160), true), Gauge with { Limit = null, Left = null }));
    }

    [Fact, Trait("Failure", "F22")]
    public void RunProgress_WaitingForApplesLimit_SaysUntilWhen()
    {
        var until = DateTimeOffset.UtcNow.AddMinutes(30);
        var progress = Render<RunProgress>(panel => panel.Add(p => p.Run, Run(SyncMode.Real) with { WaitingUntil = until }));
        Assert.Equal($"Waiting for Apple's limit, goes on about {until:HH:mm} UTC", progress.Find(".run-step").TextContent);
        progress.Render(panel => panel.Add(p => p.Run, Run(SyncMode.Real) with { WaitingUntil = DateTimeOffset.UtcNow.AddMinutes(-1) }));
        Assert.Equal("Changing the group at Apple", progress.Find(".run-step").TextContent);
    }

    [Fact, Trait("Invariant", "40"), Trait("Failure", "F2")]
    public void KeyUsage_ForeignCallsAndPassingRefusals_AreSaidWithWhoseTurnItIs()
    {
        var panel = Render<KeyUsagePanel>(p => p.Add(x => x.Usage, new KeyUsage(true, 4, 3, Now, 43, Now)).Add(x => x.Gauge, Gauge with { Width = 2, RunsWaitUntil = Now }));
        Assert.Contains("About 40 calls with this key were not ours", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("3 passing refusals cured by a fresh token", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("At most 2 on their way at a time for now", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("go on about 13:50 UTC", panel.Markup, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("select"));
    }

    [Fact]
    public void KeyUsage_WhoMayManage_ChoosesScopesAndRequestsInFlight()
    {
        var chosen = new List<(bool, int)>();
        var panel = Render<KeyUsagePanel>(p => p.Add(x => x.Usage, new KeyUsage(true, 4, 0, null, 0, null)).Add(x => x.CanManage, true)
            .Add(x => x.OnChange, choice => chosen.Add(choice)));
        panel.Find("input").Change(false);
        panel.Find("select").Change("8");
        Assert.Equal([(false, 4), (true, 8)], chosen);
    }
}
