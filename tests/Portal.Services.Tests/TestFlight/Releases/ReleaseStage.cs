using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Domain.TestFlight.Releases;
using Portal.Services.TestFlight;
using Portal.Services.TestFlight.Releases;
using Portal.Services.Tests.Sync;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Services.Tests.TestFlight.Releases;

/// <summary>A link in use whose new builds make releases; the test moves it on by cycles and sweeps.</summary>
internal sealed class ReleaseStage : IAsyncDisposable
{
    private ReleaseStage(SyncStage sync) => Sync = sync;

    public SyncStage Sync { get; }
    public PortalFixture Portal => Sync.Portal;
    public World World => Sync.World;
    public Guid LinkId => Sync.Link.Id;
    public ReleaseService Service => Portal.Get<ReleaseService>();
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ReleaseStage> StartAsync(ReleaseMode mode = ReleaseMode.Draft, string mailTo = "", DatabaseKind kind = DatabaseKind.Sqlite, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var stage = new ReleaseStage(await SyncStage.StartAsync(team: "ember-insiders", kind: kind, settings: settings));
        await stage.Sync.RunAsync();
        if (mode is not ReleaseMode.Off) await stage.Service.ChangeMonitorAsync(stage.LinkId, mode, mailTo, null, Actors.ProgramManager, Cancel);
        return stage;
    }

    /// <summary>A build that somebody gives to the group.</summary>
    public async Task<string> ComesAsync(string number = "300", string state = "BETA_APPROVED")
    {
        var build = World.UploadBuild(Sync.AppId, "3.0", number, state);
        await Portal.Get<TestFlightService>().AssignBuildAsync(Actors.ProgramManager, Sync.GroupId, build, Cancel);
        return build;
    }

    /// <summary>A cycle of the schedule, and a sweep of the worker after it.</summary>
    public async Task CycleAsync()
    {
        await Sync.CheckAsync();
        await SweepAsync();
    }

    public Task SweepAsync() => Portal.Get<BuildWorker>().SweepAsync(Cancel);

    public async Task<BuildHistoryLine> LineAsync(string build) => (await Service.OfLinkAsync(LinkId, Actors.Viewer, Cancel)).Single(line => line.BuildId == build);

    public async Task<ReleaseView> ReleaseAsync(string build) => (await LineAsync(build)).Release!;

    public Task<List<string>> CodesAsync() => Sync.DataAsync(db => db.AuditEvents.Where(e => e.Code.StartsWith("release.")).OrderBy(e => e.At).ThenBy(e => e.Id).Select(e => e.Code).ToListAsync(Cancel));

    public ValueTask DisposeAsync() => Sync.DisposeAsync();
}
