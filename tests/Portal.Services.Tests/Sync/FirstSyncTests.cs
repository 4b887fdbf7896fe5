using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync;

/// <summary>The main job: a team of 250 into the empty group made for it.</summary>
public sealed class FirstSyncTests
{
    [Theory, EachDatabase]
    [Trait("Invariant", "7")]
    [Trait("Invariant", "6")]
    public async Task RequestAsync_TeamOf250_PutsExactlyTheTeamIntoTheGroup(DatabaseKind kind)
    {
        await using var stage = await SyncStage.StartAsync(kind: kind);

        var run = await stage.RunAsync();

        Assert.Null(run.Problem);
        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(stage.InTeam(), stage.InGroup());
        Assert.Equal(250, run.TeamCount);
        var items = await stage.ItemsAsync(run.Id);
        Assert.Equal(10, items.Count(i => i.ReasonCode == PlanReasons.NoAppleEmail.Code));
        Assert.Equal(3, items.Count(i => i.ReasonCode == PlanReasons.SameAddress.Code));
        Assert.Equal(237, items.Count(i => i is { Action: PlanAction.Add, Outcome: ItemOutcome.Confirmed }));
        Assert.Equal(237, run.Confirmed);
        Assert.Equal(237, run.Done);
        var link = await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer);
        Assert.Equal(LinkState.Active, link.State);
    }

    [Fact]
    [Trait("Invariant", "16")]
    public async Task RequestAsync_PreviewThenReal_MakeTheSamePlanAndThePreviewWritesNothing()
    {
        await using var stage = await SyncStage.StartAsync();

        var preview = await stage.RunAsync(SyncMode.Preview);
        Assert.Empty(stage.InGroup());
        var real = await stage.RunAsync();

        Assert.Equal(RunState.Planned, preview.State);
        Assert.True(preview.IsOver);
        Assert.Equal(preview.PlanHash, real.PlanHash);
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET" && e.Status < 300 && e.At < real.RequestedAt);
    }

    [Fact]
    [Trait("Invariant", "18")]
    [Trait("Invariant", "20")]
    public async Task RequestAsync_Twice_SecondRunFindsNothingToDoAndNobodyIsInvitedTwice()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var mails = stage.World.Outbox.Count;

        var again = await stage.RunAsync();

        Assert.Equal(RunState.Succeeded, again.State);
        Assert.Equal(0, again.ToAdd + again.ToRemove);
        Assert.Equal(mails, stage.World.Outbox.Count);
        Assert.All(stage.World.Outbox.Where(m => m.GroupId == stage.GroupId).GroupBy(m => m.To.ToLowerInvariant()), person => Assert.Single(person));
    }

    [Fact]
    [Trait("Invariant", "27")]
    public async Task RequestAsync_AnyRun_EveryRequestAtAppleHasItsIntentAndOutcomeInTheRecord()
    {
        await using var stage = await SyncStage.StartAsync();

        await stage.RunAsync();

        var uses = await stage.DataAsync(db => db.KeyUses.Where(u => u.CredentialId == stage.CredentialId).ToListAsync());
        var calls = stage.World.Ledger.Entries.Where(e => e.Path.StartsWith("/v1/", StringComparison.Ordinal)).ToList();
        Assert.Equal(calls.Select(c => $"{c.TokenHash} {c.Method} {c.PathTemplate}").Order(), uses.Select(u => $"{u.TokenHash} {u.Method} {u.PathTemplate}").Order());
        Assert.All(uses, use => Assert.NotNull(use.OutcomeAt));
        Assert.All(uses, use => Assert.False(string.IsNullOrEmpty(use.ActorId)));
    }

    [Fact]
    [Trait("Invariant", "10")]
    public async Task RequestAsync_AfterMembersLeave_RemovesThemAndNobodyElse()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.AddTesterByHand(stage.GroupId, "by.hand@example.com");
        var leavers = stage.World.TeamMembers(SyncStage.Team).Where(m => m.AppleEmail?.Contains('@') == true).Skip(100).Take(3).ToList();
        foreach (var leaver in leavers) stage.World.RemoveTeamMember(SyncStage.Team, leaver.UserId.ToString());

        var run = await stage.RunAsync();

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(3, run.ToRemove);
        Assert.Equal(stage.InTeam().Append("by.hand@example.com").Order(StringComparer.Ordinal), stage.InGroup());
    }

    [Fact]
    [Trait("Invariant", "22")]
    public async Task RequestAsync_AppleEmailChanged_NewOneIsInBeforeTheOldOneGoes()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var member = stage.World.TeamMembers(SyncStage.Team).First(m => m.FirstName == "Ana");
        stage.World.ChangeAppleEmail(SyncStage.Team, member.UserId.ToString(), "ana.new@example.net");

        var run = await stage.RunAsync();

        Assert.Equal((1, 1, RunState.Succeeded), (run.ToAdd, run.ToRemove, run.State));
        Assert.Equal(stage.InTeam(), stage.InGroup());
        var writes = stage.World.Ledger.Entries.Where(e => e.Method is "POST" or "DELETE").ToList();
        Assert.Equal("DELETE", writes[^1].Method);
        Assert.Equal("POST", writes[^2].Method);
    }

    [Fact]
    [Trait("Invariant", "22")]
    public async Task RequestAsync_AppleEmailChangedToOneAppleRefuses_OldOneStaysAndSaysWhy()
    {
        await using var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        var member = stage.World.TeamMembers(SyncStage.Team).First(m => m.FirstName == "Ana");
        var old = member.AppleEmail!.Trim().ToLowerInvariant();
        stage.World.ChangeAppleEmail(SyncStage.Team, member.UserId.ToString(), "ana..new@example.net");

        var run = await stage.RunAsync();

        Assert.Equal((RunState.Partial, 1, 1), (run.State, run.Refused, run.NotTried));
        Assert.Contains(old, stage.InGroup());
        var kept = Assert.Single(await stage.ItemsAsync(run.Id), i => i.Outcome is ItemOutcome.NotTried);
        Assert.Equal(PlanAction.Remove, kept.Action);
        Assert.StartsWith(SyncProblems.NewAddressNotIn.Sentence, kept.OutcomeSentence, StringComparison.Ordinal);
    }
}
