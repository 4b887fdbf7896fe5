using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.People;
using Portal.Services.Sync;
using Portal.Simulator;
using Portal.Tests;
using LedgerEntry = Portal.Simulator.LedgerEntry;

namespace Portal.Services.Tests.Sync;

/// <summary>Apple marks sending one tester an invitation again as deprecated: what the portal does once Apple refuses it.</summary>
public sealed class InvitationOfferTests
{
    private const string Refusal = "apple-invitation-not-offered";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Invariant", "20")]
    public async Task RequestAsync_AppleNoLongerInvitesOneTester_AsksOnceSaysSoAndAsksAgainTheNextDay()
    {
        await using var stage = await NotInvitedAsync(3);
        Refuse(stage);

        var run = await stage.RunAsync();
        await stage.RunAsync();
        var link = await stage.CheckAsync();

        Assert.Equal((RunState.Partial, 3), (run.State, run.Refused));
        Assert.All((await stage.ItemsAsync(run.Id)).Where(i => i.Outcome is ItemOutcome.Refused), i => Assert.Contains(Refusal, i.OutcomeSentence, StringComparison.Ordinal));
        Assert.Single(Invitations(stage));
        // No run is made of what cannot be done; and nobody was reached by a request with the app alone.
        Assert.Equal((1, 0), (link.ChecksSinceChange, stage.World.Outbox.Count));

        stage.World.Switches = new Switches();
        stage.Portal.Clock.Advance(InvitationOffer.AskAgainAfter);
        await stage.CheckAsync();

        Assert.Equal(1 + 3, Invitations(stage).Count);
        Assert.Equal(3, stage.World.Outbox.Count);
    }

    [Fact, Trait("Failure", "F15")]
    public async Task Reinvite_AppleNoLongerInvitesOneTester_SaysWhatToDoInsteadAndDoesNotOfferItAgain()
    {
        await using var stage = await NotInvitedAsync(1);
        Refuse(stage);
        var people = stage.Portal.Get<PersonService>();
        var person = Assert.Single((await people.FindAsync(stage.InTeam()[0], Actors.Support, Cancel)).Hits);
        Assert.Null((await people.GetAsync(stage.Link.Id, person.Id, Actors.Support, Cancel)).ReinviteRefused);

        for (var time = 0; time < 2; time++)
        {
            var refused = await Assert.ThrowsAsync<ProblemException>(() => people.ReinviteAsync(stage.Link.Id, person.Id, Actors.Support, Cancel));
            Assert.Equal((Refusal, Turn.Support), (refused.Problem.Code, refused.Problem.Turn));
        }

        var told = await people.GetAsync(stage.Link.Id, person.Id, Actors.Support, Cancel);
        Assert.Equal((Refusal, "person-invitation-not-offered"), (told.ReinviteRefused?.Code, told.Diagnosis.Next.Code));
        Assert.Single(Invitations(stage));
        Assert.Empty(stage.World.Outbox);
    }

    // What a request with the app alone would do then: reach everybody.
    private static void Refuse(SyncStage stage) => stage.World.Switches = stage.World.Switches with { InvitationToTesterRefused = true, InvitationWithoutTester = InvitationWithoutTester.ReachesEverybody };

    private static List<LedgerEntry> Invitations(SyncStage stage) => [.. stage.World.Ledger.Entries.Where(e => e.Path == "/v1/betaTesterInvitations")];

    private static async Task<SyncStage> NotInvitedAsync(int people)
    {
        var stage = await SyncStage.StartAsync();
        stage.World.ShrinkTeam(SyncStage.Team, 0);
        stage.World.FillTeam(SyncStage.Team, people);
        await stage.RunAsync();
        foreach (var email in stage.InGroup()) stage.World.SetTesterState(email, stage.AppId, "NOT_INVITED");
        stage.World.ClearOutbox();
        stage.World.Ledger.Clear();
        // Past the cool-down between two invitations, and past the last exact read.
        stage.Portal.Clock.Advance(TimeSpan.FromDays(4));
        return stage;
    }
}
