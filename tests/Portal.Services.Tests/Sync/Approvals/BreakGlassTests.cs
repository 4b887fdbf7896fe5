using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Alerts;
using Portal.Services.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Approvals;

/// <summary>One person decides alone in an emergency: for a time, with a reason, an alert and a review.</summary>
[Trait("Invariant", "31")]
public sealed class BreakGlassTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task AllowAsync_OwnRequestWithTheGlassBroken_TakesEffectMarkedAndIsReviewedByAnother(DatabaseKind kind)
    {
        await using var stage = await HeldStage.FilledAsync(kind: kind);
        var (held, glasses) = (await HeldAsync(stage), stage.Portal.Get<BreakGlassService>());

        var begun = await glasses.BeginAsync("Nobody answers, the build goes out at noon.", 60, Actors.ProgramManager, Cancel);
        var alert = Assert.Single((await stage.Portal.Get<AlertService>().ListAsync(new AlertQuery(), Actors.SecurityReviewer, Cancel)).Items, a => a.Problem.Code == "break-glass-is-active");
        var wrong = await CodeAsync(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, new("I must.", 1), Actors.ProgramManager, cancel: Cancel));
        var allowed = await stage.Approvals().AllowAsync(held.ApprovalId!.Value, new("I must.", held.ToRemove), Actors.ProgramManager, cancel: Cancel);
        var done = await stage.GoOnAsync(held.Id);
        var early = await CodeAsync(() => glasses.ReviewAsync(begun.Id, "Looks right.", Actors.SecurityReviewer, Cancel));
        await glasses.EndAsync(begun.Id, Actors.SecurityReviewer, Cancel);
        var reviewed = await glasses.ReviewAsync(begun.Id, "The build was really due.", Actors.SecurityReviewer, Cancel);
        var twice = await CodeAsync(() => glasses.ReviewAsync(begun.Id, "Once more.", Actors.Administrator, Cancel));

        Assert.Equal(("/break-glass", "typed-count-differs"), (alert.Path, wrong));
        Assert.Equal((ApprovalState.Allowed, true, RunState.Succeeded, true), (allowed.State, allowed.NotFourEyes, done.State, done.NotFourEyes));
        Assert.Equal(("break-glass-still-active", "break-glass-reviewed"), (early, twice));
        Assert.Equal((BreakGlassState.Reviewed, "security-reviewer", false), (reviewed.State, reviewed.ReviewedByName, reviewed.NotFourEyes));
        Assert.Equal([held.ApprovalId!.Value], reviewed.Allowed);
        Assert.Equal([AuditCodes.GlassBroken.Name, AuditCodes.GlassEnded.Name, AuditCodes.GlassReviewed.Name], await CodesAsync(stage, "break-glass"));
        Assert.Contains(AuditCodes.ApprovalAllowedBreakingGlass.Name, await CodesAsync(stage, "approval"));
    }

    [Fact]
    public async Task AllowAsync_WhenTheTimeIsUp_TakesASecondPersonAgain()
    {
        await using var stage = await HeldStage.FilledAsync();
        var (held, glasses) = (await HeldAsync(stage), stage.Portal.Get<BreakGlassService>());
        var begun = await glasses.BeginAsync("Nobody answers.", 15, Actors.ProgramManager, Cancel);
        Assert.True((await stage.Approvals().GetAsync(held.ApprovalId!.Value, Actors.ProgramManager, Cancel)).BreaksGlass);

        // No sweep has run: time alone ends it.
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(15));
        var refused = await CodeAsync(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, new("I must.", held.ToRemove), Actors.ProgramManager, cancel: Cancel));
        Assert.Empty(await glasses.ActiveAsync(Actors.Viewer, Cancel));
        await stage.Portal.Get<ApprovalSweep>().RunAsync(Cancel);
        await stage.Portal.Get<ApprovalSweep>().RunAsync(Cancel);
        await stage.Portal.Get<AlertSweep>().RunAsync(Cancel);

        Assert.Equal("own-request", refused);
        Assert.Equal(BreakGlassState.WaitsForReview, Assert.Single(await glasses.ListAsync(Actors.Viewer, Cancel)).State);
        Assert.Equal("break-glass-over", await CodeAsync(() => glasses.EndAsync(begun.Id, Actors.ProgramManager, Cancel)));
        Assert.Equal([AuditCodes.GlassBroken.Name, AuditCodes.GlassRanOut.Name], await CodesAsync(stage, "break-glass"));
        Assert.Contains((await stage.Portal.Get<AlertService>().ListAsync(new AlertQuery(), Actors.Viewer, Cancel)).Items, a => a.Problem.Code == "break-glass-waits");
    }

    [Fact]
    public async Task AllowAsync_SomebodyElsesGlass_WaivesNothingForOthers()
    {
        await using var stage = await HeldStage.FilledAsync();
        var held = await HeldAsync(stage);
        await stage.Portal.Get<BreakGlassService>().BeginAsync("Another matter.", 60, Actors.SecondProgramManager, Cancel);

        Assert.Equal("own-request", await CodeAsync(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, new("I must.", held.ToRemove), Actors.ProgramManager, cancel: Cancel)));
    }

    [Fact]
    public async Task BeginAsync_WithoutReasonTooLongTwiceOrByWhoDecidesNothing_IsRefused()
    {
        await using var portal = await PortalFixture.StartAsync();
        var glasses = portal.Get<BreakGlassService>();

        Assert.Equal("break-glass-reason-missing", await CodeAsync(() => glasses.BeginAsync(" ", 60, Actors.Administrator, Cancel)));
        Assert.Equal("break-glass-length", await CodeAsync(() => glasses.BeginAsync("Why.", 241, Actors.Administrator, Cancel)));
        foreach (var actor in new[] { Actors.Viewer, Actors.Support, Actors.SecurityReviewer, Actors.Nobody })
            Assert.Equal("access-refused", await CodeAsync(() => glasses.BeginAsync("Why.", 60, actor, Cancel)));
        await glasses.BeginAsync("Why.", 60, Actors.Administrator, Cancel);
        Assert.Equal("break-glass-active", await CodeAsync(() => glasses.BeginAsync("Again.", 60, Actors.Administrator, Cancel)));
    }

    [Theory]
    [InlineData("true", "break-glass-own-review", BreakGlassState.WaitsForReview, false)]
    [InlineData("false", null, BreakGlassState.Reviewed, true)]
    public async Task ReviewAsync_ByWhoBrokeIt_IsRefusedOrMarkedInASmallInstallation(string fourEyes, string? refused, BreakGlassState state, bool notFourEyes)
    {
        await using var portal = await PortalFixture.StartAsync(settings: new Dictionary<string, string?> { ["Approvals:FourEyes"] = fourEyes });
        var glasses = portal.Get<BreakGlassService>();
        var begun = await glasses.BeginAsync("Why.", 60, Actors.Administrator, Cancel);
        await glasses.EndAsync(begun.Id, Actors.Administrator, Cancel);

        Assert.Equal(refused, await CodeAsync(() => glasses.ReviewAsync(begun.Id, "Fine.", Actors.Administrator, Cancel)));

        var after = Assert.Single(await glasses.ListAsync(Actors.Viewer, Cancel));
        Assert.Equal((state, notFourEyes), (after.State, after.NotFourEyes));
    }

    private static async Task<Services.Sync.RunView> HeldAsync(SyncStage stage)
    {
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();
        Assert.Equal("own-request", await CodeAsync(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, new("I must.", held.ToRemove), Actors.ProgramManager, cancel: Cancel)));
        return held;
    }

    private static async Task<string?> CodeAsync(Func<Task> act) => (await Record.ExceptionAsync(act) as ProblemException)?.Problem.Code;

    private static Task<List<string>> CodesAsync(SyncStage stage, string kind) =>
        stage.DataAsync(db => db.AuditEvents.Where(e => e.TargetKind == kind && e.Code != "approval.refused").OrderBy(e => e.Id).Select(e => e.Code).ToListAsync());
}
