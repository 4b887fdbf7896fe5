using Portal.Domain;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Services.Tests.Sync;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.People;

/// <summary>One person, previewed and synced step by step.</summary>
public sealed class PersonRunTests
{
    private const string Newcomer = "new.comer@example.org";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(SyncStage Stage, PersonService People, PersonHit Hit)> StartAsync()
    {
        var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", Newcomer, Newcomer);
        stage.World.AddTeamMember(SyncStage.Team, "Other", "Comer", "other.comer@example.org", "other.comer@example.org");
        // What was read of the team a moment ago serves searches for a while.
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(3));
        var people = stage.Portal.Get<PersonService>();
        return (stage, people, await HitAsync(people, Newcomer));
    }

    private static async Task<PersonHit> HitAsync(PersonService people, string address) => Assert.Single((await people.FindAsync(address, Actors.Support, Cancel)).Hits);

    private static async Task<PersonRunView> CarryOutAsync(SyncStage stage, PersonService people, PersonHit hit, RunRequested asked)
    {
        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);
        return await people.RunAsync(hit.LinkId, hit.Id, asked.RunId, Actors.Support, Cancel);
    }

    private static string[] States(PersonRunView view) => [.. view.Steps.Select(step => step.State.ToString())];

    [Fact, Trait("Invariant", "16"), Trait("Invariant", "18")]
    public async Task PreviewThenSync_NewMember_ShowEveryStepWithItsTimeAndTouchNobodyElse()
    {
        var (stage, people, hit) = await StartAsync();
        await using var _ = stage;
        stage.World.Ledger.Clear();

        var preview = await CarryOutAsync(stage, people, hit, await people.PreviewOneAsync(hit.LinkId, hit.Id, Actors.Support, Cancel));

        Assert.Equal(["Find in the team", "In scope", "Match at Apple", "Act", "Confirm"], preview.Steps.Select(step => step.Name));
        Assert.Equal(["Ok", "Ok", "Ok", "Waiting", "Unknown"], States(preview));
        Assert.Equal("Would add and invite them. Nothing was sent.", preview.Steps[3].Words);
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method is "POST" or "DELETE");

        stage.Portal.Clock.Advance(TimeSpan.FromSeconds(5));
        var sync = await CarryOutAsync(stage, people, hit, await people.SyncOneAsync(hit.LinkId, hit.Id, Actors.Support, preview.Run.PlanHash, Cancel));

        Assert.Equal(RunState.Succeeded, sync.Run.State);
        Assert.Equal(["Ok", "Ok", "Ok", "Ok", "Ok"], States(sync));
        Assert.All(sync.Steps, step => Assert.NotNull(step.At));
        Assert.Equal("A fresh read shows them in Aurora beta testers. Apple's state: Invited.", sync.Steps[4].Words);
        Assert.Contains(Newcomer, stage.InGroup());
        Assert.DoesNotContain("other.comer@example.org", stage.InGroup());
    }

    [Fact, Trait("Invariant", "16")]
    public async Task SyncOne_TeamChangedSinceThePreview_WritesNothingAndSaysSo()
    {
        var (stage, people, hit) = await StartAsync();
        await using var _ = stage;
        var preview = await CarryOutAsync(stage, people, hit, await people.PreviewOneAsync(hit.LinkId, hit.Id, Actors.Support, Cancel));
        stage.World.AddTeamMember(SyncStage.Team, "Third", "Comer", "third.comer@example.org", "third.comer@example.org");
        stage.World.Ledger.Clear();

        var sync = await CarryOutAsync(stage, people, hit, await people.SyncOneAsync(hit.LinkId, hit.Id, Actors.Support, preview.Run.PlanHash, Cancel));

        Assert.Equal((RunState.Blocked, SyncProblems.PlanChangedCode), (sync.Run.State, sync.Run.Problem?.Code));
        Assert.Equal((StepState.Problem, sync.Run.Problem!.Sentence), (sync.Steps[3].State, sync.Steps[3].Words));
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method is "POST" or "DELETE");
    }

    [Fact]
    public async Task SyncOne_AppleRefuses_StopsAtTheActAndSaysWhy()
    {
        var (stage, people, hit) = await StartAsync();
        await using var _ = stage;
        stage.World.AddFault("403-agreement", "POST", "betaTesters");

        var sync = await CarryOutAsync(stage, people, hit, await people.SyncOneAsync(hit.LinkId, hit.Id, Actors.Support, cancel: Cancel));

        Assert.Equal(StepState.Problem, sync.Steps[3].State);
        Assert.NotNull(sync.Steps[3].At);
        Assert.Equal(StepState.Unknown, sync.Steps[4].State);
    }

    [Fact, Trait("Failure", "F26")]
    public async Task PreviewOne_SourceRefuses_StopsAtTheTeam()
    {
        var (stage, people, hit) = await StartAsync();
        await using var _ = stage;
        stage.World.Switches = stage.World.Switches with { CentercodeKeyDisabled = true };

        var preview = await CarryOutAsync(stage, people, hit, await people.PreviewOneAsync(hit.LinkId, hit.Id, Actors.Support, Cancel));

        Assert.Equal(["Problem", "Unknown", "Unknown", "Unknown", "Unknown"], States(preview));
    }

    [Fact, Trait("Failure", "F37")]
    public async Task Get_AddedByHand_OffersNoSyncUntilItsDay()
    {
        var (stage, people, hit) = await StartAsync();
        await using var _ = stage;
        var added = await people.AddByHandAsync(hit.LinkId, new HandAdd("guest@example.org", stage.Portal.Clock.GetUtcNow().AddDays(2)), Actors.Support, Cancel);

        Assert.Null((await people.GetAsync(hit.LinkId, hit.Id, Actors.Support, Cancel)).SyncRefused);
        Assert.Equal("person-sync-by-hand", (await people.GetAsync(hit.LinkId, added.PersonId, Actors.Support, Cancel)).SyncRefused?.Code);
        stage.Portal.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Null((await people.GetAsync(hit.LinkId, added.PersonId, Actors.Support, Cancel)).SyncRefused);
    }

    [Fact, Trait("Invariant", "17")]
    public async Task SyncOne_AnotherRunUnderWay_JoinsTheWholeTeamsAndNotSomebodyElses()
    {
        var (stage, people, hit) = await StartAsync();
        await using var _ = stage;
        var other = await HitAsync(people, "other.comer@example.org");
        var theirs = await people.SyncOneAsync(other.LinkId, other.Id, Actors.Support, cancel: Cancel);

        Assert.Equal("person-other-under-way", (await Assert.ThrowsAsync<ProblemException>(() => people.SyncOneAsync(hit.LinkId, hit.Id, Actors.Support, cancel: Cancel))).Problem.Code);
        Assert.Equal("run-not-found", (await Assert.ThrowsAsync<ProblemException>(() => people.RunAsync(hit.LinkId, hit.Id, theirs.RunId, Actors.Support, Cancel))).Problem.Code);
        await CarryOutAsync(stage, people, other, theirs);
        var whole = await stage.Sync.RequestAsync(hit.LinkId, SyncMode.Real, Actors.ProgramManager, cancel: Cancel);
        var joined = await people.SyncOneAsync(hit.LinkId, hit.Id, Actors.Support, cancel: Cancel);

        Assert.Equal((whole.RunId, true), (joined.RunId, joined.Joined));
        Assert.Equal(StepState.Ok, (await CarryOutAsync(stage, people, hit, joined)).Steps[4].State);
    }

    [Fact]
    public async Task PreviewOne_RolesWithoutIt_AreRefused()
    {
        var (stage, people, hit) = await StartAsync();
        await using var _ = stage;

        foreach (var actor in Actors.All.Where(a => !a.May(Permission.FixPerson)))
            Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => people.PreviewOneAsync(hit.LinkId, hit.Id, actor, Cancel))).Problem.Code);
    }
}
