using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.Sync;
using Portal.Services.Tests.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Undo;

/// <summary>Runs that went wrong, and the ways back.</summary>
internal static class UndoStage
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A filled group, then a sync that removed and added so many; time has passed since.</summary>
    public static async Task<(SyncStage Stage, RunView Run)> SyncedAsync(int left = 2, int joined = 1, SyncPolicy? policy = null)
    {
        var stage = await HeldStage.FilledAsync(people: 20, policy: policy);
        stage.Portal.Clock.Advance(TimeSpan.FromHours(25));
        foreach (var email in stage.InTeam().Take(left).ToList()) stage.World.RemoveTeamMember(SyncStage.Team, email);
        for (var n = 0; n < joined; n++) stage.World.AddTeamMember(SyncStage.Team, "Nina", $"Novak{n}", $"nina{n}@example.net", $"nina{n}@example.net");
        var run = await stage.RunAsync();
        Assert.Equal((RunState.Succeeded, joined, left), (run.State, run.ToAdd, run.ToRemove));
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(1));
        return (stage, run);
    }

    public static async Task<RunView> PreviewUndoAsync(this SyncStage stage, Guid runId) => await stage.GoOnAsync((await stage.Sync.PreviewUndoAsync(runId, Actors.ProgramManager, Cancel)).RunId);

    /// <summary>Previewed, confirmed, carried out as far as it goes.</summary>
    public static async Task<RunView> UndoAsync(this SyncStage stage, Guid runId)
    {
        var preview = await stage.PreviewUndoAsync(runId);
        return await stage.GoOnAsync((await stage.Sync.UndoAsync(runId, preview.Id, "The team list was wrong.", Actors.ProgramManager, cancel: Cancel)).RunId);
    }

    /// <summary>Apple knows this person and refuses to put them into a group.</summary>
    public static void Refuse(this SyncStage stage, string email)
    {
        stage.World.AddTesterByHand(stage.World.GroupId(SyncStage.App, "Aurora friends"), email);
        stage.World.SetTesterState(email, stage.AppId, "REVOKED");
    }

    public static async Task<string> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code;

    public static async Task<IReadOnlyList<string>> ToldAsync(this SyncStage stage, Guid runId) =>
        [.. (await stage.ItemsAsync(runId)).Select(i => $"{i.Action} {i.Email} {i.ReasonCode}").Order(StringComparer.Ordinal)];
}
