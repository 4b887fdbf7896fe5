using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Approvals;

/// <summary>The stage after its first fill, and what a held run needs of it.</summary>
internal static class HeldStage
{
    public static async Task<SyncStage> FilledAsync(int? people = null, SyncPolicy? policy = null, DatabaseKind kind = DatabaseKind.Sqlite, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var stage = await SyncStage.StartAsync(policy: policy, kind: kind, settings: settings);
        if (people is { } count)
        {
            stage.World.ShrinkTeam(SyncStage.Team, 0);
            stage.World.FillTeam(SyncStage.Team, count);
        }
        var first = await stage.RunAsync();
        Assert.Equal(RunState.Succeeded, first.State);
        return stage;
    }

    public static ApprovalService Approvals(this SyncStage stage) => stage.Portal.Get<ApprovalService>();

    /// <summary>The runner takes a run that was let through.</summary>
    public static async Task<RunView> GoOnAsync(this SyncStage stage, Guid runId)
    {
        await stage.Portal.Get<SyncRunner>().RunAsync(runId, TestContext.Current.CancellationToken);
        return await stage.Sync.RunAsync(runId, Actors.Viewer, TestContext.Current.CancellationToken);
    }

    /// <summary>The newest run.</summary>
    public static async Task<RunView> NewestAsync(this SyncStage stage) =>
        (await stage.Sync.RunsAsync(new RunQuery { Take = 1 }, Actors.Viewer, TestContext.Current.CancellationToken)).Items[0];
}
