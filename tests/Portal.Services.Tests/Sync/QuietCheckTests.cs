using Portal.Domain.Sync;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.Sync;

/// <summary>A check that finds both sides as they were plans nothing; whatever a plan rests on makes the next check plan again.</summary>
public sealed class QuietCheckTests
{
    private const string Guest = "guest.of.support@example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Held(SyncStage stage) => stage.Portal.Get<QuietChecks>().Held;

    /// <summary>A link whose last checks found nothing to do, the last of them without a plan.</summary>
    private static async Task<SyncStage> QuietAsync(Func<SyncStage, Task>? prepare = null)
    {
        var stage = await SyncStage.StartAsync();
        await stage.RunAsync();
        if (prepare is not null) await prepare(stage);
        for (var n = 0; n < 3; n++) await LaterAsync(stage);
        Assert.True(Held(stage) > 0, "No check was quiet.");
        return stage;
    }

    private static async Task<LinkView> LaterAsync(SyncStage stage, int minutes = 5)
    {
        stage.Portal.Clock.Advance(TimeSpan.FromMinutes(minutes));
        return await stage.CheckAsync();
    }

    [Fact]
    public async Task CheckAsync_AllAsBefore_ReadsBothSidesAndFoldsTheCheck()
    {
        await using var stage = await QuietAsync();
        var (before, held) = (await stage.Sync.LinkAsync(stage.Link.Id, Actors.Viewer, Cancel), Held(stage));
        stage.World.Ledger.Clear();

        var after = await LaterAsync(stage);

        Assert.Equal(held + 1, Held(stage));
        Assert.Equal((before.ChecksSinceChange + 1, before.UnchangedSince), (after.ChecksSinceChange, after.UnchangedSince));
        Assert.True(after.LastCheckAt >= before.LastCheckAt + TimeSpan.FromMinutes(5));
        Assert.Contains("/v1/betaGroups", Assert.Single(stage.World.Ledger.Entries).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_SomebodyJoinedOrLeft_IsDoneByTheNextCheck()
    {
        await using var stage = await QuietAsync();
        stage.World.AddTeamMember(SyncStage.Team, "New", "Comer", "new@example.com", "new@example.com");
        await LaterAsync(stage);
        Assert.Contains("new@example.com", stage.InGroup());

        for (var n = 0; n < 3; n++) await LaterAsync(stage);
        stage.World.RemoveTeamMember(SyncStage.Team, "new@example.com");
        await LaterAsync(stage);

        Assert.DoesNotContain("new@example.com", stage.InGroup());
    }

    [Fact, Trait("Invariant", "40")]
    public async Task CheckAsync_SomebodyElsePutATesterIn_IsSeenByTheNextCheck()
    {
        await using var stage = await QuietAsync();
        stage.World.AddTesterByHand(stage.GroupId, "stranger@example.com");

        var after = await LaterAsync(stage);

        Assert.Equal(1, after.Unmanaged);
    }

    [Fact, Trait("Failure", "F37")]
    public async Task CheckAsync_TheDayOfAnAddByHandIsOver_IsDoneInTime()
    {
        await using var stage = await QuietAsync(async s =>
            await s.Portal.Get<PersonService>().AddByHandAsync(s.Link.Id, new HandAdd(Guest, s.Portal.Clock.GetUtcNow().AddHours(1), "Gus", "Guest"), Actors.Support, Cancel));
        Assert.Contains(Guest, stage.InGroup());

        await LaterAsync(stage, minutes: 50);

        Assert.DoesNotContain(Guest, stage.InGroup());
    }

    [Fact, Trait("Invariant", "12")]
    public async Task CheckAsync_KeptOutNoMore_IsInByTheNextCheck()
    {
        var email = "";
        await using var stage = await QuietAsync(async s =>
        {
            email = s.InGroup()[0];
            var people = s.Portal.Get<PersonService>();
            await people.RemoveAsync(s.Link.Id, (await people.FindAsync(email, Actors.Support, Cancel)).Hits[0].Id, new PersonRemoval("Asked to stop", Until: null), Actors.Support, Cancel);
        });
        Assert.DoesNotContain(email, stage.InGroup());
        var person = (await stage.Portal.Get<PersonService>().FindAsync(email, Actors.Support, Cancel)).Hits[0].Id;

        await stage.Portal.Get<PersonService>().EndSuppressionAsync(stage.Link.Id, person, Actors.Support, Cancel);
        await LaterAsync(stage);

        Assert.Contains(email, stage.InGroup());
    }

    [Fact]
    public async Task CheckAsync_AnotherPolicy_IsFollowedByTheNextCheck()
    {
        await using var stage = await SyncStage.StartAsync(policy: new SyncPolicy { Mirror = false });
        await stage.RunAsync();
        var gone = stage.InGroup()[0];
        stage.World.RemoveTeamMember(SyncStage.Team, gone);
        for (var n = 0; n < 3; n++) await LaterAsync(stage);
        Assert.True(Held(stage) > 0);
        Assert.Contains(gone, stage.InGroup());

        await stage.Sync.ChangePolicyAsync(stage.Link.Id, new SyncPolicy { Mirror = true }, Actors.ProgramManager, cancel: Cancel);
        await stage.AllowLimitsAsync();
        await LaterAsync(stage);

        Assert.DoesNotContain(gone, stage.InGroup());
    }

    [Fact, Trait("Invariant", "39")]
    public async Task CheckAsync_AnotherMachineHadTheLink_PlansAgain()
    {
        await using var stage = await QuietAsync();
        var held = Held(stage);
        await using (var other = (await stage.Portal.Get<LinkLeases>().TryTakeAsync(stage.Link.Id, Cancel))!) other.Clean = true;

        await LaterAsync(stage);
        Assert.Equal(held, Held(stage));

        await LaterAsync(stage);
        Assert.Equal(held + 1, Held(stage));
    }

    [Fact, Trait("Invariant", "21")]
    public async Task CheckAsync_AReadForAnotherLinkSawATesterOtherwise_PlansAgain()
    {
        await using var stage = await QuietAsync();
        var (held, email) = (Held(stage), stage.InGroup()[0]);
        var place = new MirrorPlace(stage.World.IssuerId, stage.AppId);
        var mirror = stage.Portal.Get<TesterMirror>();
        var tester = (await mirror.GroupAsync(place, stage.GroupId, Cancel)).Testers.Single(t => t.Email == email) with { State = "REVOKED", GroupIds = [stage.GroupId] };
        await mirror.LearnPeopleAsync(place, [email], [tester], stage.Portal.Clock.GetUtcNow(), Cancel);

        await LaterAsync(stage);

        Assert.Equal(held, Held(stage));
    }

    [Fact]
    public async Task CheckAsync_SixHoursAfterTheLastExactRead_ReadsEveryTester()
    {
        await using var stage = await QuietAsync();
        stage.World.Ledger.Clear();

        var after = await LaterAsync(stage, minutes: 360);

        Assert.True(after.LastExactCheckAt > stage.Portal.Clock.GetUtcNow() - TimeSpan.FromMinutes(5));
        Assert.Contains(stage.World.Ledger.Entries, e => e.Path.Contains("betaTesters", StringComparison.Ordinal));
    }
}
