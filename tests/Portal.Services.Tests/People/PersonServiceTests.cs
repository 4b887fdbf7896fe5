using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.People;
using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Audit;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Services.Tests.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.People;

public class PersonServiceTests
{
    private const string Ana = "ana.lookup@example.org";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_EachRole_FindsByWhatItMayAskAndSeesWhatItMaySee()
    {
        await using var stage = await StartAsync();
        var people = stage.Portal.Get<PersonService>();
        var id = stage.World.TeamMembers(SyncStage.Team).Single(m => m.AppleEmail == Ana).UserId.ToString(System.Globalization.CultureInfo.InvariantCulture);

        foreach (var actor in Actors.All.Where(a => a.May(Permission.SeeTestFlight)))
        {
            var (open, whole) = (actor.May(Permission.SeeAddresses), actor.May(Permission.CheckAddress) || actor.May(Permission.FixPerson));
            var byId = Assert.Single((await people.FindAsync(id, actor, Cancel)).Hits);
            Assert.True(byId.InTeam);
            Assert.Equal(open ? "Ana Lookup" : "•••", byId.Name);
            Assert.Equal(open ? Ana : "a•••@example.org", byId.Email);
            Assert.Equal(open ? 1 : 0, (await people.FindAsync("a lookup", actor, Cancel)).Hits.Count);
            if (open || whole) Assert.Single((await people.FindAsync(Ana.ToUpperInvariant(), actor, Cancel)).Hits);
            else Assert.Equal("person-ask-whole", (await Assert.ThrowsAsync<ProblemException>(() => people.FindAsync(Ana, actor, Cancel))).Problem.Code);
        }
        await Assert.ThrowsAsync<ProblemException>(() => people.FindAsync(Ana, Actors.Nobody, Cancel));
        Assert.Equal("person-ask-more", (await Assert.ThrowsAsync<ProblemException>(() => people.FindAsync(" an ", Actors.Support, Cancel))).Problem.Code);
    }

    [Fact]
    public async Task Find_TesterOnlyAtApple_IsFoundByAddress()
    {
        await using var stage = await StartAsync();
        stage.World.AddTesterByHand(stage.GroupId, "byhand@example.org", "By", "Hand");

        var hit = Assert.Single((await stage.Portal.Get<PersonService>().FindAsync("byhand@example.org", Actors.Support, Cancel)).Hits);

        Assert.Equal((false, true), (hit.InTeam!.Value, hit.InGroup!.Value));
    }

    [Fact, Trait("Failure", "F26")]
    public async Task Find_SourceRefuses_SaysWhichLinkCouldNotBeLookedInto()
    {
        await using var stage = await StartAsync();
        stage.World.Switches = stage.World.Switches with { CentercodeKeyDisabled = true };

        var found = await stage.Portal.Get<PersonService>().FindAsync("lookup", Actors.Support, Cancel);

        Assert.Equal("source-key-refused", Assert.Single(found.Unread).Problem.Code);
    }

