using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.People;
using Portal.Services.Tests.Sync;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.People;

/// <summary>Support takes one person out, and keeps them out.</summary>
public sealed class SingleRemovalTests
{
    private const string Ana = "ana.lookup@example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(SyncStage Stage, PersonService People, string Id)> StartAsync()
    {
        var stage = await SyncStage.StartAsync();
        stage.World.AddTeamMember(SyncStage.Team, "Ana", "Lookup", "ana.login@example.org", Ana);
        await stage.RunAsync();
        var people = stage.Portal.Get<PersonService>();
        return (stage, people, Assert.Single((await people.FindAsync(Ana, Actors.Support, Cancel)).Hits).Id);
    }

    private static bool IsIn(SyncStage stage) => stage.InGroup().Contains(Ana);

    [Fact, Trait("Failure", "F36"), Trait("Invariant", "11"), Trait("Invariant", "12")]
    public async Task Remove_StillInTheTeam_StaysOutUntilTheDayAndOnlyOfThisGroup()
    {
        var (stage, people, id) = await StartAsync();
        await using var _ = stage;
        var until = stage.Portal.Clock.GetUtcNow().AddDays(2);

        var removed = await people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("Asked to stop for a while", Until: until), Actors.Support, Cancel);

        Assert.StartsWith("Removed from the group; may keep builds already there until they expire", removed.Words, StringComparison.Ordinal);
        var deletes = stage.World.Ledger.Entries.Where(e => e.Method == "DELETE").Select(e => e.Path).ToList();
        Assert.Equal([$"/v1/betaGroups/{stage.GroupId}/relationships/betaTesters"], deletes);
        Assert.Equal(RunState.Succeeded, (await stage.RunAsync()).State);
        Assert.False(IsIn(stage));
        var held = await people.GetAsync(stage.Link.Id, id, Actors.Support, Cancel);
        Assert.Equal(("person-held-back", true), (held.Diagnosis.Next.Code, held.IsKeptOut));
        Assert.Contains("Asked to stop for a while", held.Diagnosis.Next.Words, StringComparison.Ordinal);

