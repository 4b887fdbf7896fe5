using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Approvals;

/// <summary>The end of a project: its own act, previewed, typed, allowed by a second person.</summary>
public sealed class EndOfProjectTests
{
    private static readonly ApprovalAnswer Because = new("The beta is over.");
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Invariant", "10")]
    [Trait("Invariant", "35")]
    [Trait("Failure", "F25")]
    public async Task EndProjectAsync_AllowedByASecondPerson_RemovesTheOwnedAndAsksToRetireTheLink()
    {
        await using var stage = await HeldStage.FilledAsync(people: 12);
        stage.World.AddTesterByHand(stage.GroupId, "by.hand@example.com");
        // The team may be gone by then: it is not asked.
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        var preview = await PreviewAsync(stage);
        Assert.Equal((RunState.Planned, 12, 1, 13), (preview.State, preview.ToRemove, preview.Skipped, stage.InGroup().Count));

        var asked = await stage.Sync.EndProjectAsync(stage.Link.Id, preview.Id, 12, "The beta is over.", Actors.ProgramManager, Cancel);
        var held = await stage.GoOnAsync(asked.RunId);
        Assert.Equal((RunState.AwaitingApproval, "ends-project", 13), (held.State, held.Problem?.Code, stage.InGroup().Count));
        await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.ProgramManager, cancel: Cancel));
        await stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.SecondProgramManager, cancel: Cancel);
        var done = await stage.GoOnAsync(asked.RunId);
        var link = await stage.CheckAsync();

        Assert.Equal((RunState.Succeeded, 12), (done.State, done.Confirmed));
        Assert.Equal(["by.hand@example.com"], stage.InGroup());
        Assert.Equal((LinkState.Paused, "project-ended"), (link.State, link.Problem?.Code));
    }

    [Fact]
    public async Task EndProjectAsync_WithoutPreviewNumberOrReason_IsRefused()
    {
        await using var stage = await HeldStage.FilledAsync(people: 12);
        var ordinary = await stage.RunAsync(SyncMode.Preview);
        var preview = await PreviewAsync(stage);

        Assert.Equal("end-not-previewed", await RefusedAsync(() => stage.Sync.EndProjectAsync(stage.Link.Id, ordinary.Id, 0, "Over.", Actors.ProgramManager, Cancel)));
        Assert.Equal("typed-count-differs", await RefusedAsync(() => stage.Sync.EndProjectAsync(stage.Link.Id, preview.Id, 11, "Over.", Actors.ProgramManager, Cancel)));
        Assert.Equal("approval-reason-missing", await RefusedAsync(() => stage.Sync.EndProjectAsync(stage.Link.Id, preview.Id, 12, " ", Actors.ProgramManager, Cancel)));
        Assert.Equal("access-refused", await RefusedAsync(() => stage.Sync.EndProjectAsync(stage.Link.Id, preview.Id, 12, "Over.", Actors.Support, Cancel)));
    }

    [Fact]
    [Trait("Invariant", "16")]
    public async Task EndProjectAsync_GroupChangedSinceThePreview_WritesNothing()
    {
        await using var stage = await HeldStage.FilledAsync(people: 12);
        var preview = await PreviewAsync(stage);
        stage.World.RemoveTesterByHand(stage.GroupId, stage.InGroup()[0]);

        var asked = await stage.Sync.EndProjectAsync(stage.Link.Id, preview.Id, 12, "Over.", Actors.ProgramManager, Cancel);
        var run = await stage.GoOnAsync(asked.RunId);

        Assert.Equal((RunState.Blocked, "plan-changed", 11), (run.State, run.Problem?.Code, run.ToRemove));
        Assert.Equal(LinkState.Active, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).State);
        Assert.Single((await stage.Sync.ChangesAsync(run.Id, Actors.ProgramManager, Cancel))!.People);
    }

    private static async Task<RunView> PreviewAsync(SyncStage stage) => await stage.GoOnAsync((await stage.Sync.PreviewEndAsync(stage.Link.Id, Actors.ProgramManager, Cancel)).RunId);

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code;
}
