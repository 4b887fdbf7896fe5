using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Services.Audit;
using Portal.Services.Sync;
using Portal.Services.Sync.Approvals;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Approvals;

/// <summary>A plan over a limit: held before its first write, and decided by a second person.</summary>
public sealed class HeldRunTests
{
    private static readonly ApprovalAnswer Because = new("The season is over for them.");
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Invariant", "14")]
    [Trait("Invariant", "31")]
    public async Task AllowAsync_FortyLeft_TheRequesterIsRefusedAndASecondPersonLetsItThrough()
    {
        await using var stage = await FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var before = stage.InGroup();
        stage.World.Ledger.Clear();

        var held = await stage.RunAsync();
        Assert.Equal((RunState.AwaitingApproval, "too-many-removals"), (held.State, held.Problem?.Code));
        Assert.Equal(before, stage.InGroup());
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET");
        var own = await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.ProgramManager, cancel: Cancel));
        var allowed = await stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.SecondProgramManager, cancel: Cancel);
        var done = await stage.GoOnAsync(held.Id);

        Assert.Equal("own-request", own.Problem.Code);
        Assert.Equal((ApprovalState.Allowed, "program-manager-2", false), (allowed.State, allowed.DecidedByName, allowed.NotFourEyes));
        Assert.Equal((RunState.Succeeded, held.PlanHash), (done.State, done.PlanHash));
        Assert.Equal(stage.InTeam(), stage.InGroup());
        Assert.Equal(LinkState.Active, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel)).State);
        var codes = await stage.DataAsync(db => db.AuditEvents.Where(e => e.TargetKind == "approval").OrderBy(e => e.Id).Select(e => e.Code).ToListAsync());
        Assert.Equal([AuditCodes.ApprovalAsked.Name, AuditCodes.ApprovalRefused.Name, AuditCodes.ApprovalAllowed.Name], codes);
    }

    [Fact]
    [Trait("Invariant", "16")]
    [Trait("Invariant", "31")]
    public async Task AllowAsync_TeamChangedMeanwhile_WritesNothingAndAsksAnewAboutTheNewPlan()
    {
        await using var stage = await FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();
        var before = stage.InGroup();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");
        await stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.SecondProgramManager, cancel: Cancel);

        var old = await stage.GoOnAsync(held.Id);
        var anew = (await stage.Sync.RunsAsync(new RunQuery { Take = 1 }, Actors.Viewer, Cancel)).Items[0];
        var changes = await stage.Sync.ChangesAsync(anew.Id, Actors.ProgramManager, Cancel);

        Assert.Equal((RunState.Cancelled, "hold-superseded"), (old.State, old.Problem?.Code));
        Assert.Equal(before, stage.InGroup());
        Assert.Equal((RunState.AwaitingApproval, held.ToRemove, 1), (anew.State, anew.ToRemove, anew.ToAdd));
        var change = Assert.Single(changes!.People);
        Assert.Equal(("new@example.com", null, PlanAction.Add), (change.Email, change.Before, change.Now));
        Assert.Equal(ApprovalState.Open, (await stage.Approvals().GetAsync(anew.ApprovalId!.Value, Actors.Viewer, Cancel)).State);
    }

    [Fact]
    [Trait("Invariant", "14")]
    public async Task AllowAsync_ChosenPeople_AreTheOnlyOnesWrittenAndTheLinkWaitsForTheRest()
    {
        await using var stage = await FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();
        var removals = (await stage.ItemsAsync(held.Id)).Where(i => i.Action is PlanAction.Remove).ToList();
        var before = stage.InGroup();

        var allowed = await stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.SecondProgramManager, [removals[0].Id, removals[7].Id], Cancel);
        var done = await stage.GoOnAsync(held.Id);
        await stage.CheckAsync();
        var link = await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel);

        Assert.Equal((RunState.Succeeded, 2, 2), (done.State, done.Confirmed, allowed.ChosenCount));
        Assert.Equal(before.Except([removals[0].Email!, removals[7].Email!]), stage.InGroup());
        Assert.Equal(removals.Count - 2, (await stage.ItemsAsync(held.Id)).Count(i => i.ReasonCode == PlanReasons.NotApproved.Code));
        Assert.Equal((LinkState.Blocked, "people-left-out"), (link.State, link.Problem?.Code));
    }

    [Fact]
    [Trait("Invariant", "14")]
    public async Task RejectAsync_HeldPlan_EndsTheRunAndStopsTheLinkUntilSomebodyResumesIt()
    {
        await using var stage = await FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        await stage.CheckAsync();
        var held = (await stage.Sync.RunsAsync(new RunQuery { Take = 1 }, Actors.Viewer, Cancel)).Items[0];
        var before = stage.InGroup();

        var rejected = await stage.Approvals().RejectAsync(held.ApprovalId!.Value, new("Half the list is missing"), Actors.SecondProgramManager, Cancel);
        // Three left over would be within the limits: nobody looked at that plan.
        foreach (var (member, email) in (await stage.ItemsAsync(held.Id)).Where(i => i.Action is PlanAction.Remove).Skip(3).Select((i, n) => (n, i.Email!))) stage.World.AddTeamMember(SyncStage.Team, "Back", $"{member}", email, email);
        var link = await stage.CheckAsync();

        Assert.Equal((ApprovalState.Rejected, RunState.Cancelled), (rejected.State, (await stage.Sync.RunAsync(held.Id, Actors.Viewer, Cancel)).State));
        Assert.Equal((LinkState.Blocked, "run-rejected"), (link.State, link.Problem?.Code));
        Assert.Contains("program-manager-2 rejected the plan: Half the list is missing.", link.Problem!.Sentence, StringComparison.Ordinal);
        Assert.Equal(before, stage.InGroup());
    }

    [Fact]
    [Trait("Invariant", "38")]
    public async Task RequestAsync_ElevenInvitationsIntoASmallGroup_AreHeldBeforeOneIsSent()
    {
        await using var stage = await FilledAsync(people: 20);
        stage.World.FillTeam(SyncStage.Team, 11);
        stage.World.Ledger.Clear();

        var held = await stage.RunAsync();

        Assert.Equal((RunState.AwaitingApproval, "too-many-adds", 11), (held.State, held.Problem?.Code, held.ToAdd));
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method != "GET");
    }

    [Fact]
    [Trait("Invariant", "38")]
    public async Task RequestAsync_AddsOfADay_CountSupportsSingleOnesAndNotTheFirstFill()
    {
        await using var stage = await FilledAsync(people: 20, new SyncPolicy { AddsPerDay = 3 });
        Join(stage, "one", "two");
        var single = await stage.RunAsync(actor: Actors.Support, onlyPerson: "one@example.com");
        var second = await stage.RunAsync();
        Join(stage, "three", "four");

        var held = await stage.RunAsync();
        stage.Portal.Clock.Advance(TimeSpan.FromHours(25));
        var nextDay = await stage.RunAsync();

        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (single.State, second.State));
        Assert.Equal((RunState.AwaitingApproval, "too-many-adds-today"), (held.State, held.Problem?.Code));
        Assert.Equal((RunState.Succeeded, 2), (nextDay.State, nextDay.ToAdd));
    }

    [Theory, EachDatabase]
    [Trait("Invariant", "31")]
    public async Task AllowAsync_TwoPeopleAtOnce_OneDecides(DatabaseKind kind)
    {
        await using var stage = await FilledAsync(kind: kind);
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();

        var answers = await Task.WhenAll(new[] { Actors.SecondProgramManager, Actors.Administrator }.Select(async actor =>
        {
            try
            {
                return (await stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, actor, cancel: Cancel)).State.ToString();
            }
            catch (ProblemException refused)
            {
                return refused.Problem.Code;
            }
        }));

        Assert.Equal(["Allowed", "approval-is-over"], answers.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Invariant", "31")]
    public async Task AllowAsync_WithoutTheRight_IsRefusedEverySide()
    {
        await using var stage = await FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();

        foreach (var actor in new[] { Actors.Viewer, Actors.Support, Actors.KeyCustodian, Actors.SecurityReviewer, Actors.Nobody })
        {
            Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, actor, cancel: Cancel))).Problem.Code);
            Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => stage.Approvals().RejectAsync(held.ApprovalId!.Value, Because, actor, Cancel))).Problem.Code);
        }
    }

    [Fact]
    [Trait("Invariant", "14")]
    [Trait("Failure", "F32")]
    public async Task RunAsync_ApprovedRunKilledInItsWrites_FinishesWhatWasAllowedAndNothingElse()
    {
        await using var stage = await FilledAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 200);
        var held = await stage.RunAsync();
        var removals = (await stage.ItemsAsync(held.Id)).Where(i => i.Action is PlanAction.Remove).ToList();
        await stage.Approvals().AllowAsync(held.ApprovalId!.Value, Because, Actors.SecondProgramManager, cancel: Cancel);
        // As a runner leaves it that dies between two batches; meanwhile four more leave and somebody joins.
        await stage.DataAsync(db => db.Runs.Where(r => r.Id == held.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RunState.Applying).SetProperty(r => r.BegunAt, stage.Portal.Clock.GetUtcNow())));
        stage.World.RemoveTesterByHand(stage.GroupId, removals[0].Email!);
        var stayed = stage.InTeam().Take(4).ToList();
        foreach (var email in stayed) stage.World.RemoveTeamMember(SyncStage.Team, email);
        Join(stage, "late");

        var done = await stage.GoOnAsync(held.Id);

        Assert.Equal(RunState.Succeeded, done.State);
        Assert.DoesNotContain(stage.InGroup(), email => removals.Any(i => i.Email == email));
        Assert.Superset(stayed.ToHashSet(), stage.InGroup().ToHashSet());
        Assert.DoesNotContain("late@example.com", stage.InGroup());
    }

    private static void Join(SyncStage stage, params string[] names)
    {
        foreach (var name in names) stage.World.AddTeamMember(SyncStage.Team, "New", name, $"{name}@example.com", $"{name}@example.com");
    }

    private static Task<SyncStage> FilledAsync(int? people = null, SyncPolicy? policy = null, DatabaseKind kind = DatabaseKind.Sqlite) => HeldStage.FilledAsync(people, policy, kind);
}
