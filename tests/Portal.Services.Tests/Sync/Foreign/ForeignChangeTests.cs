using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Foreign;
using Portal.Services.People;
using Portal.Services.Sync.Foreign;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Foreign;

/// <summary>Other hands on the group (invariant 40, F38), at the simulator.</summary>
[Trait("Invariant", "40")]
[Trait("Failure", "F38")]
public sealed class ForeignChangeTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OwnAddsAndRemovals_AreNobodyElses()
    {
        await using var stage = await FilledAsync();
        foreach (var member in stage.World.TeamMembers(SyncStage.Team).Where(m => m.AppleEmail?.Contains('@') is true).Take(3).ToList()) stage.World.RemoveTeamMember(SyncStage.Team, member.Email);
        await LaterAsync(stage);
        Assert.Equal(RunState.Succeeded, (await stage.RunAsync()).State);
        await LaterAsync(stage);

        var seen = await SummaryAsync(stage);

        Assert.Equal((0, 0, 0, 0), (seen.Added, seen.Removed, seen.JoinedByPublicLink, seen.LeftTesting));
        Assert.Null(seen.LastAt);
    }

    [Fact]
    public async Task Check_SecondWriterAddsAndRemoves_CountedWithTheirTimesAndAskedOnce()
    {
        await using var stage = await FilledAsync();
        var began = stage.Portal.Clock.GetUtcNow();
        stage.World.AddTesterByHand(stage.GroupId, "first.stranger@example.org");
        stage.World.AddTesterByHand(stage.GroupId, "second.stranger@example.org");
        await LaterAsync(stage);
        var two = await SummaryAsync(stage);
        Assert.Equal((2, 0), (two.Added, two.Removed));
        Assert.InRange(two.LastAt!.Value, began, stage.Portal.Clock.GetUtcNow());
        Assert.Null(two.AskedAt);

        var ours = stage.InGroup().First(email => stage.InTeam().Contains(email));
        stage.World.AddTesterByHand(stage.World.GroupId(SyncStage.App, "Aurora friends"), ours);
        stage.World.RemoveTesterByHand(stage.GroupId, ours);
        await LaterAsync(stage);
        await LaterAsync(stage);

        var three = await SummaryAsync(stage);
        Assert.Equal((2, 1, 0), (three.Added, three.Removed, three.LeftTesting));
        Assert.NotNull(three.AskedAt);
        Assert.Equal(stage.Link.Id, Assert.Single(await Service(stage).OpenQuestionsAsync(Actors.Viewer, Cancel)).LinkId);
        Assert.Equal(1, await stage.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == AuditCodes.ForeignChangesAsked.Name)));
        // Rows grow with changes, not with cycles.
        Assert.Equal(3, await stage.DataAsync(db => db.ForeignChanges.CountAsync()));
        Assert.Equal(stage.InGroup().Count, await stage.DataAsync(db => db.GroupMembers.CountAsync()));
    }

    [Fact]
    public async Task Run_ByHand_ReadsOtherHandsToo()
    {
        await using var stage = await FilledAsync();
        stage.World.AddTesterByHand(stage.GroupId, "stranger@example.org");
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));

        await stage.RunAsync(SyncMode.Preview);

        Assert.Equal(1, (await SummaryAsync(stage)).Added);
    }

    [Fact]
    public async Task Check_OwnAddTakenOutBetweenTwoReadings_IsSeen()
    {
        await using var stage = await FilledAsync();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Member", "new.member@example.org", "new.member@example.org");
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(RunState.Succeeded, (await stage.RunAsync()).State);
        stage.World.AddTesterByHand(stage.World.GroupId(SyncStage.App, "Aurora friends"), "new.member@example.org");
        Assert.True(stage.World.RemoveTesterByHand(stage.GroupId, "new.member@example.org"));

        await LaterAsync(stage);

        Assert.Equal(1, (await SummaryAsync(stage)).Removed);
    }

    [Fact]
    [Trait("Failure", "F28")]
    public async Task Check_TesterGoneFromTheApp_LeftByTheirOwnHandAndAsksNobody()
    {
        await using var stage = await FilledAsync();
        foreach (var email in stage.InGroup().Where(stage.InTeam().Contains).Take(3).ToList()) stage.World.StopTesting(stage.AppId, email);

        await LaterAsync(stage);

        var seen = await SummaryAsync(stage);
        Assert.Equal((0, 3), (seen.Removed, seen.LeftTesting));
        Assert.Null(seen.AskedAt);
    }

    [Fact]
    [Trait("Failure", "F37")]
    public async Task Check_SupportsOwnActs_AreNobodyElses()
    {
        await using var stage = await FilledAsync();
        var people = stage.Portal.Get<PersonService>();
        await people.AddByHandAsync(stage.Link.Id, new HandAdd("guest@example.org", stage.Portal.Clock.GetUtcNow().AddDays(3)), Actors.Support, Cancel);
        var leaver = stage.InGroup().First(stage.InTeam().Contains);
        await people.RemoveAsync(stage.Link.Id, stage.Portal.Get<PersonIds>().Of(stage.Link.Id, leaver), new PersonRemoval("Asked to"), Actors.Support, Cancel);

        // One in, one out: the count says nothing, and what is kept of the group is older than both.
        await LaterAsync(stage);
        stage.Portal.Clock.Advance(TimeSpan.FromHours(6));
        await LaterAsync(stage);

        Assert.Empty((await Service(stage).ChangesAsync(stage.Link.Id, 0, 10, Actors.Support, Cancel)).Items);
    }

    [Theory]
    [EachDatabase]
    public async Task Answer_OfTwoAtOnce_OneIsTakenAndNewChangesAskAgain(DatabaseKind kind)
    {
        await using var stage = await FilledAsync(kind);
        await StrangersAsync(stage, 0, 3);
        var service = Service(stage);
        await AssertProblemAsync(SyncProblems.ForeignReason, () => service.AnswerAsync(stage.Link.Id, ForeignAnswer.SyncIsOffNow, " ", Actors.ProgramManager, Cancel));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TakenAsync(() => service.AnswerAsync(stage.Link.Id, ForeignAnswer.SyncIsOffNow, "Switched it off in Centercode", Actors.ProgramManager, Cancel))));

        Assert.Single(answers, taken => taken);
        var answered = await SummaryAsync(stage);
        Assert.Null(answered.AskedAt);
        Assert.Equal((ForeignAnswer.SyncIsOffNow, "Switched it off in Centercode"), (answered.LastAnswer!.Answer, answered.LastAnswer.Reason));
        Assert.Equal(1, await stage.DataAsync(db => db.AuditEvents.CountAsync(e => e.Code == AuditCodes.ForeignChangesAnswered.Name)));
        await StrangersAsync(stage, 3, 2);
        Assert.Null((await SummaryAsync(stage)).AskedAt);
        await StrangersAsync(stage, 5, 1);
        Assert.NotNull((await SummaryAsync(stage)).AskedAt);
    }

    [Fact]
    public async Task Changes_RoleWithoutAddresses_SeesMasks()
    {
        await using var stage = await FilledAsync();
        stage.World.AddTesterByHand(stage.GroupId, "stranger@example.org");
        await LaterAsync(stage);

        Assert.Equal("s•••@example.org", Assert.Single((await Service(stage).ChangesAsync(stage.Link.Id, 0, 10, Actors.Viewer, Cancel)).Items).Email);
        Assert.Equal("stranger@example.org", Assert.Single((await Service(stage).ChangesAsync(stage.Link.Id, 0, 10, Actors.Support, Cancel)).Items).Email);
        await Assert.ThrowsAsync<ProblemException>(() => Service(stage).AnswerAsync(stage.Link.Id, ForeignAnswer.ItWasUs, "Me", Actors.Support, Cancel));
    }

    /// <summary>Filled by the first sync and seen once after.</summary>
    internal static async Task<SyncStage> FilledAsync(DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var stage = await SyncStage.StartAsync(kind: kind);
        await stage.RunAsync();
        await LaterAsync(stage);
        return stage;
    }

    /// <summary>The next cycle of the schedule.</summary>
    internal static async Task LaterAsync(SyncStage stage)
    {
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.CheckAsync();
    }

    private static async Task StrangersAsync(SyncStage stage, int from, int count)
    {
        for (var i = from; i < from + count; i++) stage.World.AddTesterByHand(stage.GroupId, $"stranger{i}@example.org");
        await LaterAsync(stage);
    }

    private static ForeignChangeService Service(SyncStage stage) => stage.Portal.Get<ForeignChangeService>();

    private static Task<ForeignSummary> SummaryAsync(SyncStage stage) => Service(stage).SummaryAsync(stage.Link.Id, Actors.Viewer, Cancel);

    private static async Task<bool> TakenAsync(Func<Task> answer)
    {
        try
        {
            await answer();
            return true;
        }
        catch (ProblemException refused) when (refused.Problem == SyncProblems.NothingAsked)
        {
            return false;
        }
    }

    private static async Task AssertProblemAsync(Problem problem, Func<Task> act) => Assert.Equal(problem.Code, (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code);
}