    [Fact]
    public async Task Get_OverTheWholeWay_FollowsThePersonStepByStep()
    {
        await using var stage = await StartAsync();
        var people = stage.Portal.Get<PersonService>();
        var hit = Assert.Single((await people.FindAsync(Ana, Actors.Support, Cancel)).Hits);
        Assert.DoesNotContain("@", hit.Id, StringComparison.Ordinal);

        Assert.Equal("person-first-sync-open", (await people.GetAsync(hit.LinkId, hit.Id, Actors.Support, Cancel)).Diagnosis.Next.Code);
        await stage.RunAsync();
        var synced = await people.GetAsync(hit.LinkId, hit.Id, Actors.Support, Cancel);
        Assert.Contains("a sync added them", synced.Diagnosis.Steps.Single(s => s.Name == "In the group").Words, StringComparison.Ordinal);
        Assert.Equal("person-invited", synced.Diagnosis.Next.Code);
        stage.World.Accept(Ana, stage.AppId);
        Assert.Equal("person-not-installed", (await people.GetAsync(hit.LinkId, hit.Id, Actors.Support, Cancel)).Diagnosis.Next.Code);
        stage.World.Accept(Ana, stage.AppId);
        var masked = await people.GetAsync(hit.LinkId, hit.Id, Actors.Viewer, Cancel);
        Assert.All(masked.Diagnosis.Steps, step => Assert.Equal(StepState.Ok, step.State));
        Assert.DoesNotContain("ana.lookup", JsonSerializer.Serialize(masked), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Lookup", JsonSerializer.Serialize(masked), StringComparison.Ordinal);
        Assert.False(masked.MayFix);
    }

    [Fact, Trait("Failure", "F25")]
    public async Task Get_LinkBlocked_NamesWhoseTurnTheLinksOwnProblemIs()
    {
        await using var stage = await StartAsync();
        await stage.RunAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 20);
        await stage.RunAsync();

        var (people, id) = await AnaAsync(stage);
        var next = (await people.GetAsync(stage.Link.Id, id, Actors.Support, Cancel)).Diagnosis.Next;

        Assert.Equal(("person-link-blocked", Turn.CommunityManager), (next.Code, next.Turn));
        Assert.Equal(Turn.CommunityManager, (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Support, Cancel)).Problem?.Turn);
    }

    [Fact]
    public async Task Get_IdOfAnotherLinkOrOfNobody_IsNotFound()
    {
        await using var stage = await StartAsync();
        var people = stage.Portal.Get<PersonService>();
        foreach (var id in new[] { "00000000000000000000000000000000", Guid.CreateVersion7().ToString(), Ana, "" })
        {
            Assert.Equal("person-not-found", (await Assert.ThrowsAsync<ProblemException>(() => people.GetAsync(stage.Link.Id, id, Actors.Support, Cancel))).Problem.Code);
        }
    }

    [Fact, Trait("Failure", "F16")]
    public async Task Reinvite_InvitedAndSilent_SendsOneMailThenRestsThreeDays()
    {
        await using var stage = await StartAsync();
        await stage.RunAsync();
        var (people, id) = await AnaAsync(stage);
        Assert.Equal("person-reinvite-cool-down", await RefusedAsync(people, stage, id));
        stage.Portal.Clock.Advance(TimeSpan.FromDays(4));
        stage.World.ClearOutbox();

        // Two press at once: one mail.
        var both = await Task.WhenAll(TryAsync(people, stage, id), TryAsync(people, stage, id));

        Assert.Equal(["", "person-reinvite-cool-down"], both.Order());
        Assert.Single(stage.World.Outbox);
        Assert.Equal("person-reinvite-cool-down", await RefusedAsync(people, stage, id));
        var events = (await stage.Portal.Get<AuditLog>().SearchAsync(new AuditQuery { Codes = [AuditCodes.PersonReinvited.Name], TargetKind = "person", TargetId = id }, Actors.Support, null, 50, Cancel)).Events;
        Assert.Single(events);
        Assert.Equal(Actors.Support.Id, events[0].ActorId);
    }

    [Fact, Trait("Invariant", "37")]
    public async Task Reinvite_AnswerLost_IsNotRepeatedBlindly()
    {
        await using var stage = await StartAsync();
        await stage.RunAsync();
        var (people, id) = await AnaAsync(stage);
        stage.Portal.Clock.Advance(TimeSpan.FromDays(4));
        stage.World.ClearOutbox();
        stage.World.AddFault("500-after-commit", "POST", "betaTesterInvitations");

        Assert.Equal("person-reinvite-unsure", await RefusedAsync(people, stage, id));
        Assert.Equal("person-reinvite-cool-down", await RefusedAsync(people, stage, id));
        Assert.Single(stage.World.Outbox);
    }

    [Fact]
    public async Task Reinvite_RefusedByApple_MayBeTriedAgain()
    {
        await using var stage = await StartAsync();
        await stage.RunAsync();
        var (people, id) = await AnaAsync(stage);
        stage.Portal.Clock.Advance(TimeSpan.FromDays(4));
        stage.World.AddFault("403-agreement", "POST", "betaTesterInvitations");

        Assert.Equal("apple-agreement-missing", await RefusedAsync(people, stage, id));
        Assert.Equal("", await TryAsync(people, stage, id));
    }

    [Fact]
    public async Task Acts_RolesWithoutThem_AreRefusedAndRecorded()
    {
        await using var stage = await StartAsync();
        var (people, id) = await AnaAsync(stage);
        foreach (var actor in Actors.All.Where(a => !a.May(Permission.FixPerson)))
        {
            Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => people.ReinviteAsync(stage.Link.Id, id, actor, Cancel))).Problem.Code);
            Assert.Equal("access-refused", (await Assert.ThrowsAsync<ProblemException>(() => people.SyncOneAsync(stage.Link.Id, id, actor, cancel: Cancel))).Problem.Code);
        }
        Assert.DoesNotContain(stage.World.Ledger.Entries, e => e.Method == "POST");
    }

    [Fact]
    public async Task SyncOne_NewMember_AddsThisPersonAlone()
    {
        await using var stage = await StartAsync();
        await stage.RunAsync();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new.comer@example.org", "new.comer@example.org");
        stage.World.AddTeamMember(SyncStage.Team, "Other", "Comer", "other.comer@example.org", "other.comer@example.org");
        var people = stage.Portal.Get<PersonService>();
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(3));
        var hit = Assert.Single((await people.FindAsync("new.comer@example.org", Actors.Support, Cancel)).Hits);
        Assert.Equal(PersonAct.SyncOne, (await people.GetAsync(hit.LinkId, hit.Id, Actors.Support, Cancel)).Diagnosis.Next.Act);

        var asked = await people.SyncOneAsync(hit.LinkId, hit.Id, Actors.Support, cancel: Cancel);
        await stage.Portal.Get<SyncRunner>().RunAsync(asked.RunId, Cancel);

        Assert.Contains("new.comer@example.org", stage.InGroup());
        Assert.DoesNotContain("other.comer@example.org", stage.InGroup());
    }

    private static async Task<SyncStage> StartAsync()
    {
        var stage = await SyncStage.StartAsync();
        stage.World.AddTeamMember(SyncStage.Team, "Ana", "Lookup", "ana.login@example.org", Ana);
        return stage;
    }

    private static async Task<(PersonService, string)> AnaAsync(SyncStage stage)
    {
        var people = stage.Portal.Get<PersonService>();
        return (people, Assert.Single((await people.FindAsync(Ana, Actors.Support, Cancel)).Hits).Id);
    }

    private static async Task<string> TryAsync(PersonService people, SyncStage stage, string id)
    {
        try
        {
            await people.ReinviteAsync(stage.Link.Id, id, Actors.Support, Cancel);
            return "";
        }
        catch (ProblemException refused)
        {
            return refused.Problem.Code;
        }
    }

    private static async Task<string> RefusedAsync(PersonService people, SyncStage stage, string id) =>
        (await Assert.ThrowsAsync<ProblemException>(() => people.ReinviteAsync(stage.Link.Id, id, Actors.Support, Cancel))).Problem.Code;
}