        stage.Portal.Clock.Advance(TimeSpan.FromDays(3));
        await stage.RunAsync();
        Assert.True(IsIn(stage));
    }

    [Fact, Trait("Failure", "F36")]
    public async Task Remove_NotKeptOut_ComesBackWithTheNextSyncAsTheQuestionSaid()
    {
        var (stage, people, id) = await StartAsync();
        await using var _ = stage;

        await people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("By mistake", KeepOut: false), Actors.Support, Cancel);
        Assert.False(IsIn(stage));
        await stage.RunAsync();

        Assert.True(IsIn(stage));
    }

    [Fact, Trait("Invariant", "14")]
    public async Task Remove_ManyByHand_CountForTheDaysRemovalsOfTheSync()
    {
        var (stage, people, id) = await StartAsync();
        await using var _ = stage;
        var policy = new SyncPolicy { RemovalsPerDay = 4 };
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, policy, Actors.ProgramManager, cancel: Cancel);
        await people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("One by hand"), Actors.Support, Cancel);
        foreach (var leaver in stage.World.TeamMembers(SyncStage.Team).Where(m => m.AppleEmail is { } email && stage.InGroup().Contains(email)).Take(4).ToList()) stage.World.RemoveTeamMember(SyncStage.Team, leaver.UserId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var before = stage.InGroup().Count;

        var run = await stage.RunAsync();

        Assert.Equal("too-many-removals-today", run.Problem?.Code);
        Assert.Equal(before, stage.InGroup().Count);
    }

    [Theory, Trait("Invariant", "37"), Trait("Invariant", "18")]
    [InlineData("500-after-commit", true)]
    [InlineData("403-agreement", false)]
    public async Task Remove_AnswerIsNoSuccess_IsDecidedByWhatAFreshReadShows(string fault, bool isOut)
    {
        var (stage, people, id) = await StartAsync();
        await using var _ = stage;
        stage.World.AddFault(fault, "DELETE", "betaTesters");

        var told = await Record.ExceptionAsync(() => people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("Left the company"), Actors.Support, Cancel));

        Assert.Equal(isOut, !IsIn(stage));
        Assert.Equal(isOut ? null : "apple-agreement-missing", (told as ProblemException)?.Problem.Code);
        Assert.Equal(1, stage.World.Ledger.Entries.Count(e => e.Method == "DELETE"));
        var codes = await stage.DataAsync(db => db.AuditEvents.Where(e => e.TargetId == id).Select(e => e.Code).ToListAsync(Cancel));
        Assert.Contains(isOut ? "person.removed" : "person.remove-failed", codes);
    }

    [Fact]
    public async Task KeepOut_OfSomebodyNotThereYet_HoldsUntilItIsEnded()
    {
        var (stage, people, _) = await StartAsync();
        await using var __ = stage;
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new.comer@example.org", "new.comer@example.org");
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(3));
        var id = Assert.Single((await people.FindAsync("new.comer@example.org", Actors.Support, Cancel)).Hits).Id;

        await people.SuppressAsync(stage.Link.Id, id, new KeepOut("Works for a competitor"), Actors.Support, Cancel);
        await stage.RunAsync();
        Assert.DoesNotContain("new.comer@example.org", stage.InGroup());

        await people.EndSuppressionAsync(stage.Link.Id, id, Actors.Support, Cancel);
        await stage.RunAsync();
        Assert.Contains("new.comer@example.org", stage.InGroup());
    }

    [Fact]
    public async Task Acts_WithoutAReasonWithAPastDayOrWithoutTheRight_AreRefusedAndChangeNothing()
    {
        var (stage, people, id) = await StartAsync();
        await using var _ = stage;
        stage.World.Ledger.Clear();

        Assert.Equal("person-reason-missing", await RefusedAsync(() => people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("  "), Actors.Support, Cancel)));
        Assert.Equal("person-until-passed", await RefusedAsync(() => people.SuppressAsync(stage.Link.Id, id, new KeepOut("x", stage.Portal.Clock.GetUtcNow().AddDays(-1)), Actors.Support, Cancel)));
        foreach (var actor in Actors.All.Where(a => !a.May(Permission.FixPerson)))
        {
            Assert.Equal("access-refused", await RefusedAsync(() => people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("x"), actor, Cancel)));
            Assert.Equal("access-refused", await RefusedAsync(() => people.SuppressAsync(stage.Link.Id, id, new KeepOut("x"), actor, Cancel)));
            Assert.Equal("access-refused", await RefusedAsync(() => people.EndSuppressionAsync(stage.Link.Id, id, actor, Cancel)));
        }
        await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { Freezes = "Daily" }, Actors.ProgramManager, cancel: Cancel);
        Assert.Equal("link-frozen", await RefusedAsync(() => people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("x", KeepOut: false), Actors.Support, Cancel)));
        await stage.Sync.PauseAsync(stage.Link.Id, Actors.ProgramManager, Cancel);
        Assert.Equal("link-paused", await RefusedAsync(() => people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("x", KeepOut: false), Actors.Support, Cancel)));
        Assert.True(IsIn(stage));
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method == "DELETE");
    }

    [Fact]
    public async Task Remove_WhileASyncIsUnderWay_WaitsForItsEnd()
    {
        var (stage, people, id) = await StartAsync();
        await using var _ = stage;
        await stage.Sync.RequestAsync(stage.Link.Id, SyncMode.Real, Actors.ProgramManager, cancel: Cancel);

        Assert.Equal("person-sync-under-way", await RefusedAsync(() => people.RemoveAsync(stage.Link.Id, id, new PersonRemoval("x", KeepOut: false), Actors.Support, Cancel)));
        Assert.True(IsIn(stage));
    }

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<ProblemException>(act)).Problem.Code;
}
