using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Alerts;
using Portal.Services.Sync.Approvals;
using Portal.Tests;
using Portal.Tests.Mail;

namespace Portal.Services.Tests.Sync.Approvals;

/// <summary>Installations of one or two, and the mails about what is held, through a mail server none of us wrote.</summary>
[Trait("Invariant", "31")]
public sealed class AloneTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllowAsync_OwnRequestInASmallInstallation_TakesTheNumberOneHourAndIsMarked()
    {
        await using var stage = await HeldStage.FilledAsync(settings: new Dictionary<string, string?> { ["Approvals:FourEyes"] = "false" });
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();
        var (id, before) = (held.ApprovalId!.Value, stage.InGroup());

        var wrong = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(id, new("I am alone.", 1), Actors.ProgramManager, cancel: Cancel));
        var confirmed = await stage.Approvals().AllowAsync(id, new("I am alone.", held.ToRemove), Actors.ProgramManager, cancel: Cancel);
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(59));
        await stage.Portal.Get<ApprovalSweep>().RunAsync(Cancel);
        Assert.Equal(RunState.AwaitingApproval, (await stage.GoOnAsync(held.Id)).State);
        Assert.Equal(before, stage.InGroup());
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Portal.Get<ApprovalSweep>().RunAsync(Cancel);
        var done = await stage.GoOnAsync(held.Id);

        Assert.Equal(("typed-count-differs", ApprovalState.Delayed, true), (wrong.Problem.Code, confirmed.State, confirmed.NotFourEyes));
        Assert.Equal((RunState.Succeeded, true), (done.State, done.NotFourEyes));
        var codes = await stage.DataAsync(db => db.AuditEvents.Where(e => e.TargetKind == "approval").OrderBy(e => e.Id).Select(e => e.Code).ToListAsync());
        Assert.Equal([AuditCodes.ApprovalAsked.Name, AuditCodes.ApprovalConfirmedAlone.Name, AuditCodes.ApprovalTookEffect.Name], codes);
    }

    [Fact]
    public async Task RejectAsync_WithinTheHour_StopsIt()
    {
        await using var stage = await HeldStage.FilledAsync(settings: new Dictionary<string, string?> { ["Approvals:FourEyes"] = "false" });
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();
        await stage.Approvals().AllowAsync(held.ApprovalId!.Value, new("I am alone.", held.ToRemove), Actors.ProgramManager, cancel: Cancel);

        var rejected = await stage.Approvals().RejectAsync(held.ApprovalId!.Value, new("Stop."), Actors.Administrator, Cancel);
        stage.Portal.Clock.Advance(TimeSpan.FromHours(2));
        await stage.Portal.Get<ApprovalSweep>().RunAsync(Cancel);

        Assert.Equal((ApprovalState.Rejected, RunState.Cancelled), (rejected.State, (await stage.GoOnAsync(held.Id)).State));
    }

    [Fact]
    public async Task RunAsync_HeldThenHeldAgain_SendsOneMailUntilTheReasonChanges()
    {
        using var server = await MailServer.StartAsync();
        await using var stage = await HeldStage.FilledAsync(people: 60, settings: new Dictionary<string, string?>
        {
            ["Alerts:Mail:0:To"] = "managers@example.com", ["Portal:PublicUrl"] = "https://portal.example.com",
            ["Mail:Host"] = "localhost", ["Mail:Port"] = $"{server.Port}", ["Mail:From"] = "portal@example.com", ["Mail:UseTls"] = "false",
        });
        stage.World.ShrinkTeam(SyncStage.Team, 45);
        await CheckAndMailAsync(stage);
        var first = await server.NextAsync(Cancel);
        var held = await stage.NewestAsync();
        // Twice more, with the same plan and with another one: the same reason.
        await CheckAndMailAsync(stage);
        stage.World.ShrinkTeam(SyncStage.Team, 44);
        await CheckAndMailAsync(stage);
        // Now invitations are too many.
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, 60);
        for (var n = 0; n < 30; n++) stage.World.AddTeamMember(SyncStage.Team, "New", $"{n}", $"new{n}@example.com", $"new{n}@example.com");
        await CheckAndMailAsync(stage);
        var second = await server.NextAsync(Cancel);

        Assert.Equal("managers@example.com", Assert.Single(first.To));
        Assert.Contains($"https://portal.example.com/approvals/{held.ApprovalId}", first.Message.TextBody, StringComparison.Ordinal);
        Assert.Contains("15 of 60 would be removed", first.Message.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("@example.net", first.Message.TextBody, StringComparison.Ordinal);
        Assert.Contains("(too-many-adds)", $"({(await stage.NewestAsync()).Problem!.Code})", StringComparison.Ordinal);
        Assert.Contains("would be invited", second.Message.TextBody, StringComparison.Ordinal);
        Assert.Equal(2, await stage.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == AuditCodes.AlertTold.Name)));
    }

    private static async Task CheckAndMailAsync(SyncStage stage)
    {
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.CheckAsync();
        await stage.Portal.Get<ApprovalSweep>().RunAsync(Cancel);
        await stage.Portal.Get<AlertSweep>().RunAsync(Cancel);
        await stage.Portal.Get<AlertDelivery>().RunAsync(Cancel);
    }
}
